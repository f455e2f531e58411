// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Utf8;

/**
 * The id of a row of an index: a text or an integer of 64 bits, unique within the index. Numbers
 * come before texts; numbers are in their order, texts in that of their bytes in UTF-8, which is
 * that of their code points. The number 7 and the text {@code 7} are two ids.
 */
public sealed interface RowId extends Comparable<RowId>, Serializable {

  /**
   * The id that is a text.
   *
   * @throws IllegalArgumentException when it is empty, or has half of a surrogate pair
   */
  static RowId of(String text) {
    return new Text(text);
  }

  /** The id that is a number. */
  static RowId of(long number) {
    return new Number(number);
  }

  /**
   * The ids that may be written so, as there is only text where they are typed: the text and, where
   * it is the digits of one, the number.
   */
  @Internal
  static List<RowId> written(String text) {
    if (text.matches("0|-?[1-9]\\d{0,18}")) {
      try {
        return List.of(of(text), of(Long.parseLong(text)));
      } catch (NumberFormatException e) {
        return List.of(of(text));
      }
    }
    return List.of(of(text));
  }

  /** A hash that is the same on every machine and in every version: it decides on the shard. */
  @Internal
  long stableHash();

  /** The text, or the number in digits. */
  @Override
  String toString();

  /**
   * A text.
   *
   * @param value of at least one character
   */
  record Text(String value) implements RowId {
    public Text {
      if (value.isEmpty()) {
        throw new IllegalArgumentException("the id is empty");
      }
      Utf8.encode(value);
    }

    @Override
    public long stableHash() {
      long hash = 0xcbf29ce484222325L;
      for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
        hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
      }
      return RowIds.mixed(hash);
    }

    @Override
    public int compareTo(RowId other) {
      return other instanceof Text text ? RowIds.compare(value, text.value) : 1;
    }

    @Override
    public String toString() {
      return value;
    }
  }

  /**
   * A number.
   *
   * @param value any
   */
  @SuppressWarnings("JavaLangClash")
  record Number(long value) implements RowId {
    @Override
    public long stableHash() {
      return RowIds.mixed(value);
    }

    @Override
    public int compareTo(RowId other) {
      return other instanceof Number number ? Long.compare(value, number.value) : -1;
    }

    @Override
    public String toString() {
      return Long.toString(value);
    }
  }
}
