// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.hubbeam.batch.DType;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/** Numbers of a graph: types, positions and searches. */
final class Numeric {

  private Numeric() {}

  /** TensorFlow Java's class for a floating point type. */
  static Class<? extends TNumber> floating(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> TFloat32.class;
      case FLOAT64 -> TFloat64.class;
      case FLOAT16 -> TFloat16.class;
      case BFLOAT16 -> TBfloat16.class;
      default -> throw new IllegalArgumentException(dtype + " is not a floating point type");
    };
  }

  /** These numbers in this type. */
  static <T extends TType> Operand<T> cast(Ops tf, Operand<?> x, Class<T> type) {
    return x.type() == type ? x.asOutput().expect(type) : tf.dtypes.cast(x, type);
  }

  /** The operand with dimensions of 1 behind its own, up to this rank. */
  static <T extends TType> Operand<T> expanded(Ops tf, Operand<T> x, int rank) {
    Operand<T> expanded = x;
    for (int i = x.rank(); i < rank; i++) {
      expanded = tf.expandDims(expanded, tf.constant(-1));
    }
    return expanded;
  }

  /** All values, one after another. */
  static <T extends TType> Operand<T> flat(Ops tf, Operand<T> x) {
    return tf.reshape(x, tf.constant(new long[] {-1}));
  }

  /** How many numbers of a sorted vector are below each value of a vector. */
  static <T extends TType> Operand<TInt64> countBelow(Ops tf, Operand<T> sorted, Operand<T> x) {
    return flat(tf, tf.lowerBound(row(tf, sorted), row(tf, x), TInt64.class));
  }

  /** How many numbers of a sorted vector are below or at each value of a vector; all for NaN. */
  static <T extends TType> Operand<TInt64> countUpTo(Ops tf, Operand<T> sorted, Operand<T> x) {
    return flat(tf, tf.upperBound(row(tf, sorted), row(tf, x), TInt64.class));
  }

  private static <T extends TType> Operand<T> row(Ops tf, Operand<T> x) {
    return tf.reshape(x, tf.constant(new long[] {1, -1}));
  }

  /** The numbers from 0 up to the length of a vector (excluded). */
  static Operand<TInt64> positions(Ops tf, Operand<?> vector) {
    return tf.range(tf.constant(0L), tf.size(vector, TInt64.class), tf.constant(1L));
  }
}
