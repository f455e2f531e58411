// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The ids of a shard, sorted; the place of an id is the number of its row.
 *
 * <p>{@code hubbeamI}, int32 version, int32 number of ids, int32 how many of them are numbers,
 * int32 0; the numbers as int64; for each text the int32 where it begins, and one more where the
 * last ends, filled up to 8 bytes; the texts in UTF-8. Little-endian.
 */
final class IdsFile {

  static final String MAGIC = "hubbeamI";
  static final int VERSION = 1;
  private static final int HEADER = 24;

  private final MappedFile file;
  private final int count;
  private final int numbers;
  private final long offsets;
  private final long texts;

  private IdsFile(MappedFile file) {
    this.file = file;
    file.checkHeader(MAGIC, VERSION);
    count = file.getInt(12);
    numbers = file.getInt(16);
    if (count < 0 || numbers < 0 || numbers > count) {
      throw file.damaged("it has " + numbers + " numbers in " + count + " ids");
    }
    offsets = HEADER + (long) Long.BYTES * numbers;
    long offsetBytes = (long) Integer.BYTES * (count - numbers + 1);
    texts = offsets + (offsetBytes + 7) / 8 * 8;
    if (texts > file.size()) {
      throw file.damaged("it ends before its ids");
    }
  }

  static IdsFile open(Path path) throws IOException {
    return new IdsFile(MappedFile.open(path));
  }

  int size() {
    return count;
  }

  RowId get(int row) {
    if (row < numbers) {
      return RowId.of(file.getLong(HEADER + (long) Long.BYTES * row));
    }
    byte[] text = text(row);
    if (text.length == 0) {
      throw file.damaged("an id is empty");
    }
    return RowId.of(new String(text, StandardCharsets.UTF_8));
  }

  private byte[] text(int row) {
    long at = offsets + (long) Integer.BYTES * (row - numbers);
    long from = file.getInt(at);
    return file.bytes(texts + from, file.getInt(at + Integer.BYTES) - from);
  }

  /** The row of an id; -1 if there is none. */
  int find(RowId id) {
    return id instanceof RowId.Number number
        ? findNumber(number.value())
        : findText(id.toString().getBytes(StandardCharsets.UTF_8));
  }

  private int findNumber(long number) {
    int low = 0;
    int high = numbers - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long found = file.getLong(HEADER + (long) Long.BYTES * middle);
      if (found == number) {
        return middle;
      }
      if (found < number) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private int findText(byte[] wanted) {
    int low = numbers;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Arrays.compareUnsigned(text(middle), wanted);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }
}
