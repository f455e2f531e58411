// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.List;
import org.hubbeam.batch.DType;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/** Where values lie between boundaries, from 0 to 1. */
final class Interpolation {

  private Interpolation() {}

  static Column apply(Column x, Operand<?> boundaries) {
    return x.dtype() == DType.FLOAT64
        ? apply(x, boundaries, TFloat64.class)
        : apply(x, boundaries, TFloat32.class);
  }

  private static <T extends TNumber> Column apply(Column x, Operand<?> boundaries, Class<T> type) {
    Ops tf = x.tracing().tf();
    Operand<?> finite = finite(tf, boundaries);
    Operand<TInt64> number = Buckets.assigned(x, finite);
    Operand<TInt64> last = tf.size(finite, TInt64.class);
    Operand<TInt64> first = tf.constant(0L);
    Operand<TInt64> one = tf.constant(1L);
    Operand<T> zero = tf.constant(type, 0);
    Operand<TBool> outside =
        tf.math.logicalOr(tf.math.equal(number, first), tf.math.equal(number, last));
    Operand<T> within = tf.select(outside, zero, within(x, Numeric.cast(tf, finite, type), number));
    Operand<T> steps =
        tf.math.add(tf.dtypes.cast(tf.math.maximum(tf.math.sub(number, one), first), type), within);
    Operand<T> all = tf.dtypes.cast(tf.math.maximum(tf.math.sub(last, one), one), type);
    Operand<T> single = tf.select(tf.math.equal(number, first), zero, tf.constant(type, 1));
    Operand<T> scaled = tf.select(tf.math.equal(last, one), single, tf.math.div(steps, all));
    if (!x.dtype().isFloating()) {
      return x.withValues(scaled);
    }
    Operand<T> values = Numeric.cast(tf, x.values(), type);
    return x.withValues(tf.select(tf.math.isNan(values), tf.constant(type, 0.5), scaled));
  }

  private static Operand<?> finite(Ops tf, Operand<?> boundaries) {
    DType dtype = DType.of(boundaries.asOutput().dataType());
    return dtype.isFloating()
        ? finite(tf, boundaries, Numeric.floating(dtype))
        : Numeric.flat(tf, boundaries);
  }

  private static <T extends TNumber> Operand<T> finite(
      Ops tf, Operand<?> boundaries, Class<T> type) {
    Operand<T> all = Numeric.flat(tf, boundaries.asOutput().expect(type));
    Operand<TInt64> places = Numeric.flat(tf, tf.where(tf.math.isFinite(all)));
    return tf.gather(all, places, tf.constant(0));
  }

  /** Where a value lies between the boundaries of its bucket, 0.5 where they are the same. */
  private static <T extends TNumber> Operand<T> within(
      Column x, Operand<T> boundaries, Operand<TInt64> number) {
    Ops tf = x.tracing().tf();
    Class<T> type = boundaries.type();
    Operand<T> none = tf.reshape(tf.constant(type, 0), tf.constant(new long[] {1}));
    Operand<T> low =
        tf.gather(tf.concat(List.of(none, boundaries), tf.constant(0)), number, tf.constant(0));
    Operand<T> high =
        tf.gather(tf.concat(List.of(boundaries, none), tf.constant(0)), number, tf.constant(0));
    Operand<T> width = tf.math.sub(high, low);
    return tf.select(
        tf.math.equal(width, tf.constant(type, 0)),
        tf.constant(type, 0.5),
        tf.math.div(tf.math.sub(Numeric.cast(tf, x.values(), type), low), width));
  }
}
