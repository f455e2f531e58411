// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hubbeam.batch.Internal;
import org.hubbeam.files.WholeFile;
import org.hubbeam.training.EncoderQuality;
import org.hubbeam.training.TextEncoderModule;
import org.hubbeam.training.TrainedEncoder;
import org.hubbeam.training.TrainingHistory;
import org.jspecify.annotations.Nullable;

/**
 * How the training of an encoder went, as its worker leaves it in a file for the launcher.
 *
 * @param counts how many pairs, or texts, there are
 * @param outputs the length of a vector
 * @param found how well held-out pairs find each other, by the file that they are from
 * @param modules how good the module is, by the form of its table
 * @param teacher the size and speed of the teacher; null where there is none
 */
@Internal
public record EncoderSummary(
    Counts counts,
    int outputs,
    TrainingHistory history,
    Map<String, TrainedEncoder.Found> found,
    Map<TextEncoderModule.Storage, EncoderQuality> modules,
    @Nullable EncoderQuality teacher) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public EncoderSummary {
    found = Collections.unmodifiableMap(new LinkedHashMap<>(found));
    modules = Collections.unmodifiableMap(new LinkedHashMap<>(modules));
  }

  /**
   * How many pairs, or texts, there are.
   *
   * @param train those that were learnt from
   * @param heldOut those that were only measured
   * @param leftOut those that share a text with held-out ones
   * @param repeated those that were there already
   */
  public record Counts(long train, long heldOut, long leftOut, long repeated) {}

  /** Reads what a worker left. */
  public static EncoderSummary read(String file) throws IOException {
    return JSON.readValue(WholeFile.read(file), EncoderSummary.class);
  }

  void write(String file) throws IOException {
    WholeFile.write(file, JSON.writeValueAsString(this));
  }
}
