// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/** A reducer of vectors to results that are computed from their covariance matrix. */
abstract class MatrixReducer extends DescribedReducer<CoMoments> {

  private final DType dtype;
  private final int cells;
  private final DType result;
  private final String name;

  MatrixReducer(DType dtype, int cells, DType result, String name) {
    if (!(dtype.isFloating() || dtype.isInteger())) {
      throw new IllegalArgumentException(name + " is for numbers, not for " + dtype);
    }
    if (!result.isFloating()) {
      throw new IllegalArgumentException(name + " gives floating point numbers, not " + result);
    }
    if (cells < 1) {
      throw new IllegalArgumentException(name + " needs rows of 1 cell or more, not " + cells);
    }
    this.dtype = dtype;
    this.cells = cells;
    this.result = result;
    this.name = name;
  }

  final DType dtype() {
    return dtype;
  }

  final int cells() {
    return cells;
  }

  final DType result() {
    return result;
  }

  @Override
  public final CoMoments empty() {
    return new CoMoments(cells);
  }

  @Override
  public final void add(CoMoments summary, List<Array> columns) {
    Array x = ReducerInputs.only(columns, dtype, name);
    if (!(x instanceof Array.Dense) || x.dims().size() != 2 || x.dims().get(1) != cells) {
      throw new IllegalArgumentException(
          name + " is for dense rows of " + cells + " cells, not for " + x.spec("x").type());
    }
    summary.add(NumberArrays.doubles((Values.Numbers) x.values()));
  }

  @Override
  public final CoMoments read(DataInput in) throws IOException {
    return CoMoments.read(in, cells);
  }

  /** The first columns of a matrix, row by row. */
  static double[] flat(double[][] matrix, int columns) {
    double[] flat = new double[matrix.length * columns];
    for (int row = 0; row < matrix.length; row++) {
      System.arraycopy(matrix[row], 0, flat, row * columns, columns);
    }
    return flat;
  }
}
