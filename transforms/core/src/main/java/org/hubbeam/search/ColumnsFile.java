// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a shard, each by itself, so that a filter reads only those that it names.
 *
 * <p>{@code hubbeamC}, int32 version, int32 length of the header; the header as JSON, filled up
 * with spaces to 8 bytes; then the sections that the header names, each at a multiple of 8 bytes.
 * Little-endian. A section is {@code [where it begins behind the header, length]}:
 *
 * <ul>
 *   <li>{@code present}: a bit for each row that has a value; not there where all have one
 *   <li>{@code values}: int64 or float64 for each row, a bit for each row of truth values, or the
 *       bytes of all texts
 *   <li>{@code offsets}: an int64 for each text where it begins, and one more where the last ends
 *   <li>{@code codes}: where texts come often, an int32 for each row: which of the texts it has
 * </ul>
 */
final class ColumnsFile {

  static final String MAGIC = "hubbeamC";
  static final int VERSION = 1;
  static final int HEADER = 16;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, StoredColumn> columns;

  private ColumnsFile(Map<String, StoredColumn> columns) {
    this.columns = columns;
  }

  /**
   * @param rows of the shard
   * @param expected the columns of the index
   */
  static ColumnsFile open(Path path, int rows, List<IndexColumn> expected) throws IOException {
    MappedFile file = MappedFile.open(path);
    file.checkHeader(MAGIC, VERSION);
    int length = file.getInt(12);
    JsonNode header;
    try {
      header = JSON.readTree(file.bytes(HEADER, length));
    } catch (IOException e) {
      throw file.damaged("its header is not JSON");
    }
    if (header.path("rows").asLong(-1) != rows) {
      throw file.damaged("it has " + header.path("rows") + " rows, the shard has " + rows);
    }
    Map<String, StoredColumn> columns = new LinkedHashMap<>();
    for (IndexColumn column : expected) {
      JsonNode stored = header.path("columns").path(column.name());
      if (!stored.path("type").asText().equals(column.type().toString())) {
        throw file.damaged("it lacks the column " + column);
      }
      columns.put(
          column.name(),
          StoredColumn.of(file, column.type(), new Sections(stored, (long) HEADER + length), rows));
    }
    return new ColumnsFile(columns);
  }

  /** The column of this name; null if there is none. */
  @Nullable StoredColumn column(String name) {
    return columns.get(name);
  }

  /** The values of a row by column. */
  Map<String, Object> row(int row) {
    Map<String, Object> values = new LinkedHashMap<>();
    columns.forEach(
        (name, column) -> {
          Object value = column.value(row);
          if (value != null) {
            values.put(name, value);
          }
        });
    return values;
  }

  /**
   * The sections of a column.
   *
   * @param json its part of the header
   * @param from where sections begin
   */
  record Sections(JsonNode json, long from) {

    boolean has(String name) {
      return json.has(name);
    }

    /** Where a section is; checked to have a length, or any where it is negative. */
    long at(MappedFile file, String name, long length) {
      JsonNode section = json.path(name);
      long at = from + section.path(0).asLong(-1);
      long found = section.path(1).asLong(-1);
      boolean right =
          at >= from
              && at % Long.BYTES == 0
              && found >= 0
              && (length < 0 || found == length)
              && at <= file.size() - found;
      if (!right) {
        throw file.damaged("the " + name + " of a column are not where they should be");
      }
      return at;
    }

    long length(String name) {
      return json.path(name).path(1).asLong();
    }
  }
}
