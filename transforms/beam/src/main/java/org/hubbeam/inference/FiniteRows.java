// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** Rows whose outputs are all numbers, apart from those with NaN or an infinity. */
final class FiniteRows {

  private FiniteRows() {}

  /**
   * Parts a piece into the rows whose outputs are finite and those that have NaN or an infinity.
   *
   * @return the former as a piece, and for each of the latter the output and the value
   */
  static ModuleCaller.Outcome split(ModuleCaller.Piece piece) {
    @Nullable String[] reasons = new String[piece.rows().length];
    piece.outputs().columns().forEach((name, array) -> look(name, array, reasons));
    List<Integer> good = new ArrayList<>();
    List<CallPlan.BadRow> bad = new ArrayList<>();
    for (int i = 0; i < reasons.length; i++) {
      if (reasons[i] == null) {
        good.add(i);
      } else {
        bad.add(new CallPlan.BadRow(piece.rows()[i], reasons[i]));
      }
    }
    if (bad.isEmpty()) {
      return new ModuleCaller.Outcome(List.of(piece), bad);
    }
    int[] kept = good.stream().mapToInt(Integer::intValue).toArray();
    int[] rows = Arrays.stream(kept).map(i -> piece.rows()[i]).toArray();
    return new ModuleCaller.Outcome(
        List.of(new ModuleCaller.Piece(rows, piece.outputs().select(kept))), bad);
  }

  private static void look(String name, Array array, @Nullable String[] reasons) {
    if (!array.dtype().isFloating()) {
      return;
    }
    for (int row = 0; row < reasons.length; row++) {
      if (array instanceof Array.Dense dense) {
        int width = dense.rowSize();
        look(name, (Values.Numbers) dense.values(), row * width, (row + 1) * width, row, reasons);
      } else {
        Values.Numbers values = (Values.Numbers) array.slice(row, row + 1).values();
        look(name, values, 0, values.size(), row, reasons);
      }
    }
  }

  private static void look(
      String name, Values.Numbers values, int from, int to, int row, @Nullable String[] reasons) {
    for (int i = from; i < to && reasons[row] == null; i++) {
      double value = values.getDouble(i);
      if (!Double.isFinite(value)) {
        reasons[row] = "the output '" + name + "' has " + value + ", expected numbers";
      }
    }
  }
}
