// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.training.Metrics;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingHistory;
import org.jspecify.annotations.Nullable;

/**
 * A training or an evaluation to be looked at: what was learnt, how it went, and how good it is on
 * which rows. {@link #toJson} and {@link ReportPage} write it.
 *
 * @param title what it is, for people
 * @param task what is predicted
 * @param parts the rows that were scored, such as train and held out, the most interesting last
 * @param history how the training went; null for an evaluation
 * @param rounds the rounds of a search for an ensemble; null without one
 * @param shown what the mistakes show
 * @param options what was asked for, an object
 * @param manifest what was made of what, an object
 */
public record TrainingReport(
    String title,
    Task task,
    List<Part> parts,
    @Nullable TrainingHistory history,
    @Nullable Rounds rounds,
    Shown shown,
    JsonNode options,
    JsonNode manifest) {

  /** The name of the part of rows that were trained on. */
  public static final String TRAIN = "train";

  /** The name of the part of rows that were held out. */
  public static final String HELD_OUT = "held out";

  public TrainingReport {
    parts = List.copyOf(parts);
  }

  /** What stands for a row. */
  public enum Shown {
    /** Its text. */
    TEXT,
    /** The file of its picture. */
    PICTURE
  }

  /**
   * Some rows and how good the scores are on them.
   *
   * @param failures how many rows could not be scored
   */
  public record Part(String name, Metrics metrics, long failures) {}

  /** A report that has only this; {@code with} adds the rest. */
  public static TrainingReport of(String title, Task task) {
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    return new TrainingReport(title, task, List.of(), null, null, Shown.TEXT, none, none);
  }

  /** With one more part. */
  public TrainingReport withPart(String name, Metrics metrics, long failures) {
    List<Part> more = new ArrayList<>(parts);
    more.add(new Part(name, metrics, failures));
    return new TrainingReport(title, task, more, history, rounds, shown, options, manifest);
  }

  /** With how the training went. */
  public TrainingReport withHistory(TrainingHistory value) {
    return new TrainingReport(title, task, parts, value, rounds, shown, options, manifest);
  }

  /** With the rounds of a search for an ensemble. */
  public TrainingReport withRounds(Rounds value) {
    return new TrainingReport(title, task, parts, history, value, shown, options, manifest);
  }

  /** With what mistakes show; the default is texts. */
  public TrainingReport withShown(Shown value) {
    return new TrainingReport(title, task, parts, history, rounds, value, options, manifest);
  }

  /** With what was asked for. */
  public TrainingReport withOptions(JsonNode value) {
    return new TrainingReport(title, task, parts, history, rounds, shown, value, manifest);
  }

  /** With what was made of what. */
  public TrainingReport withManifest(JsonNode value) {
    return new TrainingReport(title, task, parts, history, rounds, shown, options, value);
  }

  /** Everything, as JSON; what cannot be told is null. */
  public ObjectNode toJson() {
    return ReportJson.of(this);
  }
}
