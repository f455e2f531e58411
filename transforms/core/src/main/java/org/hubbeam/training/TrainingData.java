// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.List;

/**
 * What a head is trained on.
 *
 * @param labels the names of the classes or labels, in the order of their values: negative and
 *     positive for two classes, none for a number
 * @param train the rows to train on
 * @param heldOut the rows that are held out, possibly none
 * @param release gives back files
 */
public record TrainingData(
    Task task, List<String> labels, TrainingRows train, TrainingRows heldOut, Runnable release)
    implements AutoCloseable {

  public TrainingData {
    labels = List.copyOf(labels);
  }

  @Override
  public void close() {
    release.run();
  }
}
