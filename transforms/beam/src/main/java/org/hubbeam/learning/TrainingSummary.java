// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import org.hubbeam.batch.Internal;
import org.hubbeam.files.WholeFile;
import org.hubbeam.reducer.Weighting;
import org.hubbeam.training.Metrics;
import org.hubbeam.training.Task;
import org.hubbeam.training.TaskMetrics;
import org.hubbeam.training.TrainingHistory;
import org.jspecify.annotations.Nullable;

/**
 * How a training went, as its worker leaves it in a file for the launcher.
 *
 * @param labels the classes, by their index
 * @param measures how good it is; null where that was not measured
 */
@Internal
public record TrainingSummary(
    Task task,
    List<String> labels,
    TrainingProgress.Rows rows,
    TrainingHistory history,
    @Nullable Measures measures) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public TrainingSummary {
    labels = List.copyOf(labels);
  }

  /**
   * How good a head is, as {@link TaskMetrics.Running#write} has it.
   *
   * @param train on the rows that it was trained on
   * @param heldOut on the rows that were held out
   */
  public record Measures(Weighting weighting, byte[] train, byte[] heldOut) {

    /** The metrics of a part. */
    public Metrics metrics(Task task, List<String> labels, byte[] part) throws IOException {
      TaskMetrics.Running running =
          TaskMetrics.of(task, labels)
              .withMistakes(TaskMetrics.MISTAKES)
              .withWeighting(weighting)
              .start();
      running.merge(new DataInputStream(new ByteArrayInputStream(part)));
      return running.metrics();
    }
  }

  /** Reads what a worker left. */
  public static TrainingSummary read(String file) throws IOException {
    return JSON.readValue(WholeFile.read(file), TrainingSummary.class);
  }

  void write(String file) throws IOException {
    WholeFile.write(file, JSON.writeValueAsString(this));
  }
}
