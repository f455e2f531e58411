// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/** The type of a column of an index, beside its vectors and ids. */
public enum ColumnType {
  /** Text: {@link String}. */
  STRING("string"),
  /** Integers: {@link Long}. */
  INT64("int64"),
  /** Numbers with a fraction: {@link Double}. */
  DOUBLE("double"),
  /** True and false: {@link Boolean}. */
  BOOL("bool"),
  /** Bytes such as encoded pictures: {@code byte[]}. Filters ask only whether there are any. */
  BYTES("bytes");

  private final String shown;

  ColumnType(String shown) {
    this.shown = shown;
  }

  /** The name in {@code index.json} and in messages. */
  @Override
  public String toString() {
    return shown;
  }

  /** Whether a value can be in such a column. */
  boolean holds(Object value) {
    return switch (this) {
      case STRING -> value instanceof String;
      case INT64 -> value instanceof Long;
      case DOUBLE -> value instanceof Double;
      case BOOL -> value instanceof Boolean;
      case BYTES -> value instanceof byte[];
    };
  }
}
