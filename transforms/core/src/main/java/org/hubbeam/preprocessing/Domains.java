package org.hubbeam.preprocessing;

import org.hubbeam.plan.Domain;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/** The sizes of domains as operands. */
final class Domains {

  private Domains() {}

  /** One more than the largest number of a column's domain. */
  static Statistic size(Column x) {
    Ops tf = x.tracing().tf();
    if (x.domain() instanceof Domain.Range range) {
      return new Statistic(x.tracing(), tf.constant(range.max() + 1));
    }
    if (x.domain() instanceof Domain.Found found) {
      return new Statistic(x.tracing(), size(x, found));
    }
    if (x.domain() instanceof Domain.Ids ids) {
      return new Statistic(x.tracing(), size(x, ids));
    }
    throw new IllegalArgumentException(
        "the column "
            + x.spec("x")
            + " has no domain: nothing tells how many categories there are");
  }

  private static Operand<TInt64> size(Column x, Domain.Ids ids) {
    Ops tf = x.tracing().tf();
    Operand<TInt64> tokens = tf.lookupTableSize(x.tracing().tableOf(ids.file())).asOutput();
    return ids.unknown() instanceof Domain.Unknown.Buckets buckets
        ? tf.math.add(tokens, tf.constant(buckets.count()))
        : beside(tf, tokens, ids.unknown());
  }

  private static Operand<TInt64> size(Column x, Domain.Found found) {
    Operand<TInt64> size = x.tracing().operand(found.size()).asOutput().expect(TInt64.class);
    return beside(x.tracing().tf(), size, found.unknown());
  }

  private static Operand<TInt64> beside(Ops tf, Operand<TInt64> size, Domain.Unknown unknown) {
    return unknown instanceof Domain.Unknown.Default other
        ? tf.math.maximum(size, tf.constant(other.id() + 1))
        : size;
  }
}
