// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Layout;
import org.hubbeam.plan.TracedArray;
import org.hubbeam.plan.TracedFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/** The raw columns of a preprocessing function. */
public final class Columns {

  private final Tracing tracing;
  private final Map<String, Column> columns;

  Columns(Tracing tracing, Map<String, Column> columns) {
    this.tracing = tracing;
    this.columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /** The names, in the order of the schema. */
  public Set<String> names() {
    return columns.keySet();
  }

  /**
   * The column of this name.
   *
   * @throws IllegalArgumentException naming the columns there are, when there is none
   */
  public Column get(String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "there is no column '" + name + "'; there are " + columns.keySet());
    }
    return column;
  }

  /** TensorFlow's operations, for what is not available as a mapper. */
  public Ops tf() {
    return tracing.tf();
  }

  /** An operand as a column; its first dimension is the rows. */
  public Column.Dense column(Operand<?> operand) {
    return new Column.Dense(tracing, operand, null);
  }

  /** An operand with the same value for every row, as a statistic. */
  public Statistic statistic(Operand<?> operand) {
    return new Statistic(tracing, operand);
  }

  /**
   * Reports a value when the data are analysed: it is stored in the transform output and printed by
   * programs.
   *
   * @throws IllegalArgumentException when something is reported under this name already
   */
  public void report(String name, Statistic value) {
    ArraySpec spec = new ArraySpec(name, value.dtype(), value.shape(), Layout.DENSE);
    tracing.report(
        new TracedFunction.Report.Value(
            new TracedArray(spec, List.of(Tracing.tensor(value.operand())))));
  }

  /**
   * Reports the number of tokens of a vocabulary.
   *
   * @throws IllegalArgumentException when the vocabulary is not computed by an analyzer, or
   *     something is reported under this name already
   */
  public void report(String name, VocabularyFile vocabulary) {
    if (!vocabulary.isAnalyzed()) {
      throw new IllegalArgumentException(
          "'" + name + "': the number of tokens of an existing file is not known");
    }
    tracing.report(new TracedFunction.Report.Tokens(name, vocabulary.file().nodeName()));
  }

  /** The number of rows of a batch, an int64 scalar. */
  public Operand<TInt64> rows() {
    Column first = columns.values().iterator().next();
    if (first instanceof Column.Sparse sparse) {
      return element(sparse.denseShape(), 0);
    }
    if (first instanceof Column.Ragged ragged) {
      Operand<TInt64> splits = ragged.rowSplits().get(0);
      return tf().math.sub(tf().size(splits, TInt64.class), tf().constant(1L));
    }
    return element(tf().shape(first.values(), TInt64.class), 0);
  }

  private Operand<TInt64> element(Operand<TInt64> vector, int index) {
    return tf().gather(vector, tf().constant(index), tf().constant(0));
  }

  Tracing tracing() {
    return tracing;
  }
}
