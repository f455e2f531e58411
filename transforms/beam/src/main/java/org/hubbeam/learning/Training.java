// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.training.HeadOptions;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingOptions;
import org.hubbeam.training.TuningOptions;
import org.jspecify.annotations.Nullable;

/**
 * A training that a worker can do.
 *
 * @param rows the names of TFRecord files with the columns of {@link FeatureColumns}
 * @param task what the labels are
 * @param head its form
 * @param options how it is trained
 * @param features what gives the features, in their order
 * @param tuning how the module that gives the features is trained, too; null where it stays as it
 *     is. The rows have what the module takes then
 * @param places where it writes to
 */
public record Training(
    List<String> rows,
    Task task,
    HeadOptions head,
    TrainingOptions options,
    List<FeatureSource> features,
    @Nullable Tuning tuning,
    Places places)
    implements Serializable {

  public Training {
    rows = List.copyOf(rows);
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(head, "head");
    Objects.requireNonNull(options, "options");
    features = List.copyOf(features);
    Objects.requireNonNull(places, "places");
  }

  /**
   * How a module is trained with its head.
   *
   * @param schema the columns of the rows, see {@link JoinInputs}
   */
  public record Tuning(TuningOptions options, BatchSchema schema) implements Serializable {}

  /**
   * Files and folders in one of Beam's file systems.
   *
   * @param output the folder of the module
   * @param checkpoint the file of the state, from which a training goes on
   * @param progress the file that tells how far it is
   * @param summary the file that tells how it went
   */
  public record Places(String output, String checkpoint, String progress, String summary)
      implements Serializable {}
}
