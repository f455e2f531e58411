package org.hubbeam.preprocessing;

import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TType;

/**
 * A result of an analyzer: the same for every row. Operations use it like any other operand; its
 * value is known after the phase of the analysis that computes it.
 *
 * @param tracing the trace it belongs to
 * @param operand the value
 */
public record Statistic(Tracing tracing, Operand<?> operand) {

  /**
   * The value as an operand of this type.
   *
   * @throws IllegalArgumentException when it is of another
   */
  public <T extends TType> Operand<T> as(Class<T> type) {
    return operand.asOutput().expect(type);
  }

  /** The type of the value. */
  public DType dtype() {
    return DType.of(operand.asOutput().dataType());
  }

  /** The shape, without rows; -1 where only the data tell it. */
  public Shape shape() {
    return Tracing.shape(operand);
  }
}
