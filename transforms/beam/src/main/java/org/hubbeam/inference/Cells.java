// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Utf8;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Values of single rows: from what users have, and stacked into columns. A cell is a dense array of
 * the row's shape, a scalar for one value.
 */
final class Cells {

  private Cells() {}

  /**
   * The cell of a Java value: String, {@code byte[]}, a boxed number or Boolean, arrays and
   * collections of them, or {@link Array.Dense}.
   *
   * @throws IllegalArgumentException for anything else, null included
   */
  static Array.Dense convert(@Nullable Object value) {
    if (value instanceof String s) {
      return text(Utf8.encode(s));
    }
    if (value instanceof byte[] bytes) {
      return text(bytes);
    }
    if (value instanceof Array.Dense dense) {
      return dense;
    }
    if (value instanceof float[] floats) {
      return Array.Dense.vector(Values.of(floats));
    }
    if (value instanceof long[] longs) {
      return Array.Dense.vector(Values.of(longs));
    }
    if (value instanceof int[] ints) {
      return Array.Dense.vector(Values.of(ints));
    }
    if (value instanceof double[] doubles) {
      return Array.Dense.vector(doubles(doubles));
    }
    if (value instanceof Object[] objects) {
      return list(Arrays.asList(objects));
    }
    if (value instanceof Collection<?> collection) {
      return list(collection);
    }
    return Array.Dense.scalar(number(value));
  }

  /** Rows of one shape and type as a column. */
  static Array.Dense stack(List<Array.Dense> cells) {
    List<Long> dims = new ArrayList<>(cells.get(0).dims());
    dims.add(0, (long) cells.size());
    if (cells.get(0).values() instanceof Values.Strings) {
      return new Array.Dense(dims, strings(cells));
    }
    long size = cells.stream().mapToLong(c -> c.values().byteSize()).sum();
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size));
    for (Array.Dense cell : cells) {
      bytes.put(((Values.Numbers) cell.values()).bytes());
    }
    return new Array.Dense(dims, new Values.Numbers(cells.get(0).dtype(), bytes.array()));
  }

  private static Values.Strings strings(List<Array.Dense> cells) {
    int count = 0;
    int length = 0;
    for (Array.Dense cell : cells) {
      Values.Strings strings = (Values.Strings) cell.values();
      int[] ends = strings.offsets();
      count += strings.size();
      length = Math.addExact(length, ends[strings.size()] - ends[0]);
    }
    byte[] bytes = new byte[length];
    int[] offsets = new int[count + 1];
    int at = 0;
    for (Array.Dense cell : cells) {
      Values.Strings strings = (Values.Strings) cell.values();
      int[] ends = strings.offsets();
      int shift = offsets[at] - ends[0];
      for (int i = 1; i <= strings.size(); i++) {
        offsets[++at] = ends[i] + shift;
      }
      System.arraycopy(
          strings.bytes(), ends[0], bytes, ends[0] + shift, ends[strings.size()] - ends[0]);
    }
    return new Values.Strings(bytes, offsets);
  }

  /** Whether two cells can stand in one column. */
  static boolean alike(Array.Dense one, Array.Dense other) {
    return one.dtype() == other.dtype() && one.dims().equals(other.dims());
  }

  /**
   * Whether values that are of a dtype in all rows can be given to an input of another, if they fit
   * into it. Texts that are numbers can, but whoever declares texts does not mean numbers.
   */
  static boolean convertible(DType given, DType input) {
    if (given == input) {
      return true;
    }
    boolean text = given == DType.STRING || input == DType.STRING;
    return !text && (given != DType.BOOL || input == DType.INT64);
  }

  private static Array.Dense text(byte[] bytes) {
    return new Array.Dense(List.of(), new Values.Strings(bytes, new int[] {0, bytes.length}));
  }

  private static Array.Dense list(Collection<?> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("the value is an empty list");
    }
    List<Array.Dense> cells = values.stream().map(Cells::convert).toList();
    for (Array.Dense cell : cells) {
      if (!alike(cell, cells.get(0))) {
        throw new IllegalArgumentException(
            "the value is a list of unlike parts: "
                + cells.get(0).spec("one")
                + " and "
                + cell.spec("another"));
      }
    }
    return stack(cells);
  }

  private static Values.Numbers number(@Nullable Object value) {
    if (value instanceof Float f) {
      return Values.of(f);
    }
    if (value instanceof Long l) {
      return Values.of(l);
    }
    if (value instanceof Integer i) {
      return Values.of(i);
    }
    if (value instanceof Double d) {
      return doubles(d);
    }
    if (value instanceof Boolean b) {
      return new Values.Numbers(DType.BOOL, new byte[] {(byte) (b ? 1 : 0)});
    }
    if (value instanceof Short || value instanceof Byte) {
      return Values.of(((Number) value).intValue());
    }
    throw new IllegalArgumentException(
        value == null
            ? "the value is missing"
            : "the value is a "
                + value.getClass().getName()
                + "; allowed are String, byte[], numbers, Boolean, arrays and lists of them");
  }

  private static Values.Numbers doubles(double... values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asDoubleBuffer().put(values);
    return new Values.Numbers(DType.FLOAT64, buffer.array());
  }
}
