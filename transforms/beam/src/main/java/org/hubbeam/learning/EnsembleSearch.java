// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.Serializable;
import java.util.List;
import org.hubbeam.training.AdaNet;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingOptions;

/**
 * A search for an ensemble that workers can do.
 *
 * @param rows the names of TFRecord files with the columns of {@link FeatureColumns}
 * @param task what the labels are
 * @param adanet what is searched for; its features are those of {@code features}
 * @param options how heads are trained
 * @param features what gives the features, in their order
 * @param places where it writes to
 */
public record EnsembleSearch(
    List<String> rows,
    Task task,
    AdaNet adanet,
    TrainingOptions options,
    List<FeatureSource> features,
    Places places)
    implements Serializable {

  public EnsembleSearch {
    rows = List.copyOf(rows);
    features = List.copyOf(features);
  }

  /** The rows of it, as all its trainings share them. */
  SharedRows.Key key() {
    return new SharedRows.Key(rows, task, options);
  }

  /**
   * Files and folders in one of Beam's file systems.
   *
   * @param output the folder of the module
   * @param checkpoints how the names of the files begin, from which trainings go on
   * @param progress how the names of the files begin, which tell how far trainings are
   * @param summary the file that tells of all rounds up to now
   */
  public record Places(String output, String checkpoints, String progress, String summary)
      implements Serializable {}
}
