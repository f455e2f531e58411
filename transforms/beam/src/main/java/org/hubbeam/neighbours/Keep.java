// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Which one of the rows that resemble each other is kept. Among equals it is the one whose id comes
 * first: numbers in their order, then texts in that of their UTF-8.
 *
 * @param rule what decides
 * @param column whose value decides; null where it is no column
 */
public record Keep(Rule rule, @Nullable String column) implements Serializable {

  /** What decides. */
  public enum Rule {
    /** The row that comes first in the files, by their names; without files the id. */
    FIRST,
    /** The row with the longest texts, in bytes, of all columns of strings but that of the id. */
    LONGEST,
    /** The row with the greatest value of a column; one without a value comes last. */
    GREATEST
  }

  public Keep {
    Objects.requireNonNull(rule, "rule");
    if ((rule == Rule.GREATEST) != (column != null)) {
      throw new IllegalArgumentException("a column decides where the greatest value is kept");
    }
  }

  /** The first one. */
  public static Keep first() {
    return new Keep(Rule.FIRST, null);
  }

  /** The one with the longest texts. */
  public static Keep longest() {
    return new Keep(Rule.LONGEST, null);
  }

  /** The one with the greatest value of a column of one number or string in each row. */
  public static Keep greatest(String column) {
    return new Keep(Rule.GREATEST, column);
  }

  /** Bytes in the order in which the rows are kept. */
  byte[] rank(Batch batch, int row, @Nullable String idColumn) {
    return switch (rule) {
      case FIRST -> place(batch, row);
      case LONGEST -> falling(textBytes(batch, row, idColumn));
      case GREATEST -> falling(batch.column(String.valueOf(column)), row);
    };
  }

  /** Where a row is from: the file, then the place in it; nothing where it is from no file. */
  static byte[] place(Batch batch, int row) {
    String source = batch.origin().source();
    if (source.isEmpty()) {
      return new byte[0];
    }
    byte[] name = source.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(name.length + 1 + Long.BYTES)
        .put(name)
        .put((byte) 0)
        .putLong(batch.origin().records()[row])
        .array();
  }

  private static double textBytes(Batch batch, int row, @Nullable String idColumn) {
    long bytes = 0;
    for (Map.Entry<String, Array> column : batch.columns().entrySet()) {
      if (column.getValue().dtype() == DType.STRING && !column.getKey().equals(idColumn)) {
        bytes += column.getValue().slice(row, row + 1).values().byteSize();
      }
    }
    return bytes;
  }

  private byte[] falling(Array array, int row) {
    Values values = array.slice(row, row + 1).values();
    if (values.size() == 0) {
      return new byte[] {1};
    }
    if (values instanceof Values.Strings strings) {
      byte[] text = strings.get(0);
      byte[] turned = new byte[text.length + 2];
      for (int i = 0; i < text.length; i++) {
        turned[i + 1] = (byte) ~text[i];
      }
      turned[text.length + 1] = (byte) 0xff;
      return turned;
    }
    Values.Numbers numbers = (Values.Numbers) values;
    if (numbers.dtype().isFloating()) {
      double value = numbers.getDouble(0);
      return Double.isNaN(value) ? new byte[] {1} : falling(value);
    }
    return present(~numbers.getLong(0) ^ Long.MIN_VALUE);
  }

  private static byte[] falling(double value) {
    long bits = Double.doubleToLongBits(value + 0.0);
    return present(~(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE));
  }

  /** Bytes that are compared like an unsigned number. */
  private static byte[] present(long bits) {
    return ByteBuffer.allocate(1 + Long.BYTES).put((byte) 0).putLong(bits).array();
  }
}
