// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/** What was seen of a column so far: one statistic, or one for each cell of a row. */
@Internal
public final class CellSummary implements Summary<CellSummary> {

  private Grid grid;
  private long rows;
  private Slots slots;

  CellSummary(Grid grid, Slots slots) {
    this.grid = grid;
    this.slots = slots;
    slots.grow(grid.cells());
  }

  void add(Array x, double @Nullable [] weights, Axis axis) {
    int[] places = null;
    if (!axis.isWhole()) {
      Grid own = Grid.of(x, axis);
      cover(own);
      places = grid.places(x, own);
    }
    rows += x.rows();
    slots.add(x.values(), weights, places);
  }

  @Override
  public void merge(CellSummary other) {
    cover(other.grid);
    rows += other.rows;
    slots.merge(other.slots, other.grid.cellsIn(grid));
  }

  private void cover(Grid other) {
    Grid larger = grid.union(other);
    if (!larger.equals(grid)) {
      Slots moved = slots.fresh();
      moved.grow(larger.cells());
      moved.merge(slots, grid.cellsIn(larger));
      slots = moved;
      grid = larger;
    }
  }

  Grid grid() {
    return grid;
  }

  long rows() {
    return rows;
  }

  Slots slots() {
    return slots;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    grid.write(out);
    out.writeLong(rows);
    slots.write(out, grid.cells());
  }

  static CellSummary read(DataInput in, Slots slots) throws IOException {
    Grid grid = Grid.read(in);
    long rows = in.readLong();
    slots.read(in, grid.cells());
    CellSummary summary = new CellSummary(grid, slots);
    summary.rows = rows;
    return summary;
  }
}
