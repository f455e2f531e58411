// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** Ragged and sparse arrays taken apart into plain tensors, and put together again. */
final class Composites {

  private Composites() {}

  /** The tensors of an array, in TensorFlow's order. */
  static List<Array.Dense> parts(Structure.Tensor tensor, Array array) {
    if (tensor.spec().layout() == Layout.DENSE) {
      return List.of((Array.Dense) array);
    }
    if (array instanceof Array.Sparse sparse) {
      long rank = sparse.dims().size();
      long[] dims = sparse.dims().stream().mapToLong(d -> d).toArray();
      return List.of(
          new Array.Dense(
              List.of((long) sparse.values().size(), rank), Values.of(sparse.indices())),
          Array.Dense.vector(sparse.values()),
          Array.Dense.vector(Values.of(dims)));
    }
    Array.Ragged ragged =
        array instanceof Array.Dense dense
            ? ragged(dense, tensor.parts() - 1)
            : (Array.Ragged) array;
    List<Array.Dense> parts = new ArrayList<>();
    int[] innermost = ragged.rowSplits().get(ragged.rowSplits().size() - 1);
    List<Long> dims = new ArrayList<>();
    dims.add((long) innermost[innermost.length - 1]);
    dims.addAll(ragged.inner());
    parts.add(new Array.Dense(dims, ragged.values()));
    for (int[] splits : ragged.rowSplits()) {
      parts.add(
          Array.Dense.vector(
              tensor.splits() == DType.INT32
                  ? Values.of(splits)
                  : Values.of(Arrays.stream(splits).asLongStream().toArray())));
    }
    return parts;
  }

  private static Array.Ragged ragged(Array.Dense dense, int levels) {
    List<int[]> splits = new ArrayList<>();
    long rows = dense.dims().get(0);
    for (int level = 1; level <= levels; level++) {
      int[] cut = new int[Math.toIntExact(rows + 1)];
      int width = Math.toIntExact(dense.dims().get(level));
      Arrays.setAll(cut, i -> i * width);
      splits.add(cut);
      rows *= width;
    }
    return new Array.Ragged(
        dense.values(), splits, dense.dims().subList(levels + 1, dense.dims().size()));
  }

  /** The array of tensors in TensorFlow's order. */
  static Array whole(Structure.Tensor tensor, List<Array.Dense> parts) {
    return switch (tensor.spec().layout()) {
      case DENSE -> parts.get(0);
      case SPARSE ->
          new Array.Sparse(
              longs(parts.get(2)).stream().toList(),
              longs(parts.get(0)).stream().mapToLong(v -> v).toArray(),
              parts.get(1).values());
      case RAGGED -> {
        List<int[]> splits = new ArrayList<>();
        for (Array.Dense part : parts.subList(1, parts.size())) {
          splits.add(longs(part).stream().mapToInt(Math::toIntExact).toArray());
        }
        List<Long> dims = parts.get(0).dims();
        yield new Array.Ragged(parts.get(0).values(), splits, dims.subList(1, dims.size()));
      }
    };
  }

  private static List<Long> longs(Array.Dense array) {
    return Arrays.stream(((Values.Numbers) array.values()).toLongs()).boxed().toList();
  }

  /**
   * An array in an input's type: integers in another width and float32 as float64. Any other array
   * is left as it is, and so is one with a value that the type cannot hold.
   */
  static Array widened(Array array, DType dtype) {
    if (!castable(array.dtype(), dtype)) {
      return array;
    }
    Values.Numbers cast = cast((Values.Numbers) array.values(), dtype);
    return cast == null ? array : with(array, cast);
  }

  /** Whether values of a type may be given where another is wanted, if they fit. */
  static boolean castable(DType from, DType to) {
    return from != to
        && (from.isInteger() && to.isInteger() || from == DType.FLOAT32 && to == DType.FLOAT64);
  }

  /** An array with other values in its places. */
  static Array with(Array array, Values values) {
    if (array instanceof Array.Dense) {
      return new Array.Dense(array.dims(), values);
    }
    return array instanceof Array.Ragged ragged
        ? new Array.Ragged(values, ragged.rowSplits(), ragged.inner())
        : new Array.Sparse(array.dims(), ((Array.Sparse) array).indices(), values);
  }

  /** Integers in another width, when they fit; null when one does not. */
  static Values.@Nullable Numbers cast(Values.Numbers from, DType dtype) {
    ByteBuffer to = ByteBuffer.allocate(from.size() * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < from.size(); i++) {
      if (dtype == DType.FLOAT64) {
        to.putDouble(from.getDouble(i));
        continue;
      }
      long value = from.getLong(i);
      switch (dtype.bytes()) {
        case 1 -> to.put((byte) value);
        case 2 -> to.putShort((short) value);
        case 4 -> to.putInt((int) value);
        default -> to.putLong(value);
      }
    }
    Values.Numbers cast = new Values.Numbers(dtype, to.array());
    if (dtype.isInteger()) {
      for (int i = 0; i < from.size(); i++) {
        if (cast.getLong(i) != from.getLong(i)) {
          return null;
        }
      }
    }
    return cast;
  }
}
