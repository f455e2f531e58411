// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.hubbeam.search.RowId;

/** Rows as JSON. */
final class RowJson {

  private RowJson() {}

  /**
   * The key of a row in requests: {@code n7} for the id 7, {@code t7} for the text 7.
   *
   * @see #id
   */
  static String key(RowId id) {
    return (id instanceof RowId.Number ? "n" : "t") + id;
  }

  /**
   * The id that a key stands for.
   *
   * @throws Refusal when it is not a key
   */
  static RowId id(String key) {
    try {
      if (key.startsWith("n")) {
        return RowId.of(Long.parseLong(key.substring(1)));
      }
      if (key.startsWith("t")) {
        return RowId.of(key.substring(1));
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new Refusal(
        400, "'" + key + "' is not a row; rows are n and a number, or t and a text: n7, tx");
  }

  /** A row with {@code id}, {@code row} and {@code columns}. */
  static ObjectNode row(RowId id, Map<String, Object> columns) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    if (id instanceof RowId.Number number) {
      node.put("id", number.value());
    } else {
      node.put("id", id.toString());
    }
    node.put("row", key(id));
    ObjectNode values = node.putObject("columns");
    columns.forEach((name, value) -> values.set(name, value(array(), value).get(0)));
    return node;
  }

  /** Adds a value to an array; of bytes only how many there are. */
  static ArrayNode value(ArrayNode array, Object value) {
    if (value instanceof Long number) {
      return array.add(number);
    }
    if (value instanceof Double number) {
      return array.add(number);
    }
    if (value instanceof Boolean truth) {
      return array.add(truth);
    }
    if (value instanceof byte[] bytes) {
      array.addObject().put("bytes", bytes.length);
      return array;
    }
    return array.add(String.valueOf(value));
  }

  private static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode(1);
  }
}
