// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.hubbeam.batch.Internal;
import org.hubbeam.files.WholeFile;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingHistory;

/**
 * How a training went, as its worker leaves it in a file for the launcher.
 *
 * @param labels the classes, by their index
 */
@Internal
public record TrainingSummary(
    Task task, List<String> labels, TrainingProgress.Rows rows, TrainingHistory history) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public TrainingSummary {
    labels = List.copyOf(labels);
  }

  /** Reads what a worker left. */
  public static TrainingSummary read(String file) throws IOException {
    return JSON.readValue(WholeFile.read(file), TrainingSummary.class);
  }

  void write(String file) throws IOException {
    WholeFile.write(file, JSON.writeValueAsString(this));
  }
}
