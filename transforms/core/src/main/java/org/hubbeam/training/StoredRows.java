// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Rows in a store, ordered by their hashes, which is as good as random. They are read in pools of a
 * fixed number of rows; shuffling takes the blocks of a pool from all over the store and mixes its
 * rows. Neither depends on how much memory there is.
 */
final class StoredRows implements TrainingRows {

  private static final int POOL_BYTES = 16 << 20;
  private static final int MOST_BLOCK_ROWS = 256;

  private final RowLayout layout;
  private final RowStore store;
  private final long rows;
  private final int blockRows;
  private final int poolBlocks;
  private final String fingerprint;

  StoredRows(RowLayout layout, RowStore store) {
    this.layout = layout;
    this.store = store;
    this.rows = store.size() / layout.bytes();
    this.blockRows = Math.max(1, Math.min(MOST_BLOCK_ROWS, POOL_BYTES / 8 / layout.bytes()));
    this.poolBlocks = Math.max(2, POOL_BYTES / (blockRows * layout.bytes()));
    this.fingerprint = rows + " rows, " + Long.toHexString(checksum());
  }

  private long checksum() {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[1 << 16];
    for (long at = 0; at < store.size(); at += buffer.length) {
      int part = (int) Math.min(buffer.length, store.size() - at);
      store.read(at, buffer, 0, part);
      crc.update(buffer, 0, part);
    }
    return crc.getValue();
  }

  @Override
  public int features() {
    return layout.features();
  }

  @Override
  public int targets() {
    return layout.targets();
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Cursor cursor() {
    return new Pools(blocks(), null);
  }

  @Override
  public Cursor shuffled(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] blocks = blocks();
    shuffle(blocks, blocks.length, random);
    return new Pools(blocks, random);
  }

  private int[] blocks() {
    int[] blocks = new int[Math.toIntExact((rows + blockRows - 1) / blockRows)];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = i;
    }
    return blocks;
  }

  private static void shuffle(int[] values, int count, SplittableRandom random) {
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }

  /** Reads pool after pool. */
  private final class Pools implements Cursor {
    private final int[] blocks;
    private final @Nullable SplittableRandom random;
    private final ByteBuffer pool;
    private final int[] order;
    private int nextBlock;
    private int next;
    private int filled;

    Pools(int[] blocks, @Nullable SplittableRandom random) {
      this.blocks = blocks;
      this.random = random;
      int most = Math.min(poolBlocks, blocks.length) * blockRows;
      pool = ByteBuffer.wrap(new byte[most * layout.bytes()]).order(ByteOrder.LITTLE_ENDIAN);
      order = new int[most];
    }

    @Override
    public boolean next(RowBatch batch) {
      int row = 0;
      while (row < batch.capacity()) {
        if (next == filled && !fill()) {
          break;
        }
        layout.get(pool, order[next++] * layout.bytes(), batch, row++);
      }
      batch.rows(row);
      return row > 0;
    }

    private boolean fill() {
      filled = 0;
      next = 0;
      for (int i = 0; i < poolBlocks && nextBlock < blocks.length; i++) {
        long first = (long) blocks[nextBlock++] * blockRows;
        int count = (int) Math.min(blockRows, rows - first);
        int size = layout.bytes();
        store.read(first * size, pool.array(), filled * size, count * size);
        for (int row = 0; row < count; row++) {
          order[filled] = filled;
          filled++;
        }
      }
      if (random != null) {
        shuffle(order, filled, random);
      }
      return filled > 0;
    }

    @Override
    public void close() {}
  }
}
