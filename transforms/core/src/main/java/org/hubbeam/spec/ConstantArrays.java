// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.DType;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TString;

/** Plain values, and nested lists of them, as constants of a graph. */
final class ConstantArrays {

  private final DType dtype;
  private final List<Long> dims = new ArrayList<>();
  private final List<Expression.Plain> flat = new ArrayList<>();

  private ConstantArrays(DType dtype) {
    this.dtype = dtype;
  }

  /**
   * A constant.
   *
   * @param value a plain value, or nested lists of them that fill a shape
   * @throws SpecException when a value is not of the type
   */
  static Operand<?> build(Ops tf, Expression value, DType dtype) {
    ConstantArrays constants = new ConstantArrays(dtype);
    for (Expression at = value; at instanceof Expression.Items items; ) {
      constants.dims.add((long) items.items().size());
      at = items.items().isEmpty() ? null : items.items().get(0);
    }
    constants.flatten(value, 0);
    return constants.build(tf);
  }

  /** The default type of values. */
  static DType typeOf(Expression value) {
    List<Expression.Plain> plain = flat(value);
    if (!plain.isEmpty() && plain.get(0).value() instanceof String) {
      return DType.STRING;
    }
    if (!plain.isEmpty() && plain.get(0).value() instanceof Boolean) {
      return DType.BOOL;
    }
    return plain.stream().allMatch(Expression.Plain::isWhole) ? DType.INT64 : DType.FLOAT32;
  }

  /** Whether an expression is nothing but plain values. */
  static boolean isPlain(Expression value) {
    return value instanceof Expression.Plain
        || value instanceof Expression.Items items
            && items.items().stream().allMatch(ConstantArrays::isPlain);
  }

  /** The plain values of nested lists, one after another. */
  static List<Expression.Plain> flat(Expression value) {
    if (value instanceof Expression.Items items) {
      return items.items().stream().flatMap(i -> flat(i).stream()).toList();
    }
    return value instanceof Expression.Plain plain ? List.of(plain) : List.of();
  }

  private void flatten(Expression value, int depth) {
    if (depth == dims.size()) {
      if (!(value instanceof Expression.Plain plain)) {
        throw value.location().error("expected a plain value, found " + value);
      }
      flat.add(plain);
      return;
    }
    if (!(value instanceof Expression.Items items) || items.items().size() != dims.get(depth)) {
      throw value
          .location()
          .error("the lists do not fill a shape: expected " + dims.get(depth) + " items here");
    }
    items.items().forEach(i -> flatten(i, depth + 1));
  }

  private Operand<?> build(Ops tf) {
    Shape shape = Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
    if (dtype == DType.STRING) {
      String[] texts = flat.stream().map(ConstantArrays::text).toArray(String[]::new);
      return tf.constantOf(TString.tensorOf(shape, DataBuffers.ofObjects(texts)));
    }
    if (dtype == DType.BOOL) {
      boolean[] flags = new boolean[flat.size()];
      for (int i = 0; i < flags.length; i++) {
        flags[i] = flag(flat.get(i));
      }
      return tf.constant(shape, DataBuffers.of(flags));
    }
    if (dtype.isFloating()) {
      double[] numbers = flat.stream().mapToDouble(ConstantArrays::number).toArray();
      return RawOp.cast(tf, tf.constant(shape, DataBuffers.of(numbers)), dtype);
    }
    long[] numbers = flat.stream().mapToLong(ConstantArrays::whole).toArray();
    return RawOp.cast(tf, tf.constant(shape, DataBuffers.of(numbers)), dtype);
  }

  static String text(Expression.Plain plain) {
    if (plain.value() instanceof String text) {
      return text;
    }
    throw expected("a text", plain);
  }

  static boolean flag(Expression.Plain plain) {
    if (plain.value() instanceof Boolean flag) {
      return flag;
    }
    throw expected("true or false", plain);
  }

  static double number(Expression.Plain plain) {
    if (plain.value() instanceof Number number) {
      return number.doubleValue();
    }
    return switch (plain.value() instanceof String text ? text : "") {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw expected("a number", plain);
    };
  }

  static long whole(Expression.Plain plain) {
    if (plain.value() instanceof BigInteger number) {
      if (number.bitLength() < Long.SIZE) {
        return number.longValue();
      }
      throw plain.location().error(number + " is out of the range of int64");
    }
    throw expected("a whole number", plain);
  }

  private static SpecException expected(String what, Expression.Plain found) {
    return found.location().error("expected " + what + ", found " + found);
  }
}
