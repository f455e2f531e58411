// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.ArrayOperand;
import org.hubbeam.vectors.Pooling;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Sequences of vectors made one vector each, in a graph, as {@link Pooling} does it. */
final class PooledVectors {

  private PooledVectors() {}

  /**
   * Pools sequences.
   *
   * @param sequences numbers [n, t, d], or the only row [t, d]
   * @param mask numbers for the positions; null for all
   * @return float32 [n, d]
   */
  static ArrayOperand of(
      Ops tf, ArrayOperand sequences, Pooling.Kind kind, @Nullable ArrayOperand mask) {
    Shape shape = sequences.spec().shape();
    if (!shape.hasRank() || shape.rank() < 2 || shape.dim(shape.rank() - 1) < 0) {
      throw new IllegalArgumentException(
          "pooling is for sequences of vectors [n, t, d], found " + sequences.spec());
    }
    int width = Math.toIntExact(shape.dim(shape.rank() - 1));
    Operand<TInt32> rows = shape.rank() == 2 ? tf.constant(new int[] {1}) : rows(tf, sequences);
    Operand<TFloat32> x = shaped(tf, floats(tf, sequences), rows, width);
    Operand<TFloat32> ones = tf.onesLike(first(tf, x));
    Operand<TBool> counts =
        mask == null
            ? tf.math.equal(ones, ones)
            : tf.math.notEqual(shaped(tf, floats(tf, mask), rows, 1), tf.constant(0f));
    Operand<TFloat32> pooled =
        kind == Pooling.Kind.FIRST
            ? firstOf(tf, x, counts, rows, width)
            : overAll(tf, x, counts, kind);
    ArraySpec spec =
        new ArraySpec(sequences.spec().name(), DType.FLOAT32, Shape.of(-1, width), Layout.DENSE);
    return new ArrayOperand(spec, List.of(pooled));
  }

  private static Operand<TFloat32> overAll(
      Ops tf, Operand<TFloat32> x, Operand<TBool> counts, Pooling.Kind kind) {
    Operand<TInt32> positions = tf.constant(1);
    Operand<TFloat32> number = tf.sum(tf.dtypes.cast(counts, TFloat32.class), positions);
    if (kind == Pooling.Kind.MAX) {
      Operand<TFloat32> none = tf.fill(tf.shape(x), tf.constant(Float.NEGATIVE_INFINITY));
      Operand<TFloat32> max =
          tf.reduceMax(tf.select(counts, x, none), positions, ReduceMax.keepDims(false));
      return tf.select(tf.math.greater(number, tf.constant(0f)), max, tf.zerosLike(max));
    }
    Operand<TFloat32> sum =
        tf.sum(tf.select(counts, x, tf.zerosLike(x)), positions, Sum.keepDims(false));
    Operand<TFloat32> most = tf.math.maximum(number, tf.constant(1f));
    return tf.math.div(sum, kind == Pooling.Kind.SQRT_N ? tf.math.sqrt(most) : most);
  }

  /** The vector at the first position that counts; behind all of them there is one of zeros. */
  private static Operand<TFloat32> firstOf(
      Ops tf, Operand<TFloat32> x, Operand<TBool> counts, Operand<TInt32> rows, int width) {
    Operand<TFloat32> zeros = tf.fill(joined(tf, rows, 1, width), tf.constant(0f));
    Operand<TFloat32> ones = tf.fill(joined(tf, rows, 1, 1), tf.constant(1f));
    Operand<TInt32> axis = tf.constant(1);
    Operand<TFloat32> all = tf.concat(List.of(x, zeros), axis);
    Operand<TFloat32> marks =
        tf.squeeze(
            tf.concat(List.of(tf.dtypes.cast(counts, TFloat32.class), ones), axis),
            org.tensorflow.op.core.Squeeze.axis(List.of(2L)));
    return tf.gather(all, tf.math.argMax(marks, axis), axis, Gather.batchDims(1L));
  }

  private static Operand<TFloat32> first(Ops tf, Operand<TFloat32> x) {
    return tf.slice(x, tf.constant(new int[] {0, 0, 0}), tf.constant(new int[] {-1, -1, 1}));
  }

  private static Operand<TFloat32> shaped(
      Ops tf, Operand<TFloat32> x, Operand<TInt32> rows, int width) {
    Operand<TInt32> all =
        tf.math.div(
            tf.size(x), tf.math.maximum(tf.math.mul(rows, tf.constant(width)), tf.constant(1)));
    return tf.reshape(
        x, tf.concat(List.of(rows, all, tf.constant(new int[] {width})), tf.constant(0)));
  }

  private static Operand<TInt32> joined(Ops tf, Operand<TInt32> rows, int... dims) {
    return tf.concat(List.of(rows, tf.constant(dims)), tf.constant(0));
  }

  private static Operand<TInt32> rows(Ops tf, ArrayOperand array) {
    return tf.shape.size(array.tensors().get(0), tf.constant(0), TInt32.class);
  }

  private static Operand<TFloat32> floats(Ops tf, ArrayOperand array) {
    return tf.dtypes.cast(array.tensors().get(0), TFloat32.class);
  }
}
