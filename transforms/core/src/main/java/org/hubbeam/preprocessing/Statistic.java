// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TType;

/**
 * A result of an analyzer, which has the same value for every row. Operations can use it like any
 * other operand. While the function is traced it has no value yet.
 *
 * @param tracing the trace it belongs to
 * @param operand the value
 */
public record Statistic(Tracing tracing, Operand<?> operand) {

  /**
   * The value as an operand of this type.
   *
   * @throws IllegalArgumentException when the value is of another type
   */
  public <T extends TType> Operand<T> as(Class<T> type) {
    return operand.asOutput().expect(type);
  }

  /** The type of the value. */
  public DType dtype() {
    return DType.of(operand.asOutput().dataType());
  }

  /** The shape, which has no row dimension; -1 for a dimension that depends on the data. */
  public Shape shape() {
    return Tracing.shape(operand);
  }
}
