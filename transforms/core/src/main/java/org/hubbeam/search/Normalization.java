// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Arrays;

/** Division of vectors by their lengths. */
final class Normalization {

  private Normalization() {}

  /** Divides the values from {@code at} by their length; zeros stay. */
  static void normalize(float[] values, int at, int dimension) {
    double squares = 0;
    for (int i = at; i < at + dimension; i++) {
      squares += (double) values[i] * values[i];
    }
    if (squares > 0) {
      double scale = 1 / Math.sqrt(squares);
      for (int i = at; i < at + dimension; i++) {
        values[i] = (float) (values[i] * scale);
      }
    }
  }

  /** A copy of length 1. */
  static float[] normalized(float[] vector) {
    float[] copy = Arrays.copyOf(vector, vector.length);
    normalize(copy, 0, copy.length);
    return copy;
  }
}
