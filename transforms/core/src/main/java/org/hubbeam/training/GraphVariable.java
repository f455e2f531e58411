// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * A variable that training adds to a graph.
 *
 * @param node the name of its {@code VarHandleOp}
 * @param dims its shape
 * @param handle the resource
 * @param value what it has when a step begins
 * @param start its first value
 */
record GraphVariable<T extends TFloating>(
    String node,
    List<Long> dims,
    Operand<? extends TType> handle,
    Operand<T> value,
    Array.Dense start) {

  /** Adds a variable. */
  static <T extends TFloating> GraphVariable<T> add(
      Ops tf, String node, Class<T> type, List<Long> dims, float[] start) {
    long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
    Operand<? extends TType> handle =
        tf.withName(node).varHandleOp(type, Shape.of(shape), VarHandleOp.sharedName(node));
    Operand<T> value = tf.withName(node + ".read").readVariableOp(handle, type);
    return new GraphVariable<>(
        node, dims, handle, value, new Array.Dense(dims, values(type, start)));
  }

  private static Values values(Class<?> type, float[] start) {
    if (type != TFloat64.class) {
      return Values.of(start);
    }
    ByteBuffer wide =
        ByteBuffer.allocate(Math.multiplyExact(start.length, 8)).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : start) {
      wide.putDouble(value);
    }
    return new Values.Numbers(DType.FLOAT64, wide.array());
  }

  /** Whether this is a matrix of weights, which penalties are for. */
  boolean isKernel() {
    return dims.size() == 2;
  }
}
