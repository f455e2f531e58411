// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.hubbeam.search.ColumnType;
import org.hubbeam.search.IndexColumn;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.RowId;
import org.jspecify.annotations.Nullable;

/**
 * The pictures of rows: bytes in a column, or files that a column or the ids name. A file is read
 * only because a row of the index names it, and given out only if it is a picture.
 */
final class Pictures {

  /** The column that stands for the ids. */
  static final String ID = "id";

  private static final int LARGEST = 32 << 20;
  private static final Pattern NAME = Pattern.compile("(?is).+\\.(jpe?g|png|gif|webp|bmp)");
  private static final Pattern REMOTE = Pattern.compile("(?i)(?!file:)[a-z][a-z0-9+.-]+:/.*");

  /**
   * An encoded picture.
   *
   * @param type its media type
   */
  record Picture(String type, byte[] bytes) {}

  private final @Nullable String column;

  private Pictures(@Nullable String column) {
    this.column = column;
  }

  /**
   * Those of the column that was asked for, else of the one that has pictures in a few rows.
   *
   * @throws IllegalArgumentException when the column that was asked for is not there
   */
  static Pictures of(IndexDescription index, List<IndexRow> few, Optional<String> asked) {
    if (asked.isEmpty()) {
      return new Pictures(found(index, few));
    }
    String name = asked.get();
    if (name.equals(ExploreOptions.NO_PICTURES)) {
      return new Pictures(null);
    }
    Optional<ColumnType> type = index.column(name).map(IndexColumn::type);
    boolean fits = type.map(Pictures::canHold).orElse(name.equals(ID));
    if (!fits) {
      throw new IllegalArgumentException(
          "there are no pictures in "
              + name
              + (type.isPresent() ? ", a column of " + type.get() : "; there is no such column")
              + "; columns of bytes and of string can have pictures or their files, "
              + ID
              + " stands for the ids");
    }
    return new Pictures(name);
  }

  private static boolean canHold(ColumnType type) {
    return type == ColumnType.BYTES || type == ColumnType.STRING;
  }

  private static @Nullable String found(IndexDescription index, List<IndexRow> few) {
    for (IndexColumn column : index.columns()) {
      List<Object> values =
          few.stream()
              .filter(r -> r.columns().containsKey(column.name()))
              .map(r -> r.columns().get(column.name()))
              .toList();
      if (canHold(column.type())
          && !values.isEmpty()
          && values.stream().allMatch(Pictures::isLikely)) {
        return column.name();
      }
    }
    boolean ids = !few.isEmpty() && few.stream().allMatch(r -> isLikely(r.id().toString()));
    return ids ? ID : null;
  }

  private static boolean isLikely(Object value) {
    return value instanceof byte[] bytes
        ? type(bytes) != null
        : value instanceof String text && NAME.matcher(text).matches();
  }

  /** The column with the pictures. */
  Optional<String> column() {
    return Optional.ofNullable(column);
  }

  /** Whether a row names a picture. */
  boolean has(RowId id, Map<String, Object> columns) {
    return value(id, columns) != null;
  }

  /**
   * The picture of a row; empty where it has none that can be read.
   *
   * @throws IOException when its file is there and cannot be read
   */
  Optional<Picture> read(IndexRow row) throws IOException {
    Object value = value(row.id(), row.columns());
    byte[] bytes =
        value instanceof byte[] given
            ? given
            : value == null ? new byte[0] : file(value.toString());
    String type = type(bytes);
    return type == null ? Optional.empty() : Optional.of(new Picture(type, bytes));
  }

  private @Nullable Object value(RowId id, Map<String, Object> columns) {
    if (column == null) {
      return null;
    }
    Object value = columns.get(column);
    return value == null && column.equals(ID) ? id.toString() : value;
  }

  private static byte[] file(String name) throws IOException {
    Path file;
    try {
      file =
          REMOTE.matcher(name).matches()
              ? null
              : Path.of(name.replaceFirst("(?i)^file:(//)?(?=/)", ""));
    } catch (InvalidPathException e) {
      file = null;
    }
    if (file == null || !Files.isRegularFile(file) || Files.size(file) > LARGEST) {
      return new byte[0];
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(16);
      if (type(start) == null) {
        return start;
      }
      byte[] rest = in.readNBytes(LARGEST);
      byte[] all = Arrays.copyOf(start, start.length + rest.length);
      System.arraycopy(rest, 0, all, start.length, rest.length);
      return all;
    }
  }

  /** The media type, by the first bytes; only of formats that have no scripts. */
  static @Nullable String type(byte[] bytes) {
    String start = new String(bytes, 0, Math.min(12, bytes.length), StandardCharsets.ISO_8859_1);
    if (start.startsWith("\u00ff\u00d8\u00ff")) {
      return "image/jpeg";
    }
    if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
      return "image/png";
    }
    if (start.startsWith("GIF8")) {
      return "image/gif";
    }
    if (start.startsWith("RIFF") && start.endsWith("WEBP")) {
      return "image/webp";
    }
    return start.startsWith("BM") && start.startsWith("\0\0\0\0", 6) ? "image/bmp" : null;
  }
}
