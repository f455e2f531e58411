// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** The vectors of each row as one. */
final class SequencePool {

  private final Pooling pooling;
  private final VectorColumn column;
  private final int[] bounds;
  private final Values.@Nullable Numbers mask;
  private final int[] maskBounds;

  private SequencePool(Pooling pooling, VectorColumn column, int rows, @Nullable Array mask) {
    this.pooling = pooling;
    this.column = column;
    this.bounds = column.rowBounds(rows);
    this.mask = mask == null ? null : (Values.Numbers) mask.values();
    this.maskBounds = mask == null ? bounds : VectorColumn.rowBounds(mask);
  }

  /**
   * One vector a row.
   *
   * @param mask null for none
   * @param faults takes the reason of each row whose mask does not fit
   * @throws IllegalArgumentException when the column has no sequences, or the mask no numbers or
   *     another fixed number of them
   */
  static VectorColumn pool(
      Pooling pooling,
      String name,
      Array vectors,
      @Nullable Array mask,
      @Nullable String[] faults) {
    VectorColumn column = VectorColumn.of(name, vectors);
    int rows = vectors.rows();
    if (column.outer().splits().isEmpty() && column.outer().dims().size() < 2) {
      throw new IllegalArgumentException(
          pooling.describe()
              + " is for sequences of vectors [n, t, d], found "
              + vectors.spec(name));
    }
    if (mask != null) {
      checkMask(pooling.mask(), mask, column);
    }
    return new SequencePool(pooling, column, rows, mask).pool(rows, faults);
  }

  private static void checkMask(String name, Array mask, VectorColumn column) {
    boolean fits = mask.values() instanceof Values.Numbers && mask.layout() != Layout.SPARSE;
    List<Long> dims = column.outer().dims();
    if (fits && mask.layout() == Layout.DENSE && column.outer().splits().isEmpty()) {
      fits = size(mask.dims()) == size(dims);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "expected a mask of one number for each position "
              + new Shape(dims)
              + ", found "
              + mask.spec(name));
    }
  }

  private static long size(List<Long> dims) {
    return dims.stream().reduce(1L, Math::multiplyExact);
  }

  private VectorColumn pool(int rows, String[] faults) {
    int width = column.width();
    float[] pooled = new float[Math.multiplyExact(rows, width)];
    double[] sums = new double[width];
    for (int row = 0; row < rows; row++) {
      int positions = bounds[row + 1] - bounds[row];
      int masked = maskBounds[row + 1] - maskBounds[row];
      if (masked != positions) {
        faults[row] =
            "the mask '"
                + pooling.mask()
                + "' has "
                + masked
                + " values, expected "
                + positions
                + ", one for each position";
        continue;
      }
      int counted = combine(row, sums);
      double divisor =
          switch (pooling.kind()) {
            case MEAN -> counted;
            case SQRT_N -> Math.sqrt(counted);
            default -> 1;
          };
      for (int i = 0; counted > 0 && i < width; i++) {
        pooled[row * width + i] = (float) (sums[i] / divisor);
      }
    }
    return new VectorColumn(new VectorColumn.Outer(List.of((long) rows), List.of()), width, pooled);
  }

  /** The sum, or what stands for it, of the positions that count; returns how many there are. */
  private int combine(int row, double[] sums) {
    Arrays.fill(sums, 0);
    float[] values = column.values();
    int counted = 0;
    for (int i = 0; i < bounds[row + 1] - bounds[row]; i++) {
      if (mask != null && mask.getDouble(maskBounds[row] + i) == 0) {
        continue;
      }
      int at = (bounds[row] + i) * column.width();
      boolean first = counted++ == 0;
      if (pooling.kind() == Pooling.Kind.MAX && !first) {
        for (int j = 0; j < sums.length; j++) {
          sums[j] = Math.max(sums[j], values[at + j]);
        }
      } else {
        for (int j = 0; j < sums.length; j++) {
          sums[j] += values[at + j];
        }
      }
      if (pooling.kind() == Pooling.Kind.FIRST) {
        break;
      }
    }
    return counted;
  }
}
