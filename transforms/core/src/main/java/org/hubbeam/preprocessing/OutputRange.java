// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

/**
 * The range that the values of a column are scaled to.
 *
 * @param min what the smallest value becomes
 * @param max what the largest value becomes
 */
public record OutputRange(float min, float max) {

  /** From 0 to 1. */
  public static final OutputRange UNIT = new OutputRange(0, 1);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException when min is not below max
   */
  public OutputRange {
    if (!(min < max)) {
      throw new IllegalArgumentException(
          "output_min must be below output_max; they are " + min + " and " + max);
    }
  }
}
