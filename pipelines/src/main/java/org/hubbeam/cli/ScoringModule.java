// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.report.ReportPage;
import org.hubbeam.training.Task;
import org.hubbeam.training.TaskMetrics;
import org.hubbeam.training.TrainedModule;
import org.jspecify.annotations.Nullable;

/**
 * What a module gives scores of.
 *
 * @param output the output of the scores
 * @param metrics the task and its labels
 */
record ScoringModule(String output, TaskMetrics metrics) {

  private static final String SCORES = "scores";

  /**
   * What is known of a module beside its function.
   *
   * @param folder where it is
   * @param outputKey the output that the user names
   * @param labels the file of labels that the user names
   * @param task what the user says that it tells
   */
  record Hints(
      Path folder, @Nullable String outputKey, @Nullable String labels, Optional<Task> task) {}

  /**
   * Finds the scores of a function, and what they are of.
   *
   * @throws UsageException if that is not known, or does not fit together
   */
  static ScoringModule of(ModuleSpec spec, Hints hints) throws IOException {
    List<ArraySpec> outputs = FunctionSignature.find(spec).outputs();
    ArraySpec output = output(spec, outputs, hints.outputKey);
    long width = output.shape().hasRank() ? width(output) : -1;
    List<String> labels = labels(hints, width);
    Task task = hints.task.or(() -> trained(hints.folder)).orElseGet(() -> guess(labels, width));
    if (task == Task.NUMBER && !labels.isEmpty() && hints.labels != null) {
      throw new UsageException("--labels=" + hints.labels + ": a number has no labels");
    }
    List<String> known = task == Task.NUMBER ? List.of() : labels;
    if (task != Task.NUMBER && known.isEmpty()) {
      throw new UsageException(
          spec.loading().shown()
              + " does not tell the names of its labels; give them with --labels=FILE, one a line");
    }
    if (task == Task.BINARY && known.size() != 2) {
      throw new UsageException(
          "--task=binary needs two labels, not " + Formatting.count(known.size()));
    }
    int expected = task.outputs(known.size());
    if (width >= 0 && width != expected) {
      throw new UsageException(
          "the output '%s' has %s for %s; choose another with --outputKey, or other --labels: %s"
              .formatted(
                  output.name(),
                  Formatting.of(width, "score"),
                  task == Task.NUMBER ? "a number" : Formatting.of(known.size(), "label"),
                  outputs));
    }
    return new ScoringModule(output.name(), TaskMetrics.of(task, known));
  }

  /** How many numbers a row has; -1 where it is not known. */
  private static long width(ArraySpec output) {
    return output.shape().row().dims().stream().reduce(1L, (a, b) -> a < 0 || b < 0 ? -1 : a * b);
  }

  private static ArraySpec output(
      ModuleSpec spec, List<ArraySpec> outputs, @Nullable String asked) {
    List<ArraySpec> floating = outputs.stream().filter(o -> o.dtype().isFloating()).toList();
    for (ArraySpec output : floating) {
      boolean found =
          asked != null
              ? output.name().equals(asked)
              : floating.size() == 1 || output.name().equals(SCORES);
      if (found) {
        return output;
      }
    }
    throw new UsageException(
        (asked != null
                ? "--outputKey=" + asked + ": " + spec.loading().shown() + " has no such output"
                : floating.isEmpty()
                    ? spec.loading().shown() + " gives no floating point numbers"
                    : spec.loading().shown() + " has several outputs; choose one with --outputKey")
            + ": "
            + outputs);
  }

  private static List<String> labels(Hints hints, long width) throws IOException {
    Path asset = hints.folder.resolve("assets").resolve(TrainedModule.LABELS);
    if (hints.labels == null && !Files.exists(asset)) {
      return width < 2
          ? List.of()
          : IntStream.range(0, Math.toIntExact(width)).mapToObj(Integer::toString).toList();
    }
    List<String> labels;
    try {
      labels =
          hints.labels == null
              ? Files.readAllLines(asset)
              : OutputFiles.text(hints.labels)
                  .orElseThrow(
                      () -> new UsageException("--labels=" + hints.labels + ": no such file"))
                  .lines()
                  .toList();
    } catch (IOException e) {
      throw new UsageException("--labels=" + hints.labels + ": " + Errors.message(e));
    }
    Set<String> seen = new HashSet<>();
    for (String label : labels) {
      if (!seen.add(label)) {
        throw new UsageException(
            "the label '" + label + "' is there twice; labels have different names");
      }
    }
    return labels;
  }

  /** What a module was trained to tell, as its report says. */
  private static Optional<Task> trained(Path folder) {
    Path report = folder.resolve(ReportPage.JSON_FILE);
    if (!Files.exists(report)) {
      return Optional.empty();
    }
    try {
      JsonNode task = new ObjectMapper().readTree(report.toFile()).path("task");
      return Optional.of(Task.valueOf(task.asText().toUpperCase(Locale.ROOT)));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Task guess(List<String> labels, long width) {
    if (width == 1) {
      return labels.size() == 2 ? Task.BINARY : Task.NUMBER;
    }
    return Task.CLASSES;
  }
}
