// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleException.Kind;

/**
 * Seeds for an input that takes one integer or a short list of them.
 *
 * @param input the input
 * @param seeds how they are made
 * @param link the number of the link, so that two links of a chain do not draw the same
 */
record RecordSeeds(ArraySpec input, HubChain.Seeds seeds, int link) {

  private static final String NAME = "seed";

  /** Whether an input is a seed: one called so, of integers, for a whole call. */
  static boolean isSeed(ArraySpec input) {
    return input.name().equals(NAME)
        && (input.dtype() == DType.INT32 || input.dtype() == DType.INT64)
        && input.shape().isFull()
        && input.shape().rank() <= 1;
  }

  /** What a column of seeds for this input is. */
  static ArraySpec column(ArraySpec input) {
    List<Long> dims = new ArrayList<>(input.shape().dims());
    dims.add(0, -1L);
    return new ArraySpec(input.name(), input.dtype(), new Shape(dims), input.layout());
  }

  /** The user's seed as the input takes it: the last of its numbers, the others 0. */
  Array.Dense fixed() {
    if (input.dtype() == DType.INT32 && (int) seeds.seed() != seeds.seed()) {
      throw new IllegalArgumentException(
          "the seed is " + seeds.seed() + ", but the input " + input + " takes int32");
    }
    ByteBuffer bytes = ByteBuffer.allocate(size() * width()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size(); i++) {
      put(bytes, i == size() - 1 ? seeds.seed() : 0);
    }
    return new Array.Dense(input.shape().dims(), new Values.Numbers(input.dtype(), bytes.array()));
  }

  /**
   * A row of numbers for each record, none negative, made of the user's seed and of what the record
   * is called.
   *
   * @throws ModuleException when the records are not called anything but their number in the batch
   */
  Array.Dense column(Batch batch, RowIds ids) {
    if (ids.column() == null && batch.origin().source().isEmpty()) {
      throw new ModuleException(
          Kind.MISUSED,
          "the input "
              + input
              + " takes a seed for each record, but the records have no file and offset; name the"
              + " column that tells them apart with withIdColumn, or use Seeding.FIXED");
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(batch.rows() * size() * width()).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < batch.rows(); row++) {
      long hash = mixed(seeds.seed() + link * 0x9e3779b97f4a7c15L);
      for (byte b : ids.of(batch, row).getBytes(StandardCharsets.UTF_8)) {
        hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
      }
      for (int i = 0; i < size(); i++) {
        hash = mixed(hash + 0x9e3779b97f4a7c15L);
        put(bytes, hash >>> (input.dtype() == DType.INT32 ? 33 : 1));
      }
    }
    List<Long> dims = new ArrayList<>(input.shape().dims());
    dims.add(0, (long) batch.rows());
    return new Array.Dense(dims, new Values.Numbers(input.dtype(), bytes.array()));
  }

  /** Every bit of the result depends on every bit given (the finisher of SplitMix64). */
  private static long mixed(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  private void put(ByteBuffer bytes, long value) {
    if (input.dtype() == DType.INT32) {
      bytes.putInt((int) value);
    } else {
      bytes.putLong(value);
    }
  }

  private int size() {
    return input.shape().rank() == 0 ? 1 : Math.toIntExact(input.shape().dim(0));
  }

  private int width() {
    return input.dtype().bytes();
  }
}
