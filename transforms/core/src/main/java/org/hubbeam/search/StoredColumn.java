// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.DoublePredicate;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A column of a {@link ColumnsFile}. Thread-safe. */
final class StoredColumn {

  /** How many values are read at once; a multiple of 64. */
  private static final int BLOCK = 4096;

  private final MappedFile file;
  private final ColumnType type;
  private final int rows;
  private final long present;
  private final long values;
  private final long valuesLength;
  private final long offsets;
  private final long codes;
  private final int texts;

  private StoredColumn(MappedFile file, ColumnType type, ColumnsFile.Sections sections, int rows) {
    this.file = file;
    this.type = type;
    this.rows = rows;
    long bits = (long) Long.BYTES * RowBits.words(rows);
    present = sections.has("present") ? sections.at(file, "present", bits) : -1;
    boolean coded = sections.has("codes");
    codes = coded ? sections.at(file, "codes", (long) Integer.BYTES * rows) : -1;
    valuesLength = sections.length("values");
    switch (type) {
      case INT64, DOUBLE -> {
        values = sections.at(file, "values", (long) Long.BYTES * rows);
        offsets = -1;
        texts = 0;
      }
      case BOOL -> {
        values = sections.at(file, "values", bits);
        offsets = -1;
        texts = 0;
      }
      default -> {
        values = sections.at(file, "values", -1);
        long count = coded ? sections.length("offsets") / Long.BYTES - 1 : rows;
        if (count < 0 || count > Integer.MAX_VALUE) {
          throw file.damaged("a column has " + count + " texts");
        }
        texts = (int) count;
        offsets = sections.at(file, "offsets", Long.BYTES * (count + 1));
      }
    }
  }

  static StoredColumn of(
      MappedFile file, ColumnType type, ColumnsFile.Sections sections, int rows) {
    return new StoredColumn(file, type, sections, rows);
  }

  ColumnType type() {
    return type;
  }

  private boolean has(int row) {
    return present < 0 || bit(present, row);
  }

  private boolean bit(long section, int row) {
    return (file.getLong(section + (long) Long.BYTES * (row >>> 6)) & (1L << row)) != 0;
  }

  /** The value of a row; null if there is none. */
  @Nullable Object value(int row) {
    if (!has(row)) {
      return null;
    }
    return switch (type) {
      case INT64 -> file.getLong(values + (long) Long.BYTES * row);
      case DOUBLE -> Double.longBitsToDouble(file.getLong(values + (long) Long.BYTES * row));
      case BOOL -> bit(values, row);
      case STRING -> new String(text(codes < 0 ? row : code(row)), StandardCharsets.UTF_8);
      case BYTES -> text(row);
    };
  }

  private int code(int row) {
    return checked(file.getInt(codes + (long) Integer.BYTES * row));
  }

  private int checked(int code) {
    if (code < 0 || code >= texts) {
      throw file.damaged("a row has the text " + code + " of " + texts);
    }
    return code;
  }

  private byte[] text(int index) {
    long at = offsets + (long) Long.BYTES * index;
    long from = file.getLong(at);
    long to = file.getLong(at + Long.BYTES);
    if (from < 0 || to < from || to > valuesLength) {
      throw file.damaged("a text is outside of its column");
    }
    return file.bytes(values + from, to - from);
  }

  /** The rows that have a value. */
  long[] present() {
    long[] words = new long[RowBits.words(rows)];
    if (present < 0) {
      Arrays.fill(words, -1L);
    } else {
      file.longs(present, words, words.length);
    }
    return RowBits.trimmed(words, rows);
  }

  /** The rows whose integers pass. */
  long[] matchLongs(LongPredicate test) {
    long[] words = new long[RowBits.words(rows)];
    long[] block = new long[Math.min(BLOCK, rows)];
    for (int from = 0; from < rows; from += BLOCK) {
      int count = Math.min(BLOCK, rows - from);
      file.longs(values + (long) Long.BYTES * from, block, count);
      for (int i = 0; i < count; i++) {
        if (test.test(block[i])) {
          words[(from + i) >>> 6] |= 1L << i;
        }
      }
    }
    return onlyPresent(words);
  }

  /** The rows whose numbers pass. */
  long[] matchDoubles(DoublePredicate test) {
    return matchLongs(bits -> test.test(Double.longBitsToDouble(bits)));
  }

  /** The rows whose truth values are this. */
  long[] matchTruth(boolean wanted) {
    long[] words = new long[RowBits.words(rows)];
    file.longs(values, words, words.length);
    if (!wanted) {
      for (int i = 0; i < words.length; i++) {
        words[i] = ~words[i];
      }
    }
    return onlyPresent(RowBits.trimmed(words, rows));
  }

  /** The rows whose texts, in UTF-8, pass. */
  long[] matchTexts(Predicate<byte[]> test) {
    long[] words = new long[RowBits.words(rows)];
    if (codes < 0) {
      for (int row = 0; row < rows; row++) {
        if (has(row) && test.test(text(row))) {
          words[row >>> 6] |= 1L << row;
        }
      }
      return words;
    }
    boolean[] passing = new boolean[texts];
    for (int i = 0; i < texts; i++) {
      passing[i] = test.test(text(i));
    }
    int[] block = new int[Math.min(BLOCK, rows)];
    for (int from = 0; texts > 0 && from < rows; from += BLOCK) {
      int count = Math.min(BLOCK, rows - from);
      file.ints(codes + (long) Integer.BYTES * from, block, count);
      for (int i = 0; i < count; i++) {
        if (passing[checked(block[i])]) {
          words[(from + i) >>> 6] |= 1L << i;
        }
      }
    }
    return onlyPresent(words);
  }

  private long[] onlyPresent(long[] words) {
    if (present >= 0) {
      long[] there = present();
      for (int i = 0; i < words.length; i++) {
        words[i] &= there[i];
      }
    }
    return words;
  }
}
