// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Which rows of a shard are deleted or replaced: {@code hubbeamD}, int32 version, int32 number of
 * rows, a bit for each row in int64. Little-endian.
 */
final class DeleteMarks {

  static final String MAGIC = "hubbeamD";
  static final int VERSION = 1;
  private static final int HEADER = 16;

  private DeleteMarks() {}

  /**
   * Reads the marks.
   *
   * @throws IndexException when the file is damaged, or another number is marked
   */
  static RowBits read(Path path, IndexDescription.Shard shard) throws IOException {
    MappedFile file = MappedFile.open(path);
    file.checkHeader(MAGIC, VERSION);
    int rows = file.getInt(12);
    if (rows != shard.rows() || file.size() != HEADER + 8L * RowBits.words(rows)) {
      throw file.damaged("it is of " + rows + " rows, the shard has " + shard.rows());
    }
    long[] words = new long[RowBits.words(rows)];
    file.longs(HEADER, words, words.length);
    RowBits marks = new RowBits(RowBits.trimmed(words, rows), rows);
    if (marks.size() != shard.deleted()) {
      throw file.damaged("it marks " + marks.size() + " rows, index.json says " + shard.deleted());
    }
    return marks;
  }

  static void write(Path folder, String name, RowBits marks) throws IOException {
    try (SectionFile file = new SectionFile(folder)) {
      file.put(MAGIC.getBytes(StandardCharsets.ISO_8859_1));
      file.putInt(VERSION);
      file.putInt(marks.rows());
      for (long word : marks.words()) {
        file.putLong(word);
      }
      file.moveTo(folder.resolve(name));
    }
  }
}
