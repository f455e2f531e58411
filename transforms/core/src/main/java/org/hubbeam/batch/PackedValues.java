// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Rows of numbers as little-endian byte strings, one per row, for dtypes that {@code tf.Example}
 * does not have. {@code tf.io.decode_raw(column, dtype)} reads them.
 *
 * @param dtype the type of the numbers
 * @param dims the shape of a row
 */
public record PackedValues(DType dtype, List<Long> dims) implements Serializable {

  public PackedValues {
    dims = List.copyOf(dims);
    if (dtype == DType.STRING || dims.isEmpty() || dims.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException(
          "only rows of numbers of one shape can be packed, not " + dtype + " " + new Shape(dims));
    }
    try {
      int unused = bytes(dtype, dims);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "a row of " + dtype + " " + new Shape(dims) + " has more than 2 GiB", e);
    }
  }

  private static int bytes(DType dtype, List<Long> dims) {
    return Math.toIntExact(dims.stream().reduce((long) dtype.bytes(), Math::multiplyExact));
  }

  /**
   * The packing of a column.
   *
   * @throws IllegalArgumentException if it is not dense with several numbers per row
   */
  static PackedValues of(String name, Array array) {
    if (!(array instanceof Array.Dense dense) || dense.dims().size() < 2) {
      throw new IllegalArgumentException(
          "only rows of numbers of one shape can be packed, not " + array.spec(name));
    }
    return new PackedValues(dense.dtype(), dense.dims().subList(1, dense.dims().size()));
  }

  /**
   * Packs columns of a batch.
   *
   * @throws IllegalArgumentException if a column is missing, or is not dense with several numbers
   *     per row
   */
  public static Batch pack(Batch batch, Collection<String> columns) {
    Batch packed = batch;
    for (String name : columns) {
      Array array = batch.column(name);
      packed = packed.with(name, of(name, array).pack(array));
    }
    return packed;
  }

  private Array.Dense pack(Array array) {
    int size = bytes(dtype, dims);
    int[] offsets = new int[array.rows() + 1];
    for (int row = 0; row < offsets.length; row++) {
      offsets[row] = row * size;
    }
    byte[] block = ((Values.Numbers) array.values()).bytes();
    return Array.Dense.vector(new Values.Strings(block, offsets));
  }

  /**
   * The numbers of a packed column.
   *
   * @throws IllegalArgumentException if a row does not have exactly one string of the expected
   *     length
   */
  public Array.Dense unpack(Array packed) {
    if (!(packed instanceof Array.Dense dense)
        || dense.dims().size() != 1
        || !(dense.values() instanceof Values.Strings strings)) {
      throw new IllegalArgumentException(
          "packed rows are one string each, not " + packed.spec("packed"));
    }
    int size = bytes(dtype, dims);
    for (int row = 0; row < strings.size(); row++) {
      if (strings.length(row) != size) {
        throw new IllegalArgumentException(
            "row "
                + row
                + " has "
                + strings.length(row)
                + " bytes, expected "
                + size
                + " for "
                + dtype
                + " "
                + new Shape(dims));
      }
    }
    byte[] block = new byte[Math.multiplyExact(size, strings.size())];
    System.arraycopy(strings.bytes(), strings.offsets()[0], block, 0, block.length);
    List<Long> whole = new ArrayList<>(dims);
    whole.add(0, (long) strings.size());
    return new Array.Dense(whole, new Values.Numbers(dtype, block));
  }
}
