// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Arrays from values that a module holds as protos, and from python arguments. */
@Internal
public final class TensorProtos {

  private TensorProtos() {}

  /**
   * The array of a tensor proto whose structure was checked; a value that stands for all is
   * repeated.
   *
   * @throws ModuleException when no array holds values of its dtype
   */
  public static Array.Dense decode(TensorProto proto) {
    DType dtype = DType.of(proto.getDtype());
    if (dtype.isOpaque()) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, "a constant of " + dtype + " cannot be read");
    }
    List<Long> dims =
        proto.getTensorShape().getDimList().stream().map(TensorShapeProto.Dim::getSize).toList();
    int size = Math.toIntExact(dims.stream().reduce(1L, Math::multiplyExact));
    if (dtype == DType.STRING) {
      List<ByteString> given =
          proto.getStringValCount() == 0 ? List.of(ByteString.EMPTY) : proto.getStringValList();
      List<byte[]> values = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        values.add(given.get(Math.min(i, given.size() - 1)).toByteArray());
      }
      return new Array.Dense(dims, Values.ofBytes(values));
    }
    if (!proto.getTensorContent().isEmpty()) {
      return new Array.Dense(
          dims, new Values.Numbers(dtype, proto.getTensorContent().toByteArray()));
    }
    ByteBuffer bytes = ByteBuffer.allocate(size * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    int parts = dtype.isComplex() ? 2 : 1;
    List<? extends Number> given = numbers(proto, dtype);
    for (int i = 0; i < size * parts; i++) {
      int last = given.size() - parts + i % parts;
      put(bytes, dtype, given.isEmpty() ? 0 : given.get(i < given.size() ? i : last));
    }
    return new Array.Dense(dims, new Values.Numbers(dtype, bytes.array()));
  }

  /** The numbers that are given; complex values are two. */
  private static List<? extends Number> numbers(TensorProto proto, DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> proto.getFloatValList();
      case FLOAT64 -> proto.getDoubleValList();
      case INT64 -> proto.getInt64ValList();
      case UINT64 -> proto.getUint64ValList();
      case UINT32 -> proto.getUint32ValList();
      case FLOAT16, BFLOAT16 -> proto.getHalfValList();
      case COMPLEX64 -> proto.getScomplexValList();
      case COMPLEX128 -> proto.getDcomplexValList();
      case BOOL -> proto.getBoolValList().stream().map(b -> b ? 1 : 0).toList();
      default -> proto.getIntValList();
    };
  }

  private static void put(ByteBuffer bytes, DType dtype, Number value) {
    switch (dtype) {
      case FLOAT32, COMPLEX64 -> bytes.putFloat(value.floatValue());
      case FLOAT64, COMPLEX128 -> bytes.putDouble(value.doubleValue());
      case INT64, UINT64 -> bytes.putLong(value.longValue());
      case INT32, UINT32 -> bytes.putInt(value.intValue());
      case INT16, UINT16, FLOAT16, BFLOAT16 -> bytes.putShort(value.shortValue());
      default -> bytes.put(value.byteValue());
    }
  }

  /**
   * A python value as the scalar that a function takes as a tensor.
   *
   * @throws ModuleException when the type cannot hold the value
   */
  static Array.Dense scalar(String name, @Nullable Object value, DType dtype) {
    if (dtype == DType.STRING && value instanceof String text) {
      return Array.Dense.scalar(Values.of(text));
    }
    boolean fits =
        value instanceof Boolean && dtype == DType.BOOL
            || value instanceof Long && (dtype.isInteger() || isPlainFloat(dtype))
            || value instanceof Double && isPlainFloat(dtype);
    if (value == null || !fits) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          "argument '" + name + "' is a " + dtype + " tensor, which cannot be " + value);
    }
    ByteBuffer bytes = ByteBuffer.allocate(dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    put(bytes, dtype, value instanceof Boolean flag ? (Number) (flag ? 1 : 0) : (Number) value);
    return Array.Dense.scalar(new Values.Numbers(dtype, bytes.array()));
  }

  private static boolean isPlainFloat(DType dtype) {
    return dtype == DType.FLOAT32 || dtype == DType.FLOAT64;
  }
}
