// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

/** What a scorer tells of a row. */
public enum Task {
  /** One of several classes: softmax, one logit a class. */
  CLASSES,
  /** Any number of several labels: a sigmoid and a logit for each. */
  LABELS,
  /**
   * One of two classes: the sigmoid of one logit is the probability of the second, positive one.
   */
  BINARY,
  /** A number, trained by the mean squared error. */
  NUMBER;

  /** How many logits a row has. */
  public int outputs(int labels) {
    return switch (this) {
      case CLASSES, LABELS -> labels;
      case BINARY, NUMBER -> 1;
    };
  }

  /** How many numbers tell a row's label: one for each of several labels, else one. */
  int targets(int labels) {
    return this == LABELS ? labels : 1;
  }

  /**
   * The scores of a row, in place: probabilities, or the number itself.
   *
   * @param logits what a scorer gives for the row
   * @return {@code logits}
   */
  public float[] scores(float[] logits) {
    switch (this) {
      case CLASSES -> softmax(logits);
      case LABELS, BINARY -> {
        for (int i = 0; i < logits.length; i++) {
          logits[i] = (float) (1 / (1 + Math.exp(-logits[i])));
        }
      }
      case NUMBER -> {}
    }
    return logits;
  }

  private static void softmax(float[] logits) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (Math.exp(logits[i] - max) / sum);
    }
  }
}
