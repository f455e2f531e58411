// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.testing.TestFiles;

/** What scikit-learn and Keras make of the same rows: {@code goldens/training/heads.json}. */
final class HeadGoldens {

  static final JsonNode ALL = read();

  private HeadGoldens() {}

  private static JsonNode read() {
    try {
      return new ObjectMapper()
          .readTree(TestFiles.root().resolve("testdata/goldens/training/heads.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static float[] floats(JsonNode node) {
    List<Float> flat = new ArrayList<>();
    collect(node, flat);
    float[] values = new float[flat.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = flat.get(i);
    }
    return values;
  }

  private static void collect(JsonNode node, List<Float> to) {
    if (node.isArray()) {
      node.forEach(child -> collect(child, to));
    } else {
      to.add((float) node.asDouble());
    }
  }

  static float[][] rows(JsonNode node) {
    float[][] rows = new float[node.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = floats(node.get(i));
    }
    return rows;
  }

  /** The rows with the targets of a task. */
  static ArrayRows rows(Task task) {
    return new ArrayRows(
        rows(ALL.get("x")), rows(ALL.get("targets").get(task.name())), floats(ALL.get("weights")));
  }

  static List<String> labels(Task task) {
    return switch (task) {
      case CLASSES -> List.of("a", "b", "c");
      case LABELS, BINARY -> List.of("a", "b");
      case NUMBER -> List.of();
    };
  }
}
