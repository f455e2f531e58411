// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hubbeam.learning.EncoderSummary;
import org.hubbeam.learning.EncoderTraining;
import org.hubbeam.training.EncoderQuality;
import org.hubbeam.training.TextEncoderModule;
import org.hubbeam.training.TrainedEncoder;
import org.hubbeam.training.TrainingHistory;

/**
 * The manifest of a trained encoder, and its report.
 *
 * @param texts the manifest of what it learnt from
 * @param options those of the program
 */
record EncoderManifest(
    EncoderTraining.Teaching teaching,
    EncoderSummary summary,
    long failures,
    JsonNode texts,
    List<String> options,
    Map<String, String> versions,
    String created)
    implements JobManifest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How many files are told of one by one. */
  private static final int PRINTED = 20;

  EncoderManifest {
    options = List.copyOf(options);
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  private String unit() {
    return teaching == EncoderTraining.Teaching.PAIRS ? "pair" : "text";
  }

  @Override
  public String toJson() {
    ObjectNode json = described();
    json.set("texts", texts);
    options.forEach(json.putArray("options")::add);
    versions.forEach(json.putObject("versions")::put);
    json.put("created", created);
    return json.toPrettyString() + "\n";
  }

  private ObjectNode described() {
    EncoderSummary.Counts counts = summary.counts();
    ObjectNode json = JSON.createObjectNode();
    json.put("task", "encoder");
    json.put("learnt_from", teaching.name().toLowerCase(Locale.ROOT));
    json.put("dimension", summary.outputs());
    json.put("rows", counts.train() + counts.heldOut() + counts.leftOut());
    json.put("train", counts.train());
    json.put("held_out", counts.heldOut());
    json.put("left_out", counts.leftOut());
    json.put("repeated", counts.repeated());
    json.put("failures", failures);
    json.put("best_step", summary.history().bestStep());
    json.put("last_step", summary.history().lastStep());
    json.put("seconds", summary.history().seconds());
    return json;
  }

  /** The report for programs: what the manifest has of the result, with losses and measures. */
  String report() {
    ObjectNode json = described();
    ArrayNode files = json.putArray("files");
    summary
        .found()
        .forEach(
            (file, found) ->
                files
                    .addObject()
                    .put("file", file)
                    .put("held_out", found.pairs())
                    .put("pool", found.pool())
                    .put("precision_at_1", found.forth())
                    .put("precision_at_1_back", found.back())
                    .put("precision_at_1_int8", found.inBytes())
                    .put("precision_at_1_untrained", found.untrained()));
    ArrayNode modules = json.putArray("modules");
    summary
        .modules()
        .forEach(
            (storage, quality) -> {
              ObjectNode module =
                  modules
                      .addObject()
                      .put("table", storage.name().toLowerCase(Locale.ROOT))
                      .put("bytes", quality.bytes())
                      .put("texts_per_second", quality.textsPerSecond())
                      .put("measured_texts", quality.texts());
              EncoderQuality.Nearness near = quality.teacher();
              if (near != null) {
                module
                    .put("mean_cosine", near.cosine())
                    .put("shared_neighbours", near.sharedNeighbours());
              }
            });
    EncoderQuality teacher = summary.teacher();
    if (teacher != null) {
      json.putObject("teacher")
          .put("bytes", teacher.bytes())
          .put("texts_per_second", teacher.textsPerSecond())
          .put("measured_texts", teacher.texts());
    }
    ArrayNode steps = json.putArray("steps");
    for (TrainingHistory.StepLoss step : summary.history().steps()) {
      steps.addObject().put("step", step.step()).put("loss", step.loss());
    }
    ArrayNode epochs = json.putArray("epochs");
    for (TrainingHistory.EpochMetrics epoch : summary.history().epochs()) {
      ObjectNode one = epochs.addObject().put("epoch", epoch.epoch()).put("loss", epoch.train());
      TrainingHistory.Measured held = epoch.heldOut();
      if (held != null) {
        one.put("held_out_loss", held.loss()).put("held_out", held.metric());
      }
    }
    return json.toPrettyString() + "\n";
  }

  @Override
  public Map<String, Long> rows() {
    EncoderSummary.Counts counts = summary.counts();
    return Map.of(unit(), counts.train() + counts.heldOut() + counts.leftOut());
  }

  @Override
  public List<String> details() {
    EncoderSummary.Counts counts = summary.counts();
    List<String> details = new ArrayList<>();
    details.add(Formatting.count(counts.heldOut()) + " held out");
    if (counts.leftOut() > 0) {
      details.add(Formatting.count(counts.leftOut()) + " left out with texts of these");
    }
    if (counts.repeated() > 0) {
      details.add(Formatting.count(counts.repeated()) + " repeated");
    }
    return details;
  }

  @Override
  public List<String> reported() {
    List<String> lines = new ArrayList<>();
    Map<String, TrainedEncoder.Found> found = summary.found();
    found.entrySet().stream()
        .limit(PRINTED)
        .forEach(
            file ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "%s: P@1 %.3f, back %.3f, among %s held out (untrained %.3f)",
                        file.getKey(),
                        file.getValue().forth(),
                        file.getValue().back(),
                        Formatting.count(file.getValue().pool()),
                        file.getValue().untrained())));
    if (found.size() > 1) {
      lines.add(
          String.format(
              Locale.ROOT,
              "mean of %s: P@1 %.3f (untrained %.3f)",
              Formatting.of(found.size(), "file"),
              found.values().stream().mapToDouble(f -> f.forth()).average().orElse(0),
              found.values().stream().mapToDouble(f -> f.untrained()).average().orElse(0)));
    }
    if (!found.isEmpty() && summary.modules().containsKey(TextEncoderModule.Storage.INT8)) {
      lines.add(
          String.format(
              Locale.ROOT,
              "with the table in bytes: P@1 %.3f",
              found.values().stream().mapToDouble(f -> f.inBytes()).average().orElse(0)));
    }
    summary.modules().forEach((storage, quality) -> lines.add(line(storage.name(), quality)));
    if (summary.teacher() != null) {
      lines.add(line("teacher", summary.teacher()));
    }
    return lines;
  }

  private static String line(String storage, EncoderQuality quality) {
    EncoderQuality.Nearness near = quality.teacher();
    return storage.toLowerCase(Locale.ROOT)
        + ": "
        + Formatting.bytes(quality.bytes())
        + ", "
        + Formatting.count(Math.round(quality.textsPerSecond()))
        + " texts/s"
        + (near == null
            ? ""
            : String.format(
                Locale.ROOT,
                ", mean cosine with the teacher %.4f, %.3f of %d neighbours shared",
                near.cosine(),
                near.sharedNeighbours(),
                EncoderQuality.NEIGHBOURS));
  }
}
