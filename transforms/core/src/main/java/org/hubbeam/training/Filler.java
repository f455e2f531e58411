// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.model.ArrayOperand;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/** Arrays in the place of columns that are not there: zeros and empty texts, or no values. */
final class Filler {

  private Filler() {}

  /**
   * An array of as many rows as another has.
   *
   * @param spec what it must be
   */
  static ArrayOperand of(Ops tf, ArraySpec spec, ArrayOperand like) {
    Operand<TInt64> rows = rows(tf, like);
    int rank = spec.shape().hasRank() ? spec.shape().rank() : 1;
    if (spec.layout() == Layout.DENSE) {
      List<Operand<TInt64>> dims = new ArrayList<>(List.of(rows));
      for (int i = 1; i < rank; i++) {
        dims.add(tf.constant(new long[] {Math.max(spec.shape().dim(i), 1)}));
      }
      return new ArrayOperand(spec, List.of(tf.fill(joined(tf, dims), zero(tf, spec.dtype()))));
    }
    Operand<TInt64> none = tf.constant(new long[] {0});
    Operand<?> values = tf.fill(none, zero(tf, spec.dtype()));
    if (spec.layout() == Layout.SPARSE) {
      List<Operand<TInt64>> dims = new ArrayList<>(List.of(rows));
      for (int i = 1; i < rank; i++) {
        dims.add(tf.constant(new long[] {1}));
      }
      Operand<?> indices = tf.fill(tf.constant(new long[] {0, rank}), tf.constant(0L));
      return new ArrayOperand(spec, List.of(indices, values, joined(tf, dims)));
    }
    throw new IllegalArgumentException(
        "the column '" + spec.name() + "' is ragged: it cannot be left out");
  }

  private static Operand<TInt64> joined(Ops tf, List<Operand<TInt64>> dims) {
    return dims.size() == 1 ? dims.get(0) : tf.concat(dims, tf.constant(0));
  }

  /** The number of rows, a vector of one. */
  private static Operand<TInt64> rows(Ops tf, ArrayOperand array) {
    return switch (array.spec().layout()) {
      case DENSE -> tf.shape.size(array.tensors().get(0), tf.constant(0L), TInt64.class);
      case SPARSE ->
          tf.gather(
              array.tensors().get(2).asOutput().expect(TInt64.class),
              tf.constant(new int[] {0}),
              tf.constant(0));
      case RAGGED ->
          tf.math.sub(
              tf.shape.size(
                  array.tensors().get(1).asOutput().expect(TInt64.class),
                  tf.constant(0L),
                  TInt64.class),
              tf.constant(1L));
    };
  }

  private static Operand<? extends TType> zero(Ops tf, DType dtype) {
    if (dtype == DType.STRING) {
      return tf.constant("");
    }
    Operand<TInt32> zero = tf.constant(0);
    Scope at = tf.scope();
    return at.env()
        .opBuilder("Cast", at.makeOpName("zero"), at)
        .addInput(zero.asOutput())
        .setAttr("DstT", dtype.proto())
        .build()
        .output(0);
  }
}
