// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the sections of one column of a {@link ColumnsFile}. */
final class ColumnWriter implements AutoCloseable {

  /** With more texts, or more characters in them, no text is looked for again. */
  private static final int MOST_TEXTS = 1 << 16;

  private static final int MOST_CHARACTERS = 1 << 22;

  private final IndexColumn column;
  private final Path folder;
  private final SectionFile values;
  private final SectionFile offsets;
  private final SectionFile codes;
  private final Map<String, Integer> codeOf = new HashMap<>();
  private final BitSection present = new BitSection();
  private final BitSection truth = new BitSection();
  private final List<String> texts = new ArrayList<>();
  private long characters;

  ColumnWriter(Path folder, IndexColumn column) throws IOException {
    this.folder = folder;
    this.column = column;
    values = new SectionFile(folder);
    offsets = new SectionFile(folder);
    codes = new SectionFile(folder);
  }

  /** The name of the column. */
  String name() {
    return column.name();
  }

  void add(@Nullable Object value) throws IOException {
    present.add(value != null);
    switch (column.type()) {
      case INT64 -> values.putLong(value == null ? 0 : (Long) value);
      case DOUBLE -> values.putLong(value == null ? 0 : Double.doubleToLongBits((Double) value));
      case BOOL -> truth.add(value != null && (Boolean) value);
      case STRING -> {
        String text = value == null ? "" : (String) value;
        addBytes(text.getBytes(StandardCharsets.UTF_8));
        addCode(value == null ? null : text);
      }
      case BYTES -> addBytes(value == null ? new byte[0] : (byte[]) value);
    }
  }

  private void addBytes(byte[] bytes) throws IOException {
    offsets.putLong(values.size());
    values.put(bytes);
  }

  private void addCode(@Nullable String text) throws IOException {
    if (!isCoded()) {
      return;
    }
    int code = 0;
    if (text != null) {
      code = codeOf.computeIfAbsent(text, t -> texts.size());
      if (code == texts.size()) {
        texts.add(text);
        characters += text.length();
      }
    }
    codes.putInt(code);
  }

  private boolean isCoded() {
    return texts.size() <= MOST_TEXTS && characters <= MOST_CHARACTERS;
  }

  /** Writes the sections behind those of other columns, and where they are. */
  void write(SectionFile file, ObjectNode header, int rows) throws IOException {
    header.put("type", column.type().toString());
    if (present.isMixed()) {
      long at = file.size();
      present.appendTo(file);
      note(header, "present", at, file.size() - at);
    }
    boolean coded =
        column.type() == ColumnType.STRING
            && !texts.isEmpty()
            && isCoded()
            && texts.size() <= rows / 2;
    if (column.type() == ColumnType.BOOL) {
      long at = file.size();
      truth.appendTo(file);
      note(header, "values", at, file.size() - at);
    } else if (coded) {
      writeCoded(file, header);
    } else {
      append(values, file, header, "values");
      if (column.type() == ColumnType.STRING || column.type() == ColumnType.BYTES) {
        offsets.putLong(values.size());
        append(offsets, file, header, "offsets");
      }
    }
  }

  private void writeCoded(SectionFile file, ObjectNode header) throws IOException {
    append(codes, file, header, "codes");
    try (SectionFile bytes = new SectionFile(folder);
        SectionFile begins = new SectionFile(folder)) {
      for (String text : texts) {
        begins.putLong(bytes.size());
        bytes.put(text.getBytes(StandardCharsets.UTF_8));
      }
      begins.putLong(bytes.size());
      append(bytes, file, header, "values");
      append(begins, file, header, "offsets");
    }
  }

  private static void append(SectionFile section, SectionFile file, ObjectNode header, String name)
      throws IOException {
    note(header, name, file.size(), section.size());
    section.appendTo(file);
  }

  private static void note(ObjectNode header, String name, long at, long length) {
    header.putArray(name).add(at).add(length);
  }

  @Override
  public void close() throws IOException {
    values.close();
    offsets.close();
    codes.close();
  }
}
