// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.hubbeam.batch.DType;
import org.hubbeam.plan.TableNode;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/** Look-ups in tables. */
final class TableLookups {

  private TableLookups() {}

  /** The value of each key, in the shape of the keys; the default for one that the table lacks. */
  static <T extends TType> Operand<T> find(
      Ops tf, Operand<? extends TType> table, Operand<? extends TType> keys, Operand<T> otherwise) {
    Operand<T> found = tf.lookupTableFind(table, keys, otherwise);
    return keys.shape().isUnknown() ? found : tf.ensureShape(found, keys.shape());
  }

  /** The place of each key among the values of a statistic; how many there are for another one. */
  static Operand<TInt64> places(Statistic values, Operand<? extends TType> keys) {
    Ops tf = values.tracing().tf();
    Operand<? extends TType> table =
        values
            .tracing()
            .table(
                new TableNode.Numbered(Tracing.node(values.operand())),
                values.dtype(),
                DType.INT64);
    return find(tf, table, keys, tf.size(values.operand(), TInt64.class));
  }
}
