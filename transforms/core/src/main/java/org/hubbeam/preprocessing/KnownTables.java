// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.DType;
import org.hubbeam.plan.TableNode;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/** Mappers that look up values in tables that are written in the preprocessing function. */
public final class KnownTables {

  private KnownTables() {}

  /**
   * The value that a table has for each value of a column.
   *
   * @param x strings or integers
   * @param keys the distinct keys; integers as decimal text
   * @param values a vector with the value for each key, and behind them the one for all that the
   *     table lacks; of any type
   * @throws IllegalArgumentException for a column of another type, for a key that is there twice,
   *     or when there are not as many values
   */
  public static Column lookup(Column x, List<String> keys, Statistic values) {
    check(x, keys, values);
    return looked(x, keys, values.operand());
  }

  private static <T extends TType> Column looked(Column x, List<String> keys, Operand<T> values) {
    Ops tf = x.tracing().tf();
    Operand<? extends TType> table =
        x.tracing().table(new TableNode.Known(keys), DType.STRING, DType.INT64);
    Operand<TInt64> places =
        TableLookups.find(tf, table, Vocabularies.texts(x), tf.constant((long) keys.size()));
    return x.withValues(tf.gather(values, places, tf.constant(0)));
  }

  private static void check(Column x, List<String> keys, Statistic values) {
    if (x.dtype() != DType.STRING && !x.dtype().isInteger()) {
      throw new IllegalArgumentException(
          "a table has strings or integers as keys, not " + x.dtype());
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("a table needs a key");
    }
    Set<String> distinct = new HashSet<>();
    for (String key : keys) {
      if (!distinct.add(key)) {
        throw new IllegalArgumentException("the key '" + key + "' is in the table twice");
      }
    }
    if (!values.shape().hasRank()
        || values.shape().rank() != 1
        || values.shape().dim(0) != keys.size() + 1) {
      throw new IllegalArgumentException(
          "there must be "
              + (keys.size() + 1)
              + " values, one for each key and one for what the table lacks; found "
              + values.shape());
    }
  }
}
