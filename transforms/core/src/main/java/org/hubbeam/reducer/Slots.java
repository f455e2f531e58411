package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of many groups of values side by side, a slot for each group. Every kind has the
 * arrays it needs; what a group is (everything, a cell, a key) is told from outside.
 */
interface Slots {

  /** New slots of this kind, none yet. */
  Slots fresh();

  /** Makes room: there are at least so many slots then, new ones of nothing. */
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
   * @param empty what a slot without a value is
   */
  List<Values.Numbers> finish(int size, Empty empty);

  /** Writes the first slots. */
  void write(DataOutput out, int size) throws IOException;

  /** Reads so many slots into these fresh ones. */
  void read(DataInput in, int size) throws IOException;

  /** What the result is where there was no value. */
  enum Empty {
    /** The neutral number: of no data at all, as for all values together. */
    NEUTRAL,
    /** NaN where the result can be: a cell that no row had. */
    MISSING
  }
}
