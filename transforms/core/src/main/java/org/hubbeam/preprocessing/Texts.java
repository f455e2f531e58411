// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.DType;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.strings.Join;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint16;
import org.tensorflow.types.family.TType;

/**
 * Mappers of text: n-grams, hashes and term weights. Lists of tokens are sparse or ragged columns
 * of rank 2, and results have the same layout.
 */
public final class Texts {

  private Texts() {}

  /**
   * The n-grams of each row, ordered by where they start, then by length.
   *
   * @param tokens lists of strings; an empty string is a token
   * @param separator the string between the tokens of an n-gram
   */
  public static Column ngrams(Column tokens, NgramRange ngramRange, String separator) {
    return ngramLists(tokens, ngramRange, separator).column();
  }

  private static RowLists<TString> ngramLists(Column tokens, NgramRange range, String separator) {
    checkLists(tokens, "tokens");
    Ops tf = tokens.tracing().tf();
    RowLists<TString> lists = RowLists.of(tokens, TString.class);
    List<Operand<TString>> grams = new ArrayList<>();
    List<Operand<TBool>> whole = new ArrayList<>();
    Operand<TString> gram = lists.values();
    for (int size = 1; size <= range.longest(); size++) {
      if (size > 1) {
        Operand<TString> next = shifted(tf, lists.values(), size - 1, tf.constant(""));
        gram = tf.strings.join(List.of(gram, next), Join.separator(separator));
      }
      if (size >= range.shortest()) {
        grams.add(gram);
        whole.add(
            tf.math.equal(lists.rows(), shifted(tf, lists.rows(), size - 1, tf.constant(-1L))));
      }
    }
    Operand<TInt64> places =
        Numeric.flat(tf, tf.where(Numeric.flat(tf, tf.stack(whole, Stack.axis(1L)))));
    Operand<TInt64> starts = tf.math.floorDiv(places, tf.constant((long) grams.size()));
    Operand<TString> all = Numeric.flat(tf, tf.stack(grams, Stack.axis(1L)));
    return lists.at(starts).with(tf.gather(all, places, tf.constant(0)));
  }

  /** The vector moved to the left, filled up at its end. */
  private static <T extends TType> Operand<T> shifted(
      Ops tf, Operand<T> vector, int by, Operand<T> filler) {
    if (by == 0) {
      return vector;
    }
    Operand<T> longer =
        tf.concat(List.of(vector, tf.fill(tf.constant(new int[] {by}), filler)), tf.constant(0));
    return tf.slice(
        longer,
        tf.constant(new long[] {by}),
        tf.reshape(tf.size(vector, TInt64.class), tf.constant(new long[] {1})));
  }

  /**
   * The distinct n-grams of each row, in the order of their first occurrence.
   *
   * @param tokens lists of strings
   * @param separator the string between the tokens of an n-gram
   */
  public static Column bagOfWords(Column tokens, NgramRange ngramRange, String separator) {
    return distinct(ngramLists(tokens, ngramRange, separator)).column();
  }

  /**
   * The distinct values of each row, in the order of their first occurrence. A dense column of rank
   * 1 or 2 becomes a sparse column.
   */
  public static Column deduplicateTensorPerRow(Column inputTensor) {
    return deduplicated(inputTensor, inputTensor.values().type());
  }

  private static <T extends TType> Column deduplicated(Column x, Class<T> type) {
    return distinct(RowLists.of(x, type)).column();
  }

  private static <T extends TType> RowLists<T> distinct(RowLists<T> lists) {
    Ops tf = lists.source().tracing().tf();
    Operand<TString> named =
        tf.strings.join(
            List.of(tf.dtypes.asString(lists.rows()), text(tf, lists.values())),
            Join.separator(" "));
    var unique = tf.unique(named, tf.constant(new int[] {0}), TInt64.class);
    Operand<TInt64> first =
        tf.math.unsortedSegmentMin(Numeric.positions(tf, named), unique.idx(), tf.size(unique.y()));
    return lists.at(first);
  }

