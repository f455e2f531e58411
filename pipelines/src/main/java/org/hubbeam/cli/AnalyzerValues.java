// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.preprocessing.TransformOutput;

/**
 * What a preprocessing function reports of the data it was fitted to.
 *
 * @param arrays by name
 */
record AnalyzerValues(Map<String, Array> arrays) {

  /** Nothing. */
  static final AnalyzerValues NONE = new AnalyzerValues(Map.of());

  private static final int SHOWN = 8;
  private static final int KEPT = 1000;
  private static final int WIDTH = 40;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper JSON = new ObjectMapper();

  AnalyzerValues {
    arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
  }

  /** Those of the transform output in a folder. */
  static AnalyzerValues read(String folder) throws IOException {
    Optional<String> text = OutputFiles.text(folder + "/" + TransformOutput.REPORTED);
    return text.isEmpty() ? NONE : new AnalyzerValues(ArrayJson.decode(JSON.readTree(text.get())));
  }

  /** A line for each, of a few values at most. */
  List<String> lines() {
    int width = arrays.keySet().stream().mapToInt(String::length).max().orElse(0);
    List<String> lines = new ArrayList<>();
    arrays.forEach(
        (name, array) -> lines.add(name + " ".repeat(width - name.length() + 2) + shown(array)));
    return lines;
  }

  private static String shown(Array array) {
    int size = array.values().size();
    if (size <= SHOWN) {
      return shortened(nested(array));
    }
    String first = shortened(flat(array, SHOWN));
    return first.substring(0, first.length() - 1) + ", ... " + Formatting.count(size) + " in all]";
  }

  private static String shortened(JsonNode json) {
    if (json.isArray()) {
      List<String> parts = new ArrayList<>();
      json.forEach(part -> parts.add(shortened(part)));
      return "[" + String.join(", ", parts) + "]";
    }
    String text = json.toString();
    return text.length() <= WIDTH ? text : text.substring(0, WIDTH) + "...";
  }

  /**
   * Each as numbers, texts and lists; of one that has too many values the shape and the first of
   * them.
   */
  ObjectNode toJson() {
    ObjectNode json = NODES.objectNode();
    arrays.forEach((name, array) -> json.set(name, kept(array)));
    return json;
  }

  private static JsonNode kept(Array array) {
    if (array.values().size() <= KEPT) {
      return nested(array);
    }
    ObjectNode cut = NODES.objectNode();
    array.dims().forEach(cut.putArray("shape")::add);
    cut.set("first", flat(array, KEPT));
    return cut;
  }

  private static ArrayNode flat(Array array, int count) {
    JsonNode values = ArrayJson.encode(array).get("values");
    ArrayNode first = NODES.arrayNode();
    for (int i = 0; i < count; i++) {
      first.add(values.get(i));
    }
    return first;
  }

  private static JsonNode nested(Array array) {
    JsonNode values = ArrayJson.encode(array).get("values");
    List<JsonNode> parts = new ArrayList<>();
    values.forEach(parts::add);
    List<Long> dims = array.dims();
    for (int d = dims.size() - 1; d > 0; d--) {
      parts = lists(parts, Math.toIntExact(dims.get(d)), count(dims.subList(0, d)));
    }
    return dims.isEmpty() ? parts.get(0) : NODES.arrayNode().addAll(parts);
  }

  private static int count(List<Long> dims) {
    return Math.toIntExact(dims.stream().reduce(1L, (a, b) -> a * b));
  }

  private static List<JsonNode> lists(List<JsonNode> parts, int length, int count) {
    List<JsonNode> lists = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lists.add(NODES.arrayNode().addAll(parts.subList(i * length, (i + 1) * length)));
    }
    return lists;
  }
}
