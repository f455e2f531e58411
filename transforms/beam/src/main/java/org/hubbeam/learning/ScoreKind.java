// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

/** What the scores of a module are. */
public enum ScoreKind {
  /** From 0 to 1; or the numbers themselves. */
  PROBABILITIES,
  /** Softmax or sigmoid makes probabilities of them. */
  LOGITS
}
