// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.training.EncoderOptions;
import org.hubbeam.training.TextEncoderModule;
import org.jspecify.annotations.Nullable;

/**
 * A training of an encoder that a worker can do.
 *
 * @param rows the names of TFRecord files with what {@link TextRows} or {@link VectorRows} gave
 * @param teaching what it learns
 * @param teacher the module that gave the vectors, to be measured, too; null where there is none
 * @param options how it is trained
 * @param storage how the table of the module is stored
 * @param places where it writes to
 */
public record EncoderTraining(
    List<String> rows,
    Teaching teaching,
    @Nullable ModuleSpec teacher,
    EncoderOptions options,
    TextEncoderModule.Storage storage,
    Training.Places places)
    implements Serializable {

  public EncoderTraining {
    rows = List.copyOf(rows);
    Objects.requireNonNull(teaching, "teaching");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(places, "places");
  }

  /** What an encoder learns. */
  public enum Teaching {
    /** To give the texts of a pair similar vectors. */
    PAIRS,
    /** To give the vectors of a larger module. */
    TEACHER
  }
}
