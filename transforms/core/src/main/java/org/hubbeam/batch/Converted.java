// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Conversion.ConversionException;

/**
 * A column in another type, as {@link Conversion} says.
 *
 * @param array the column; rows with faults have other values in it
 * @param faults by row, what was expected and what was found; rising
 */
@Internal
public record Converted(Array array, Map<Integer, String> faults) {

  /** Converts the values of a column; complex numbers and what no array holds stay as they are. */
  public static Converted of(Array column, DType dtype) {
    boolean opaque = dtype != DType.STRING && dtype.bytes() == 0;
    if (column.dtype() == dtype || opaque || dtype.isComplex() || column.dtype().isComplex()) {
      return new Converted(column, Map.of());
    }
    Map<Integer, String> faults = new LinkedHashMap<>();
    ValuesBuilder values = new ValuesBuilder(dtype);
    int[] ends = ends(column);
    int row = 0;
    for (int i = 0; i < column.values().size(); i++) {
      while (ends.length > 0 && ends[row] <= i) {
        row++;
      }
      int of = column instanceof Array.Sparse sparse ? row(sparse, i) : row;
      try {
        add(column.values(), i, values);
      } catch (ConversionException e) {
        faults.putIfAbsent(of, String.valueOf(e.getMessage()));
        if (dtype == DType.STRING) {
          values.addString(new byte[0], 0, 0);
        } else {
          values.addBits(0);
        }
      }
    }
    return new Converted(with(column, values.take(values.size())), faults);
  }

  private static void add(Values from, int index, ValuesBuilder to) throws ConversionException {
    DType dtype = to.dtype();
    if (from instanceof Values.Strings strings) {
      to.addBits(Conversion.ofText(dtype, strings.text(index)));
      return;
    }
    Values.Numbers numbers = (Values.Numbers) from;
    if (numbers.dtype().isFloating()) {
      to.addBits(Conversion.ofDouble(dtype, numbers.getDouble(index)));
    } else if (numbers.dtype() == DType.BOOL) {
      to.addBits(Conversion.ofBool(dtype, numbers.getLong(index) != 0));
    } else if (numbers.dtype() == DType.UINT64) {
      to.addBits(Conversion.ofUnsigned(dtype, numbers.getLong(index)));
    } else {
      to.addBits(Conversion.ofLong(dtype, numbers.getLong(index)));
    }
  }

  private static int row(Array.Sparse sparse, int value) {
    return Math.toIntExact(sparse.indices()[value * sparse.dims().size()]);
  }

  /** Where the values of each row end; empty for a sparse column. */
  private static int[] ends(Array column) {
    if (column instanceof Array.Dense dense) {
      if (dense.dims().isEmpty()) {
        return new int[] {1};
      }
      int width = dense.rowSize();
      int[] ends = new int[dense.rows()];
      Arrays.setAll(ends, row -> (row + 1) * width);
      return ends;
    }
    if (column instanceof Array.Ragged ragged) {
      int[] bounds = ragged.rowSplits().get(0);
      List<int[]> deeper = ragged.rowSplits().subList(1, ragged.rowSplits().size());
      for (int[] splits : deeper) {
        bounds = Arrays.stream(bounds).map(bound -> splits[bound]).toArray();
      }
      int width = ragged.innerSize();
      return Arrays.stream(bounds).skip(1).map(bound -> bound * width).toArray();
    }
    return new int[0];
  }

  private static Array with(Array column, Values values) {
    if (column instanceof Array.Dense) {
      return new Array.Dense(column.dims(), values);
    }
    return column instanceof Array.Ragged ragged
        ? new Array.Ragged(values, ragged.rowSplits(), ragged.inner())
        : new Array.Sparse(column.dims(), ((Array.Sparse) column).indices(), values);
  }
}
