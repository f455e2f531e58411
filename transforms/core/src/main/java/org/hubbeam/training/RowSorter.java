// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gives rows in the order of their hashes, and of their values where hashes are equal. Rows for
 * which there is no memory are kept in files, one for each part of the hashes. Not for several
 * threads.
 */
final class RowSorter implements AutoCloseable {

  private static final int PARTS = 256;
  private static final int BITS = 8;
  private static final int MOST_LEVELS = 6;

  private final Path folder;
  private final long memory;
  private final int level;
  private RawRows rows = new RawRows();
  private @Nullable List<RowStore> parts;

  /**
   * No rows yet.
   *
   * @param folder is made when files are needed
   * @param memory how much memory rows may take
   */
  RowSorter(Path folder, long memory) {
    this(folder, memory, 0);
  }

  private RowSorter(Path folder, long memory, int level) {
    this.folder = folder;
    this.memory = memory;
    this.level = level;
  }

  /** Whether rows are in files. */
  boolean isSpilled() {
    return parts != null;
  }

  void add(byte[] row) {
    if (parts == null) {
      rows.add(row);
      if (rows.memory() > memory && level < MOST_LEVELS) {
        spill();
      }
    } else {
      append(parts, row);
    }
  }

  private void append(List<RowStore> to, byte[] row) {
    int part = (int) (order(row) >>> (Long.SIZE - BITS * (level + 1))) & (PARTS - 1);
    to.get(part).append(row, 0, row.length);
  }

  private void spill() {
    List<RowStore> files = new ArrayList<>(PARTS);
    parts = files;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < PARTS; i++) {
      files.add(new RowStore.InFile(folder.resolve("part-" + level + "-" + i)));
    }
    for (int i = 0; i < rows.rows(); i++) {
      append(files, rows.row(i));
    }
    rows = new RawRows();
  }

  /** Spreads hashes in another way than {@link Split} does. */
  private static long order(byte[] row) {
    return Split.mixed(~RawRows.hash(row));
  }

  /**
   * Gives all rows; there are none then.
   *
   * @param last changes a row before it is compared with those of the same hash
   */
  void drain(UnaryOperator<byte[]> last, Consumer<ByteBuffer> to) {
    if (parts == null) {
      sorted(last, to);
      return;
    }
    for (RowStore part : parts) {
      try (RowSorter inner = new RowSorter(folder.resolve("level"), memory, level + 1);
          part) {
        new Reading(part).forEach(inner::add);
        inner.drain(last, to);
      }
    }
  }

  private void sorted(UnaryOperator<byte[]> last, Consumer<ByteBuffer> to) {
    record Key(long order, int row) {}
    Key[] keys = new Key[rows.rows()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = new Key(order(rows.row(i)), i);
    }
    Arrays.sort(
        keys,
        (a, b) -> {
          int order = Long.compareUnsigned(a.order, b.order);
          return order != 0
              ? order
              : Arrays.compareUnsigned(last.apply(rows.row(a.row)), last.apply(rows.row(b.row)));
        });
    for (Key key : keys) {
      to.accept(ByteBuffer.wrap(last.apply(rows.row(key.row))).order(ByteOrder.LITTLE_ENDIAN));
    }
    rows = new RawRows();
  }

  /** The rows of a store, one after the other. */
  private record Reading(RowStore store) {
    void forEach(Consumer<byte[]> to) {
      byte[] block = new byte[1 << 16];
      long at = 0;
      while (at < store.size()) {
        int size = (int) Math.min(block.length, store.size() - at);
        store.read(at, block, 0, size);
        int used = whole(block, size, to);
        if (used == 0) {
          block = new byte[2 * block.length];
        }
        at += used;
      }
    }

    private static int whole(byte[] block, int size, Consumer<byte[]> to) {
      int used = 0;
      while (size - used >= Integer.BYTES) {
        int length = RawRows.length(block, used);
        if (length > size - used) {
          break;
        }
        to.accept(Arrays.copyOfRange(block, used, used + length));
        used += length;
      }
      return used;
    }
  }

  @Override
  public void close() {
    if (parts != null) {
      parts.forEach(RowStore::close);
    }
  }
}
