// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of many groups of values, with one slot for each group. The caller decides what a
 * group is (all values, a position in a row, a key).
 */
interface Slots {

  /** New slots of the same kind, without any slot yet. */
  Slots fresh();

  /** Adds empty slots, so that there are at least this many. */
  void grow(int size);

  /**
   * Adds values.
   *
   * @param weights one for each value; null where this kind has none
   * @param places the slot of each value; null when all go to slot 0
   */
  void add(Values values, double @Nullable [] weights, int @Nullable [] places);

  /** Adds the slots of {@code other}, of the same kind: its slot i to {@code places[i]} here. */
  void merge(Slots other, int[] places);

  /**
   * The results, each with the numbers of all slots in order.
   *
   * @param size how many slots
   * @param empty the result of a slot without values
   */
  List<Values.Numbers> finish(int size, Empty empty);

  /** Writes the first slots. */
  void write(DataOutput out, int size) throws IOException;

  /** Reads this many slots into these new slots. */
  void read(DataInput in, int size) throws IOException;

  /** What the result is where there was no value. */
  enum Empty {
    /** The neutral number: of no data at all, as for all values together. */
    NEUTRAL,
    /** NaN where the result can be: a cell that no row had. */
    MISSING
  }
}
