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

/** Tells from the first lines of a file of JSON objects which columns there are. */
final class JsonColumns {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<String, DType> types = new LinkedHashMap<>();

  /** Takes the lines; those that are no JSON object are left for the reader to report. */
  static Map<String, DType> infer(LineBlockReader lines) throws IOException {
    JsonColumns columns = new JsonColumns();
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
      node.fields().forEachRemaining(field -> columns.add(field.getKey(), field.getValue()));
    }
    columns.types.replaceAll((name, type) -> type == null ? DType.STRING : type);
    return columns.types;
  }

  private void add(String name, JsonNode value) {
    types.putIfAbsent(name, null);
    if (value.isArray()) {
      value.forEach(element -> types.merge(name, type(element), JsonColumns::common));
    } else if (!value.isNull()) {
      types.merge(name, type(value), JsonColumns::common);
    }
  }

  private static DType type(JsonNode value) {
    if (value.isBoolean() || (value.isIntegralNumber() && value.canConvertToLong())) {
      return DType.INT64;
    }
    return value.isFloatingPointNumber() ? DType.FLOAT32 : DType.STRING;
  }

  private static DType common(DType one, DType two) {
    if (one == two) {
      return one;
    }
    return one == DType.STRING || two == DType.STRING ? DType.STRING : DType.FLOAT32;
  }
}
