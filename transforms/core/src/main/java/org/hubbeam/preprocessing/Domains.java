// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

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
    if (x.domain() instanceof Domain.LookupIds ids) {
      return new Statistic(x.tracing(), size(x, ids));
    }
    if (x.domain() instanceof Domain.Ids ids) {
      return new Statistic(x.tracing(), size(x, ids));
    }
    throw new IllegalArgumentException(
        "the column "
            + x.spec("x").type()
            + " has no domain: the number of its categories is not known");
  }

  private static Operand<TInt64> size(Column x, Domain.Ids ids) {
    Ops tf = x.tracing().tf();
    Operand<TInt64> tokens = tf.lookupTableSize(x.tracing().tableOf(ids.file())).asOutput();
    return ids.unknown() instanceof Domain.Unknown.Buckets buckets
        ? tf.math.add(tokens, tf.constant(buckets.count()))
        : withDefault(tf, tokens, ids.unknown());
  }

  private static Operand<TInt64> size(Column x, Domain.LookupIds ids) {
    Operand<TInt64> size = x.tracing().operand(ids.size()).asOutput().expect(TInt64.class);
    return withDefault(x.tracing().tf(), size, ids.unknown());
  }

  private static Operand<TInt64> withDefault(Ops tf, Operand<TInt64> size, Domain.Unknown unknown) {
    return unknown instanceof Domain.Unknown.Default other
        ? tf.math.maximum(size, tf.constant(other.id() + 1))
        : size;
  }
}
