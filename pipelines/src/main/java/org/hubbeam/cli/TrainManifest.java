// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingHistory;

/**
 * The manifest of a trained module.
 *
 * @param task what it tells
 * @param labels its classes
 * @param counts of the rows
 * @param history how the training went
 * @param features the manifest of its features
 * @param options those of the program
 */
record TrainManifest(
    Task task,
    List<String> labels,
    Counts counts,
    TrainingHistory history,
    JsonNode features,
    List<String> options,
    Map<String, String> versions,
    String created)
    implements JobManifest {

  private static final ObjectMapper JSON = new ObjectMapper();

  TrainManifest {
    labels = List.copyOf(labels);
    options = List.copyOf(options);
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  /** How many rows there are of each kind. */
  record Counts(long train, long heldOut, long failures) {}

  @Override
  public String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("task", task.name().toLowerCase(Locale.ROOT));
    labels.forEach(json.putArray("labels")::add);
    json.put("rows", counts.train + counts.heldOut);
    json.put("held_out", counts.heldOut);
    json.put("failures", counts.failures);
    options.forEach(json.putArray("options")::add);
    json.put("best_step", history.bestStep());
    json.put("last_step", history.lastStep());
    json.put("end", history.end().name().toLowerCase(Locale.ROOT));
    json.put("seconds", history.seconds());
    json.set("features", features);
    versions.forEach(json.putObject("versions")::put);
    json.put("created", created);
    return json.toPrettyString() + "\n";
  }

  @Override
  public Map<String, Long> rows() {
    return Map.of("row", counts.train + counts.heldOut);
  }

  @Override
  public long failures() {
    return counts.failures;
  }

  @Override
  public List<String> details() {
    List<String> details = new ArrayList<>();
    if (!labels.isEmpty()) {
      details.add(Formatting.count(labels.size()) + (task == Task.LABELS ? " labels" : " classes"));
    }
    history.epochs().stream()
        .filter(e -> e.step() == history.bestStep())
        .reduce((a, b) -> b)
        .map(TrainingHistory.EpochMetrics::heldOut)
        .ifPresent(
            held ->
                details.add(
                    EpochLine.metric(task, held.metric())
                        + " on "
                        + Formatting.count(counts.heldOut)
                        + " held out"));
    return details;
  }
}
