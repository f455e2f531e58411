// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

/** Files that other tools read vectors from. */
public enum VectorFileFormat {
  /**
   * {@code NAME.npy}, NumPy's matrix of float32, and {@code NAME.ids.txt}, a line for the id of
   * each of its rows. Other columns are not written.
   */
  NPY,
  /**
   * What the TensorFlow Embedding Projector loads: {@code NAME.tsv}, the vectors, {@code
   * NAME.metadata.tsv}, the ids and all other columns, with their names in the first line, and
   * {@code projector_config.pbtxt}, by which TensorBoard finds both ({@code --logdir}). Tabs and
   * line breaks in texts are blanks there, since the format has no escapes.
   */
  PROJECTOR
}
