// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.hubbeam.batch.DType;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/** Single values of the type of a column. */
final class Constant {

  private Constant() {}

  /**
   * A text.
   *
   * @throws IllegalArgumentException when the column has no strings
   */
  static Operand<? extends TType> of(Column x, String value) {
    if (x.dtype() != DType.STRING) {
      throw new IllegalArgumentException(
          "the string '" + value + "' does not fit the column " + x.spec("x").type());
    }
    return x.tracing().tf().constant(value);
  }

  /**
   * A whole number.
   *
   * @throws IllegalArgumentException when the column has no numbers
   */
  static Operand<? extends TType> of(Column x, long value) {
    checkNumbers(x, value);
    Ops tf = x.tracing().tf();
    return Numeric.cast(tf, tf.constant(value), x.values().type());
  }

  /**
   * A number.
   *
   * @throws IllegalArgumentException when the column has no numbers, or integers and this is none
   */
  static Operand<? extends TType> of(Column x, double value) {
    checkNumbers(x, value);
    if (x.dtype().isInteger()) {
      if (value != Math.rint(value) || Math.abs(value) > Long.MAX_VALUE) {
        throw new IllegalArgumentException(
            value + " does not fit the column " + x.spec("x").type() + ", which has integers");
      }
      return of(x, (long) value);
    }
    Ops tf = x.tracing().tf();
    return Numeric.cast(tf, tf.constant(value), x.values().type());
  }

  private static void checkNumbers(Column x, Object value) {
    if (x.dtype() == DType.STRING || x.dtype() == DType.BOOL) {
      throw new IllegalArgumentException(
          "the number " + value + " does not fit the column " + x.spec("x").type());
    }
  }
}