  /** A text for each value that only equal values share. */
  private static Operand<TString> text(Ops tf, Operand<? extends TType> values) {
    DType dtype = DType.of(values.asOutput().dataType());
    return switch (dtype) {
      case STRING -> values.asOutput().expect(TString.class);
      case FLOAT64 -> tf.dtypes.asString(tf.bitcast(values, TInt64.class));
      case FLOAT32 -> tf.dtypes.asString(tf.bitcast(values, TInt32.class));
      case FLOAT16, BFLOAT16 ->
          tf.dtypes.asString(tf.dtypes.cast(tf.bitcast(values, TUint16.class), TInt32.class));
      default -> tf.dtypes.asString(values);
    };
  }

  /** The number of values of each row, int64; 0 for a row without values. */
  public static Column wordCount(Column tokens) {
    if (tokens instanceof Column.Dense) {
      throw new IllegalArgumentException(
          "words are counted in sparse and ragged columns, unlike " + tokens.spec("tokens").type());
    }
    Ops tf = tokens.tracing().tf();
    Operand<TInt64> rows = Rows.rowIds(tokens);
    return new Column.Dense(
        tokens.tracing(),
        tf.math.unsortedSegmentSum(tf.onesLike(rows), rows, Rows.count(tokens)),
        null);
  }

  /**
   * Hashes each string to a number from 0 to {@code hashBuckets - 1} by the FarmHash fingerprint,
   * which is the same on all platforms and in all versions.
   */
  public static Column hashStrings(Column strings, long hashBuckets) {
    checkHash(strings, hashBuckets);
    Ops tf = strings.tracing().tf();
    return strings.withValues(
        tf.strings.toHashBucketFast(strings.values(TString.class), hashBuckets));
  }

  /** The same by SipHash with a key, which cannot be predicted without knowing the key. */
  public static Column hashStrings(Column strings, long hashBuckets, HashKey key) {
    checkHash(strings, hashBuckets);
    Ops tf = strings.tracing().tf();
    return strings.withValues(
        tf.strings.toHashBucketStrong(
            strings.values(TString.class), hashBuckets, List.of(key.first(), key.second())));
  }

  private static void checkHash(Column strings, long hashBuckets) {
    if (strings.dtype() != DType.STRING) {
      throw new IllegalArgumentException(
          "hash_strings is for strings, not for " + strings.spec("strings").type());
    }
    if (hashBuckets < 1) {
      throw new IllegalArgumentException("hash_buckets must be 1 or more, not " + hashBuckets);
    }
  }

  /** The index of each element within its segment, int64, starting at 0. */
  public static Column.Dense segmentIndices(Column segmentIds) {
    Ops tf = segmentIds.tracing().tf();
    return new Column.Dense(
        segmentIds.tracing(),
        RowLists.positions(tf, Numeric.cast(tf, segmentIds.values(), TInt64.class)),
        null);
  }

  /** See {@link #tfidf(Column, TermWeighting)}. */
  public static List<Column> tfidf(Column x, long vocabSize) {
    return tfidf(x, TermWeighting.of(vocabSize));
  }

  /**
   * The tf-idf of the terms of each document: the fraction of the document's terms times the weight
   * of the term.
   *
   * @param x documents as sparse lists of term ids, int64; ids are taken modulo the number of
   *     terms, so that -1 is the last term
   * @return the distinct ids of each document in ascending order, and their tf-idf, float32
   */
  public static List<Column> tfidf(Column x, TermWeighting weighting) {
    return new Terms(x, weighting).tfidf();
  }

  /** See {@link #idf(Column, TermWeighting)}. */
  public static Column idf(Column x, long vocabSize) {
    return idf(x, TermWeighting.of(vocabSize));
  }

  /** The inverse document frequency of each term, float32. */
  public static Column idf(Column x, TermWeighting weighting) {
    return new Terms(x, weighting).idf();
  }

  /** The number of documents of the whole data set that contain each term, int64. */
  public static Column documentFrequency(Column x, long vocabSize) {
    return new Terms(x, TermWeighting.of(vocabSize)).documentFrequency();
  }

  /** The same for a number of terms that an analyzer computes. */
  public static Column documentFrequency(Column x, Statistic vocabSize) {
    return new Terms(x, TermWeighting.of(vocabSize)).documentFrequency();
  }

  private static void checkLists(Column x, String role) {
    if (x instanceof Column.Dense || x.dtype() != DType.STRING) {
      throw new IllegalArgumentException(
          role + " are lists of strings, unlike " + x.spec(role).type());
    }
  }
}
