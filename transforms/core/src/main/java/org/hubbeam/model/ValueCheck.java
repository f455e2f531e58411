// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Checks dtypes, shapes and constants against TensorFlow's rules for them, and against what they
 * need in memory: a small constant can stand for a large tensor, with all values the same.
 */
final class ValueCheck {

  /** TensorFlow's {@code TensorShape::MaxDimensions}. */
  static final int MOST_DIMENSIONS = 254;

  private static final int FIRST_REFERENCE = 101;

  private final long mostRepeated;
  private long repeated;

  /**
   * @param mostRepeated the bytes that constants may have in memory without having them here
   */
  ValueCheck(long mostRepeated) {
    this.mostRepeated = mostRepeated;
  }

  /** A dtype that this TensorFlow knows, or none. */
  static void dtype(int number) {
    if (DataType.forNumber(number) == null) {
      throw new Flaw("there is no dtype with the number " + number);
    }
  }

  /** A dtype that this TensorFlow knows and that a value can have. */
  static void valueDtype(int number) {
    dtype(number);
    if (number == DataType.DT_INVALID_VALUE || number >= FIRST_REFERENCE) {
      throw new Flaw("a value cannot be " + DataType.forNumber(number));
    }
  }

  /** A shape that may have unknown dimensions, or any number of them. */
  static void shape(TensorShapeProto shape) {
    if (shape.getUnknownRank() && shape.getDimCount() > 0) {
      throw new Flaw("a shape of any rank has " + shape.getDimCount() + " dimensions");
    }
    elements(shape, -1);
  }

  /** The number of values in an array of a shape without unknown dimensions. */
  static long fullShape(TensorShapeProto shape) {
    return elements(shape, 0);
  }

  private static long elements(TensorShapeProto shape, long least) {
    if (shape.getDimCount() > MOST_DIMENSIONS) {
      throw new Flaw(
          "a shape has "
              + shape.getDimCount()
              + " dimensions; TensorFlow allows "
              + MOST_DIMENSIONS);
    }
    long elements = 1;
    for (TensorShapeProto.Dim dim : shape.getDimList()) {
      if (dim.getSize() < least) {
        throw new Flaw("a dimension cannot be " + dim.getSize());
      }
      long size = Math.max(dim.getSize(), 1);
      if (dim.getSize() == 0 || elements == 0) {
        elements = 0;
      } else if (elements > Long.MAX_VALUE / size) {
        throw new Flaw("a shape has more than 2^63 values");
      } else {
        elements *= size;
      }
    }
    return elements;
  }

  void attribute(AttrValue value) {
    switch (value.getValueCase()) {
      case TYPE -> dtype(value.getTypeValue());
      case SHAPE -> shape(value.getShape());
      case TENSOR -> tensor(value.getTensor());
      case FUNC -> function(value.getFunc());
      case LIST -> list(value.getList());
      default -> {}
    }
  }

  private void list(AttrValue.ListValue list) {
    list.getTypeValueList().forEach(ValueCheck::dtype);
    list.getShapeList().forEach(ValueCheck::shape);
    list.getTensorList().forEach(this::tensor);
    list.getFuncList().forEach(this::function);
  }

  private void function(NameAttrList function) {
    for (Map.Entry<String, AttrValue> attribute : function.getAttrMap().entrySet()) {
      attribute(attribute.getValue());
    }
  }

  void tensor(TensorProto tensor) {
    valueDtype(tensor.getDtypeValue());
    long elements = fullShape(tensor.getTensorShape());
    int size = bytes(tensor.getDtype());
    if (elements > Long.MAX_VALUE / size) {
      throw new Flaw("a constant has more than 2^63 bytes");
    }
    if (!tensor.getTensorContent().isEmpty() && elements > 0) {
      content(tensor, elements);
      return;
    }
    long given = given(tensor);
    if (given > elements) {
      throw new Flaw("a constant of " + elements + " values has " + given);
    }
    if (elements > Math.max(1, given)) {
      repeat(elements * size);
    }
    for (var variant : tensor.getVariantValList()) {
      variant.getTensorsList().forEach(this::tensor);
    }
  }

  private static void content(TensorProto tensor, long elements) {
    long content = tensor.getTensorContent().size();
    if (!fits(tensor.getDtype(), elements, content)) {
      throw new Flaw(
          "a constant of "
              + elements
              + " values of "
              + tensor.getDtype()
              + " has "
              + content
              + " bytes");
    }
  }

  /** Whether so many bytes can be the values of a dtype. */
  static boolean fits(DataType dtype, long elements, long bytes) {
    return isPlain(dtype)
        ? elements <= Long.MAX_VALUE / bytes(dtype) && bytes == elements * bytes(dtype)
        : bytes >= elements;
  }

  private void repeat(long bytes) {
    repeated = bytes > Long.MAX_VALUE - repeated ? Long.MAX_VALUE : repeated + bytes;
    if (repeated > mostRepeated) {
      throw new Flaw(
          "constants of one repeated value need "
              + repeated
              + " bytes of memory; at most "
              + mostRepeated
              + " are allowed");
    }
  }

  /** The values that are given one by one. */
  private static long given(TensorProto tensor) {
    return switch (tensor.getDtype()) {
      case DT_FLOAT -> tensor.getFloatValCount();
      case DT_DOUBLE -> tensor.getDoubleValCount();
      case DT_INT64 -> tensor.getInt64ValCount();
      case DT_UINT32 -> tensor.getUint32ValCount();
      case DT_UINT64 -> tensor.getUint64ValCount();
      case DT_HALF, DT_BFLOAT16 -> tensor.getHalfValCount();
      case DT_BOOL -> tensor.getBoolValCount();
      case DT_STRING -> tensor.getStringValCount();
      case DT_COMPLEX64 -> pairs(tensor.getScomplexValCount());
      case DT_COMPLEX128 -> pairs(tensor.getDcomplexValCount());
      case DT_RESOURCE -> tensor.getResourceHandleValCount();
      case DT_VARIANT -> tensor.getVariantValCount();
      case DT_FLOAT8_E5M2, DT_FLOAT8_E4M3FN -> tensor.getFloat8Val().size();
      default -> tensor.getIntValCount();
    };
  }

  private static long pairs(int parts) {
    if (parts % 2 != 0) {
      throw new Flaw("a complex constant has " + parts + " parts, which are no pairs");
    }
    return parts / 2;
  }

  /** Whether the values of a dtype are bytes of a fixed number. */
  private static boolean isPlain(DataType dtype) {
    return switch (dtype) {
      case DT_STRING, DT_RESOURCE, DT_VARIANT -> false;
      default -> true;
    };
  }

  /** The bytes that a value has in TensorFlow's memory, at least. */
  private static int bytes(DataType dtype) {
    return switch (dtype) {
      case DT_DOUBLE, DT_INT64, DT_UINT64, DT_COMPLEX64 -> 8;
      case DT_FLOAT, DT_INT32, DT_UINT32, DT_QINT32 -> 4;
      case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16, DT_QINT16, DT_QUINT16 -> 2;
      case DT_COMPLEX128 -> 16;
      case DT_STRING -> 24;
      case DT_VARIANT -> 64;
      case DT_RESOURCE -> 128;
      default -> 1;
    };
  }
}
