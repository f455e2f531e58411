// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_AllocateTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Dim;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NumDims;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorByteSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.proto.DataType;

/** Arrays into TensorFlow's memory and back, a block at a time. */
final class NativeTensors {

  /** A string in a tensor: 24 bytes, up to 22 of them the text itself. */
  private static final int STRING_BYTES = 24;

  private static final int INLINE_BYTES = 22;
  private static final int LARGE = 1;

  private NativeTensors() {}

  /** A tensor of TensorFlow's with the values of an array; the caller deletes it. */
  static TF_Tensor allocate(Array.Dense array) {
    return array.values() instanceof Values.Numbers numbers
        ? numbers(array.dims(), numbers)
        : strings(array.dims(), (Values.Strings) array.values());
  }

  /** Gives a tensor back. */
  static void delete(TF_Tensor tensor) {
    TF_DeleteTensor(tensor);
  }

  private static TF_Tensor numbers(List<Long> dims, Values.Numbers values) {
    byte[] bytes = values.bytes();
    TF_Tensor tensor = allocate(values.dtype(), dims, bytes.length);
    if (bytes.length > 0) {
      buffer(tensor, bytes.length).put(0, bytes);
    }
    return tensor;
  }

  /**
   * Strings are written as TensorFlow's own structs, with the long ones behind them in the same
   * block. They are marked as large strings and not as views: whoever keeps one (a table, a
   * variable) then copies the text instead of pointing into a block that this tensor takes with it.
   */
  private static TF_Tensor strings(List<Long> dims, Values.Strings values) {
    int size = values.size();
    int[] offsets = values.offsets();
    byte[] bytes = values.bytes();
    long total = (long) STRING_BYTES * size;
    for (int i = 0; i < size; i++) {
      int length = offsets[i + 1] - offsets[i];
      total += length > INLINE_BYTES ? length + 1L : 0;
    }
    if (total > Integer.MAX_VALUE) {
      throw new ModuleException(
          ModuleException.Kind.RESOURCE_EXHAUSTED,
          "a tensor of " + size + " strings would take " + total + " bytes");
    }
    if (size == 0) {
      return allocate(DType.STRING, dims, 0);
    }
    NativeBlock block = NativeBlock.allocate(total);
    long address = block.data().address();
    ByteBuffer out = block.data().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    int free = STRING_BYTES * size;
    for (int i = 0; i < size; i++) {
      int from = offsets[i];
      int length = offsets[i + 1] - from;
      if (length <= INLINE_BYTES) {
        out.put(at, (byte) (length << 2));
        out.put(at + 1, bytes, from, length);
        out.put(at + 1 + length, (byte) 0);
      } else {
        out.putLong(at, (long) length << 2 | LARGE);
        out.putLong(at + 8, length);
        out.putLong(at + 16, address + free);
        out.put(free, bytes, from, length);
        out.put(free + length, (byte) 0);
        free += length + 1;
      }
      at += STRING_BYTES;
    }
    return block.tensor(DType.STRING.proto().getNumber(), shape(dims));
  }

  private static long[] shape(List<Long> dims) {
    long[] shape = new long[dims.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = dims.get(i);
    }
    return shape;
  }

  /** The values of a tensor, copied; the tensor stays the caller's. */
  static Array.Dense read(TF_Tensor tensor) {
    DType dtype = DType.of(DataType.forNumber(TF_TensorType(tensor)));
    List<Long> dims = new ArrayList<>();
    long size = 1;
    for (int i = 0; i < TF_NumDims(tensor); i++) {
      long dim = TF_Dim(tensor, i);
      dims.add(dim);
      size *= dim;
    }
    if (dtype == DType.STRING) {
      return new Array.Dense(dims, readStrings(tensor, Math.toIntExact(size)));
    }
    byte[] bytes = new byte[Math.toIntExact(TF_TensorByteSize(tensor))];
    if (bytes.length > 0) {
      buffer(tensor, bytes.length).get(0, bytes);
    }
    return new Array.Dense(dims, new Values.Numbers(dtype, bytes));
  }

  private static Values.Strings readStrings(TF_Tensor tensor, int size) {
    if (size == 0) {
      return Values.ofBytes(List.of());
    }
    Pointer data = TF_TensorData(tensor);
    StringStructs structs =
        new StringStructs(buffer(tensor, STRING_BYTES * size), data.address(), size);
    byte[] bytes = new byte[structs.end(size - 1)];
    NativeWindow window = new NativeWindow(data);
    for (int i = 0; i < size; i++) {
      int from = structs.offsets()[i];
      window.copy(structs.address(i), bytes, from, structs.end(i) - from);
    }
    return new Values.Strings(bytes, structs.offsets());
  }

  private static TF_Tensor allocate(DType dtype, List<Long> dims, long bytes) {
    TF_Tensor tensor =
        TF_AllocateTensor(dtype.proto().getNumber(), shape(dims), dims.size(), bytes);
    if (tensor == null || tensor.isNull()) {
      throw new ModuleException(
          ModuleException.Kind.RESOURCE_EXHAUSTED,
          "no memory for a tensor " + dtype + " " + dims + " of " + bytes + " bytes");
    }
    return tensor;
  }

  private static ByteBuffer buffer(TF_Tensor tensor, int bytes) {
    return new BytePointer(TF_TensorData(tensor))
        .capacity(bytes)
        .asByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
