// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.preprocessing.TermWeighting.Baseline;
import org.hubbeam.preprocessing.TermWeighting.Smoothing;
import org.hubbeam.reducer.Axis;
import org.hubbeam.reducer.Size;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.UniqueWithCounts;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Documents as lists of term ids. */
final class Terms {

  private final Ops tf;
  private final Column source;
  private final TermWeighting weighting;
  private final Operand<TInt64> vocabSize;
  private final RowLists<TInt64> ids;
  private final Operand<TInt64> distinct;
  private final Operand<TInt64> counts;

  /**
   * The terms of documents.
   *
   * @throws IllegalArgumentException when they are no lists of int64
   */
  Terms(Column x, TermWeighting weighting) {
    if (!(x instanceof Column.Sparse) || x.shape().rank() != 2 || x.dtype() != DType.INT64) {
      throw new IllegalArgumentException(
          "terms are a sparse column of rank 2 of int64, unlike " + x.spec("x").type());
    }
    this.tf = x.tracing().tf();
    this.source = x;
    this.weighting = weighting;
    this.vocabSize =
        weighting.computedVocabSize() == null
            ? tf.constant(weighting.vocabSize())
            : tf.reshape(
                Numeric.cast(tf, weighting.computedVocabSize().operand(), TInt64.class),
                tf.constant(new long[0]));
    RowLists<TInt64> given = RowLists.of(x, TInt64.class);
    this.ids = given.with(tf.math.floorMod(given.values(), vocabSize));
    UniqueWithCounts<TInt64, TInt64> unique =
        tf.uniqueWithCounts(sorted(), tf.constant(new int[] {0}), TInt64.class);
    this.distinct = unique.y();
    this.counts = unique.count();
  }

  /** A number for each term of each document, in the order of documents, then of terms. */
  private Operand<TInt64> sorted() {
    Operand<TInt64> indices =
        tf.sparse
            .sparseReorder(
                RowLists.pairs(tf, ids.rows(), ids.values()), ids.values(), documentShape())
            .outputIndices();
    return tf.math.add(
        tf.math.mul(Rows.column(tf, indices, 0), vocabSize), Rows.column(tf, indices, 1));
  }

  private Operand<TInt64> documentShape() {
    return tf.stack(List.of(ids.count(), vocabSize));
  }

  /** The distinct terms of each document. */
  private RowLists<TInt64> distinctIds() {
    return new RowLists<>(
        source, tf.math.floorMod(distinct, vocabSize), tf.math.floorDiv(distinct, vocabSize));
  }

  /** In how many documents each of these terms is, over all data. */
  private Operand<TInt64> frequencies(Operand<TInt64> terms) {
    RowLists<TInt64> documents = distinctIds();
    Shape cells = Shape.of(weighting.vocabSize());
    Column.Sparse matrix =
        new Column.Sparse(
            source.tracing(),
            RowLists.pairs(tf, documents.rows(), documents.values()),
            documents.values(),
            documentShape(),
            Shape.of(-1, weighting.vocabSize()),
            null);
    Statistic frequencies =
        Analyzers.reduce(
                "document_frequency", new Size(DType.INT64, Axis.perCell(cells)), List.of(matrix))
            .get(0);
    Operand<TInt64> all = frequencies.as(TInt64.class);
    return KeyValues.gathered(all, tf.math.minimum(terms, tf.size(all, TInt64.class)), tf);
  }

  /** The weight of each of these terms. */
  private Operand<TFloat32> weights(Operand<TInt64> terms) {
    Operand<TFloat32> documents =
        tf.dtypes.cast(Analyzers.counts(source).get(0).as(TInt64.class), TFloat32.class);
    Operand<TFloat32> frequencies = tf.dtypes.cast(frequencies(terms), TFloat32.class);
    Operand<TFloat32> one = tf.constant(1f);
    Operand<TFloat32> ratio =
        weighting.smoothing() == Smoothing.SMOOTH
            ? tf.math.div(tf.math.add(documents, one), tf.math.add(frequencies, one))
            : tf.math.div(documents, frequencies);
    Operand<TFloat32> log = tf.math.log(ratio);
    return weighting.baseline() == Baseline.ONE ? tf.math.add(log, one) : log;
  }

  /** For each occurrence of a term in how many documents it is. */
  Column documentFrequency() {
    return source.withValues(frequencies(ids.values()));
  }

  /** For each occurrence of a term its weight. */
  Column idf() {
    return source.withValues(weights(ids.values()));
  }

  /** The distinct terms of each document by number, and their weights. */
  List<Column> tfidf() {
    RowLists<TInt64> terms = distinctIds();
    Operand<TFloat32> lengths =
        tf.dtypes.cast(
            tf.math.unsortedSegmentSum(tf.onesLike(ids.rows()), ids.rows(), ids.count()),
            TFloat32.class);
    Operand<TFloat32> parts =
        tf.math.div(
            tf.dtypes.cast(counts, TFloat32.class),
            tf.gather(lengths, terms.rows(), tf.constant(0)));
    Column.Sparse index = terms.sparse();
    return List.of(index, index.withValues(tf.math.mul(parts, weights(terms.values()))));
  }
}
