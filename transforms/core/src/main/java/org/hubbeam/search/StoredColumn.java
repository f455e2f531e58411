// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.DoublePredicate;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** A column of a {@link ColumnsFile}. Thread-safe. */
final class StoredColumn {

  /** How many values are read at once; a multiple of 64. */
  private static final int BLOCK = 4096;

  private static final int BLOCK_BYTES = 1 << 20;

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
    checkText(from, to);
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
  long[] matchTexts(TextTest test) {
    long[] words = new long[RowBits.words(rows)];
    if (codes < 0) {
      eachText(
          rows,
          (index, bytes, from, to) -> {
            if (test.passes(bytes, from, to)) {
              words[index >>> 6] |= 1L << index;
            }
          });
      return onlyPresent(words);
    }
    boolean[] passing = new boolean[texts];
    eachText(texts, (index, bytes, from, to) -> passing[index] = test.passes(bytes, from, to));
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

  /** Reads texts in blocks of rows; those of a block of more than a megabyte one by one. */
  private void eachText(int count, TextUse use) {
    long[] begins = new long[Math.min(BLOCK, count) + 1];
    for (int from = 0; from < count; from += BLOCK) {
      int here = Math.min(BLOCK, count - from);
      file.longs(offsets + (long) Long.BYTES * from, begins, here + 1);
      long length = begins[here] - begins[0];
      byte[] bytes =
          length >= 0 && length <= BLOCK_BYTES ? file.bytes(values + begins[0], length) : null;
      for (int i = 0; i < here; i++) {
        checkText(begins[i], begins[i + 1]);
        if (bytes == null || begins[i] < begins[0] || begins[i + 1] > begins[here]) {
          byte[] text = file.bytes(values + begins[i], begins[i + 1] - begins[i]);
          use.of(from + i, text, 0, text.length);
        } else {
          use.of(from + i, bytes, (int) (begins[i] - begins[0]), (int) (begins[i + 1] - begins[0]));
        }
      }
    }
  }

  private void checkText(long from, long to) {
    if (from < 0 || to < from || to > valuesLength) {
      throw file.damaged("a text is outside of its column");
    }
  }

  /** Judges a text by its bytes between two places. */
  interface TextTest {
    boolean passes(byte[] bytes, int from, int to);
  }

  /** Uses the text with a number. */
  private interface TextUse {
    void of(int index, byte[] bytes, int from, int to);
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
