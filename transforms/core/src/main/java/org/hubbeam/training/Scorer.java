// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.List;

/** Gives scores to rows of features. */
public sealed interface Scorer extends Serializable permits Head, Ensemble {

  /** What the scores tell. */
  Task task();

  /**
   * The names of the classes or labels, by their index: negative and positive for two, none for a
   * number.
   */
  List<String> labels();

  /** How many features a row has. */
  int features();

  /** The logits of one row: one a class or label, one for two classes, or the number itself. */
  float[] logits(float[] features);

  /** The scores of one row: probabilities, or the number itself. */
  default float[] scores(float[] features) {
    return task().scores(logits(features));
  }
}
