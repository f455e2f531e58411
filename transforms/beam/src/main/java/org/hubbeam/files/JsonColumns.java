// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hubbeam.batch.DType;

/**
 * Tells from the first lines of a file of JSON objects which columns there are. A column has the
 * type of nearly all its values: one in a hundred may be of another, and is a failure when it is
 * read. A column of more than one kind is text.
 */
final class JsonColumns {

  private static final ObjectMapper MAPPER = new ObjectMapper(JsonRow.JSON);

  private static final int ODD = 100;

  private final Map<String, Kinds> kinds = new LinkedHashMap<>();

  /**
   * Takes the lines; those that are no JSON object are left for the reader to report, and so is a
   * fault of the file behind some that are.
   */
  static Map<String, DType> infer(LineBlockReader lines) throws IOException {
    JsonColumns columns = new JsonColumns();
    try {
      columns.addAll(lines);
    } catch (IOException e) {
      if (columns.kinds.isEmpty()) {
        throw e;
      }
    }
    Map<String, DType> types = new LinkedHashMap<>();
    columns.kinds.forEach((name, kinds) -> types.put(name, kinds.type()));
    return types;
  }

  private void addAll(LineBlockReader lines) throws IOException {
    while (lines.next()) {
      if (lines.tooLong() > 0) {
        continue;
      }
      String text =
          new String(
              lines.buffer(), lines.start(), lines.end() - lines.start(), StandardCharsets.UTF_8);
      JsonNode node;
      try {
        node = MAPPER.readTree(text);
      } catch (JsonProcessingException e) {
        continue;
      }
      node.fields().forEachRemaining(field -> add(field.getKey(), field.getValue()));
    }
  }

  private void add(String name, JsonNode value) {
    Kinds column = kinds.computeIfAbsent(name, key -> new Kinds());
    if (value.isArray()) {
      value.forEach(column::add);
    } else if (!value.isNull()) {
      column.add(value);
    }
  }

  /** How many values of a column are of which kind. */
  private static final class Kinds {

    /** Integers up to here are exact as float32. */
    private static final long EXACT = 1L << 24;

    private long bools;
    private long integers;
    private long large;
    private long floats;
    private long texts;

    void add(JsonNode value) {
      if (value.isBoolean()) {
        bools++;
      } else if (value.isIntegralNumber() && value.canConvertToLong()) {
        integers++;
        large += value.longValue() > EXACT || value.longValue() < -EXACT ? 1 : 0;
      } else if (value.isFloatingPointNumber()) {
        floats++;
      } else {
        texts++;
      }
    }

    DType type() {
      long numbers = integers + floats;
      long all = bools + numbers + texts;
      long odd = all / ODD;
      if (all == 0 || texts > odd || bools > odd && numbers > odd) {
        return DType.STRING;
      }
      if (bools > numbers) {
        return DType.BOOL;
      }
      return floats == 0 || large > 0 && floats <= odd ? DType.INT64 : DType.FLOAT32;
    }
  }
}
