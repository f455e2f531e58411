// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes a {@link ColumnsFile}, row by row. */
final class ColumnsWriter implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final List<ColumnWriter> columns = new ArrayList<>();
  private int rows;

  ColumnsWriter(Path folder, List<IndexColumn> columns) throws IOException {
    this.folder = folder;
    for (IndexColumn column : columns) {
      this.columns.add(new ColumnWriter(folder, column));
    }
  }

  /** Takes the values of the next row, each of its column's type. */
  void add(Map<String, Object> values) throws IOException {
    rows++;
    for (ColumnWriter column : columns) {
      column.add(values.get(column.name()));
    }
  }

  void write(Path target) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    header.put("rows", rows);
    ObjectNode described = header.putObject("columns");
    try (SectionFile sections = new SectionFile(folder);
        SectionFile file = new SectionFile(folder)) {
      for (ColumnWriter column : columns) {
        column.write(sections, described.putObject(column.name()), rows);
      }
      String json = header.toString();
      int length = json.getBytes(StandardCharsets.UTF_8).length;
      json += " ".repeat((8 - length % 8) % 8);
      byte[] text = json.getBytes(StandardCharsets.UTF_8);
      file.put(ColumnsFile.MAGIC.getBytes(StandardCharsets.ISO_8859_1));
      file.putInt(ColumnsFile.VERSION);
      file.putInt(text.length);
      file.put(text);
      sections.appendTo(file);
      file.moveTo(target);
    }
  }

  @Override
  public void close() throws IOException {
    for (ColumnWriter column : columns) {
      column.close();
    }
  }
}
