package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;

/** Rows whose outputs are all numbers, apart from those with NaN or an infinity. */
final class FiniteRows {

  private FiniteRows() {}

  /**
   * The piece without the rows that have NaN or an infinity.
   *
   * @param bad takes the others, with the output and the value
   */
  static ModuleCaller.Piece of(ModuleCaller.Piece piece, List<CallPlan.BadRow> bad) {
    String[] reasons = new String[piece.rows().length];
    piece.outputs().columns().forEach((name, array) -> look(name, array, reasons));
    List<Integer> good = new ArrayList<>();
    for (int i = 0; i < reasons.length; i++) {
      if (reasons[i] == null) {
        good.add(i);
      } else {
        bad.add(new CallPlan.BadRow(piece.rows()[i], reasons[i]));
      }
    }
    if (good.size() == reasons.length) {
      return piece;
    }
    int[] kept = good.stream().mapToInt(Integer::intValue).toArray();
    return new ModuleCaller.Piece(
        Arrays.stream(kept).map(i -> piece.rows()[i]).toArray(), piece.outputs().select(kept));
  }

  private static void look(String name, Array array, String[] reasons) {
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
      String name, Values.Numbers values, int from, int to, int row, String[] reasons) {
    for (int i = from; i < to && reasons[row] == null; i++) {
      double value = values.getDouble(i);
      if (!Double.isFinite(value)) {
        reasons[row] = "the output '" + name + "' has " + value + ", expected numbers";
      }
    }
  }
}
