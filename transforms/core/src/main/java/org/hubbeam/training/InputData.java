// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

/**
 * What a module is trained on.
 *
 * @param rows targets and weights; the features of a row are its place among the inputs
 * @param inputs what the module takes
 */
public record InputData(TrainingData rows, InputRows inputs) implements AutoCloseable {

  /** How many rows are trained on. */
  public long train() {
    return rows.train().rows();
  }

  /** How many rows are held out. */
  public long heldOut() {
    return rows.heldOut().rows();
  }

  @Override
  public void close() {
    rows.close();
    inputs.close();
  }
}
