// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hubbeam.reducer.ClassificationReport;
import org.hubbeam.training.Metrics;
import org.hubbeam.training.TrainingHistory;

/** A report as JSON: its records under the names of their components, in snake case. */
final class ReportJson {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

  /** How many labels have curves, the largest ones. */
  private static final int CURVES = 20;

  private ReportJson() {}

  static ObjectNode of(TrainingReport report) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("title", report.title());
    json.put("task", report.task().name().toLowerCase(Locale.ROOT));
    json.put("shown", report.shown().name().toLowerCase(Locale.ROOT));
    ArrayNode parts = json.putArray("parts");
    for (TrainingReport.Part part : report.parts()) {
      ObjectNode one = parts.addObject();
      one.put("name", part.name());
      one.put("failures", part.failures());
      one.setAll(metrics(part.metrics()));
    }
    TrainingHistory history = report.history();
    if (history != null) {
      json.set("history", tree(history));
    }
    Rounds rounds = report.rounds();
    if (rounds != null) {
      json.set("rounds", tree(rounds));
    }
    json.set("options", report.options());
    json.set("manifest", report.manifest());
    return json;
  }

  private static ObjectNode metrics(Metrics metrics) {
    if (metrics instanceof Metrics.OfLabels labels) {
      ObjectNode json = (ObjectNode) tree(labels.report());
      json.put("kind", labels.report().kind().name().toLowerCase(Locale.ROOT));
      List<ClassificationReport.ClassMetrics> largest = new ArrayList<>(labels.report().classes());
      largest.sort(
          Comparator.comparingDouble(ClassificationReport.ClassMetrics::support).reversed());
      Set<String> drawn =
          largest.stream().limit(CURVES).map(c -> c.label()).collect(Collectors.toSet());
      for (JsonNode one : json.get("classes")) {
        if (!drawn.contains(one.get("label").asText())) {
          ((ObjectNode) one.get("curve")).putArray("points");
        }
      }
      return json;
    }
    return (ObjectNode) tree(((Metrics.OfNumbers) metrics).report());
  }

  private static JsonNode tree(Object value) {
    JsonNode tree = MAPPER.valueToTree(value);
    dropNan(tree);
    return tree;
  }

  /** JSON has no NaN and no infinities. */
  private static void dropNan(JsonNode node) {
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        if (isOdd(array.get(i))) {
          array.setNull(i);
        } else {
          dropNan(array.get(i));
        }
      }
    } else if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> entry : List.copyOf(object.properties())) {
        if (isOdd(entry.getValue())) {
          object.putNull(entry.getKey());
        } else {
          dropNan(entry.getValue());
        }
      }
    }
  }

  private static boolean isOdd(JsonNode node) {
    return node.isDouble() && !Double.isFinite(node.doubleValue());
  }
}
