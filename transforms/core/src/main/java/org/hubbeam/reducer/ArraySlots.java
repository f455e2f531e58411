// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Slots that keep their state in arrays of primitives: slot {@code i} is element {@code i} of each
 * array. Encoded as the long arrays, then the double arrays, each in full.
 */
abstract class ArraySlots implements Slots {

  private final long[] emptyLongs;
  private final double[] emptyDoubles;

  /** The long arrays; replaced when the slots grow. */
  final long[][] longs;

  /** The double arrays; replaced when the slots grow. */
  final double[][] doubles;

  /**
   * No slots yet.
   *
   * @param emptyLongs for each long array, the value of a slot to which nothing was added
   * @param emptyDoubles the same for each double array
   */
  ArraySlots(long[] emptyLongs, double[] emptyDoubles) {
    this.emptyLongs = emptyLongs;
    this.emptyDoubles = emptyDoubles;
    longs = new long[emptyLongs.length][0];
    doubles = new double[emptyDoubles.length][0];
  }

  /** How many slots there is room for. */
  private int room() {
    return longs.length > 0 ? longs[0].length : doubles[0].length;
  }

  @Override
  public final void grow(int size) {
    int before = room();
    if (size <= before) {
      return;
    }
    int length = Encoding.grown(before, size);
    for (int i = 0; i < longs.length; i++) {
      longs[i] = Arrays.copyOf(longs[i], length);
      Arrays.fill(longs[i], before, length, emptyLongs[i]);
    }
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = Arrays.copyOf(doubles[i], length);
      Arrays.fill(doubles[i], before, length, emptyDoubles[i]);
    }
  }

  @Override
  public final void write(DataOutput out, int size) throws IOException {
    for (long[] array : longs) {
      Encoding.writeLongs(out, array, size);
    }
    for (double[] array : doubles) {
      Encoding.writeDoubles(out, array, size);
    }
  }

  @Override
  public final void read(DataInput in, int size) throws IOException {
    for (int i = 0; i < longs.length; i++) {
      longs[i] = Encoding.readLongs(in, size);
    }
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = Encoding.readDoubles(in, size);
    }
  }
}
