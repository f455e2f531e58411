package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;

/** Puts outputs beside the columns that they were made from. */
final class Appended {

  private Appended() {}

  /**
   * The rows that have outputs, with them.
   *
   * @return one batch for each piece
   */
  static List<Batch> of(Batch batch, List<ModuleCaller.Piece> pieces) {
    List<Batch> whole = new ArrayList<>();
    for (ModuleCaller.Piece piece : pieces) {
      Batch rows = piece.rows().length == batch.rows() ? batch : batch.select(piece.rows());
      Map<String, Array> columns = new LinkedHashMap<>(rows.columns());
      columns.putAll(piece.outputs().columns());
      whole.add(new Batch(rows.rows(), columns, rows.origin()));
    }
    return whole;
  }
}
