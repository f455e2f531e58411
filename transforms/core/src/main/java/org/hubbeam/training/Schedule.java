// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;

/**
 * How the rate changes: it rises from 0 in a straight line over the steps of warm-up and then falls
 * until the last step.
 *
 * @param warmUp the steps of warm-up; 0 for none
 * @param decay how it falls
 * @param end the part of the rate that is left at the last step; not for {@link Decay#CONSTANT}
 */
public record Schedule(long warmUp, Decay decay, double end) implements Serializable {

  /** The same rate for all steps. */
  public static final Schedule CONSTANT = new Schedule(0, Decay.CONSTANT, 0);

  /** How the rate falls after warm-up. */
  public enum Decay {
    /** Not at all. */
    CONSTANT,
    /** In a straight line. */
    LINEAR,
    /** By half a cosine. */
    COSINE,
    /** By the same factor each step; {@code end} is above 0. */
    EXPONENTIAL
  }

  public Schedule {
    if (warmUp < 0 || !(end >= 0 && end <= 1)) {
      throw new IllegalArgumentException(
          "warm-up has 0 steps or more and ends between 0 and 1 of the rate; found %d and %s"
              .formatted(warmUp, end));
    }
    if (decay == Decay.EXPONENTIAL && end == 0) {
      throw new IllegalArgumentException("exponential decay ends above 0 of the rate");
    }
  }

  /**
   * The factor of the rate.
   *
   * @param step the step, from 0
   * @param steps how many steps there are in all
   */
  public double factor(long step, long steps) {
    if (step < warmUp) {
      return (step + 1.0) / warmUp;
    }
    double part =
        Math.min(1, (double) (step - warmUp) / Math.max(1.0, (double) (steps - 1 - warmUp)));
    return switch (decay) {
      case CONSTANT -> 1;
      case LINEAR -> 1 - (1 - end) * part;
      case COSINE -> end + (1 - end) * (1 + Math.cos(Math.PI * part)) / 2;
      case EXPONENTIAL -> Math.pow(end, part);
    };
  }
}
