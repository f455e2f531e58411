// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;

/** Whether what one function gives can be what another takes, as far as both declare it. */
final class HandOver {

  private HandOver() {}

  /** Whether an array of the one kind may be an input of the other. */
  static boolean fits(ArraySpec given, ArraySpec taken) {
    return dtypes(given.dtype(), taken.dtype()) && layouts(given, taken) && shapes(given, taken);
  }

  private static boolean dtypes(DType given, DType taken) {
    boolean floats =
        (given == DType.FLOAT32 || given == DType.FLOAT64)
            && (taken == DType.FLOAT32 || taken == DType.FLOAT64);
    return given == taken || floats || given.isInteger() && taken.isInteger();
  }

  private static boolean layouts(ArraySpec given, ArraySpec taken) {
    return given.layout() == taken.layout()
        || given.layout() == Layout.RAGGED
        || given.layout() == Layout.DENSE && taken.layout() == Layout.RAGGED;
  }

  private static boolean shapes(ArraySpec given, ArraySpec taken) {
    Shape from = given.shape();
    Shape to = taken.shape();
    if (!from.hasRank() || !to.hasRank() || given.layout() != taken.layout()) {
      return true;
    }
    boolean oneByOne = to.rank() == from.rank() - 1;
    if (from.rank() == 2 && to.rank() == 1 && from.dim(1) == 1) {
      return true;
    }
    if (from.rank() == 0 || !oneByOne && from.rank() != to.rank()) {
      return false;
    }
    List<Long> rest = to.dims().subList(oneByOne ? 0 : 1, to.rank());
    return new Shape(rest).admits(from.row().dims());
  }
}
