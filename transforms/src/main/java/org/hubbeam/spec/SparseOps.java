package org.hubbeam.spec;

import org.hubbeam.preprocessing.Column;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/** The parts of columns of lists. */
final class SparseOps {

  private SparseOps() {}

  static void register(Operations operations) {
    operations.add(
        "sparse_values",
        "x",
        a -> Value.of(a.interpreter().columns().column(a.sparse("x").values())));
    operations.add("sparse_values_row", "x", SparseOps::rows);
    operations.add(
        "with_values",
        "x, values",
        a -> Value.of(a.sparse("x").withValues(a.dense("values").values())));
    operations.add("sparse_shift", "x, by", SparseOps::shifted);
  }

  private static Value rows(Arguments a) {
    Ops tf = a.tf();
    Operand<TInt64> first = tf.gather(a.sparse("x").indices(), tf.constant(0), tf.constant(1));
    return Value.of(a.interpreter().columns().column(first));
  }

  private static Value shifted(Arguments a) {
    Ops tf = a.tf();
    Column.Sparse x = a.sparse("x");
    if (x.shape().rank() != 2) {
      throw a.error("x", "must be a column of plain lists; found " + x.spec("x"));
    }
    long by = a.whole("by");
    if (by < 0) {
      throw a.error("by", "must not be negative; found " + by);
    }
    return Value.of(
        new Column.Sparse(
            x.tracing(),
            tf.math.add(x.indices(), tf.constant(new long[][] {{0, by}})),
            x.values(),
            tf.math.add(x.denseShape(), tf.constant(new long[] {0, by})),
            x.shape(),
            x.domain()));
  }
}
