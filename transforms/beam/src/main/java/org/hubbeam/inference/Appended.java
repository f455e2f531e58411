// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;

/** Puts outputs beside the columns that they were made from. */
final class Appended {

  private Appended() {}

  /**
   * The rows that have outputs, with them.
   *
   * @param batch the columns that stay
   * @param pieces in the order of their first rows
   * @return one batch, or one for each piece where the outputs have not one shape
   */
  static List<Batch> append(Batch batch, List<ModuleCaller.Piece> pieces) {
    List<Batch> whole = new ArrayList<>();
    for (ModuleCaller.Piece piece : together(pieces)) {
      Batch rows = piece.rows().length == batch.rows() ? batch : batch.select(piece.rows());
      Map<String, Array> columns = new LinkedHashMap<>(rows.columns());
      columns.putAll(piece.outputs().columns());
      whole.add(new Batch(rows.rows(), columns, rows.origin()));
    }
    return whole;
  }

  /** The pieces as one in the order of the rows where their outputs have one shape. */
  static List<ModuleCaller.Piece> together(List<ModuleCaller.Piece> pieces) {
    if (pieces.size() < 2 || !pieces.stream().allMatch(p -> alike(pieces.get(0), p))) {
      return pieces;
    }
    Batch outputs = Batch.concat(pieces.stream().map(ModuleCaller.Piece::outputs).toList());
    int[] rows = pieces.stream().flatMapToInt(p -> Arrays.stream(p.rows())).toArray();
    int[] order =
        IntStream.range(0, rows.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> rows[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    Arrays.sort(rows);
    boolean inOrder = Arrays.equals(order, IntStream.range(0, order.length).toArray());
    return List.of(new ModuleCaller.Piece(rows, inOrder ? outputs : outputs.select(order)));
  }

  private static boolean alike(ModuleCaller.Piece one, ModuleCaller.Piece other) {
    Map<String, Array> columns = one.outputs().columns();
    return columns.keySet().equals(other.outputs().columns().keySet())
        && columns.entrySet().stream()
            .allMatch(c -> alike(c.getValue(), other.outputs().column(c.getKey())));
  }

  private static boolean alike(Array one, Array other) {
    int rank = one.dims().size();
    return one.dtype() == other.dtype()
        && one.layout() == other.layout()
        && rank == other.dims().size()
        && one.dims().subList(1, rank).equals(other.dims().subList(1, rank));
  }
}
