// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.testing.TestFiles;

/** The golden cases of tf.Transform: columns out of their rows. */
public final class GoldenCases {

  private static final ObjectMapper JSON = new ObjectMapper();

  private GoldenCases() {}

  /** Every case of every theme. */
  public static Stream<JsonNode> all() {
    return themes().values().stream().flatMap(List::stream);
  }

  /** The same by theme, the name of the file. */
  public static Map<String, List<JsonNode>> themes() {
    Path folder = TestFiles.transformCases();
    Map<String, List<JsonNode>> themes = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(
          file -> {
            List<JsonNode> cases = new ArrayList<>();
            read(file).forEach(cases::add);
            themes.put(file.getFileName().toString(), cases);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return themes;
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows {@code from} to {@code to} of a column. */
  static Array column(JsonNode golden, String name, int from, int to) {
    List<JsonNode> rows = new ArrayList<>();
    golden.get("rows").forEach(rows::add);
    return column(golden.get("feature_spec").get(name), name, rows.subList(from, to));
  }

  /**
   * A column of rows.
   *
   * @param spec what the case says of it
   * @param rows objects; of lists and ragged rows, one without the column is empty
   */
  public static Array column(JsonNode spec, String name, List<JsonNode> rows) {
    ObjectNode array = JsonNodeFactory.instance.objectNode();
    array.set("dtype", spec.get("dtype"));
    var shape = array.putArray("shape").add(rows.size());
    var values = array.putArray("values");
    if (spec.get("kind").asText().equals("fixed")) {
      spec.get("shape").forEach(shape::add);
      rows.forEach(row -> flatten(row.get(name)).forEach(values::add));
    } else {
      shape.addNull();
      var splits = array.putArray("row_splits").addArray().add(0);
      for (JsonNode row : rows) {
        if (row.has(name)) {
          flatten(row.get(name)).forEach(values::add);
        }
        splits.add(values.size());
      }
    }
    return ArrayJson.decodeArray(array);
  }

  private static List<JsonNode> flatten(JsonNode value) {
    List<JsonNode> flat = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(v -> flat.addAll(flatten(v)));
    } else {
      flat.add(value);
    }
    return flat;
  }
}
