// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.hubbeam.search.RowId;
import org.hubbeam.search.ShardWriter;

/**
 * Sorts rows by their ids through a file: in memory are ids only. First all rows are added, then
 * they are read, in the order of {@link ShardWriter}. For one thread.
 */
final class RowSpill implements AutoCloseable {

  private final Path file;
  private final DataOutputStream out;
  private final List<Entry> entries = new ArrayList<>();
  private long end;

  /**
   * @param folder for the file
   */
  RowSpill(Path folder) throws IOException {
    file = Files.createTempFile(folder, "rows", ".tmp");
    out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
  }

  private record Entry(RowId id, long at, int length) {}

  /** What takes the rows in their order. */
  interface Taker {
    void take(IndexRows.Placed row) throws IOException;
  }

  /** Adds a row that {@link IndexRowCodec} encoded. */
  void add(byte[] row) throws IOException {
    entries.add(new Entry(IndexRowCodec.id(row), end, row.length));
    out.write(row);
    end += row.length;
  }

  /** How many rows there are. */
  int rows() {
    return entries.size();
  }

  /** Gives all rows in their order. */
  void sorted(IndexRowCodec codec, Taker taker) throws IOException {
    out.close();
    entries.sort(Comparator.comparing(Entry::id));
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      for (int from = 0; from < entries.size(); ) {
        int to = from + 1;
        while (to < entries.size() && entries.get(to).id.equals(entries.get(from).id)) {
          to++;
        }
        List<IndexRows.Placed> same = new ArrayList<>();
        for (Entry entry : entries.subList(from, to)) {
          byte[] row = new byte[entry.length];
          in.seek(entry.at);
          in.readFully(row);
          same.add(codec.decode(row));
        }
        same.sort(
            Comparator.comparing(IndexRows.Placed::row, ShardWriter.ORDER)
                .thenComparing(IndexRows.Placed::origin));
        for (IndexRows.Placed row : same) {
          taker.take(row);
        }
        from = to;
      }
    }
    entries.clear();
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(file);
  }
}
