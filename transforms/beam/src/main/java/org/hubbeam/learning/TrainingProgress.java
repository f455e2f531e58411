// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.hubbeam.batch.Internal;
import org.hubbeam.files.FileGlob;
import org.hubbeam.files.WholeFile;
import org.hubbeam.training.TrainingHistory;

/**
 * How far a training is, as its worker leaves it in a file for the launcher.
 *
 * @param rows how many rows are trained on, and how many are held out
 * @param steps how many steps there are at most
 * @param done how many steps were done
 * @param resumed how many of these an earlier run did
 * @param seconds since this run began to train
 * @param epochs those that ended
 */
@Internal
public record TrainingProgress(
    Rows rows,
    long steps,
    long done,
    long resumed,
    double seconds,
    List<TrainingHistory.EpochMetrics> epochs) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public TrainingProgress {
    epochs = List.copyOf(epochs);
  }

  /** How many rows are trained on, and how many are held out. */
  public record Rows(long train, long heldOut) {}

  /** Reads what a worker left last; empty if there is nothing yet. */
  public static Optional<TrainingProgress> read(String file) throws IOException {
    if (FileGlob.match(file).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(WholeFile.read(file), TrainingProgress.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  void write(String file) throws IOException {
    WholeFile.write(file, JSON.writeValueAsString(this));
  }
}
