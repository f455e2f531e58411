// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What vectors must be like to be in an index or a query. */
final class Vectors {

  /** Longer ones would have products beyond float32. */
  private static final double LONGEST = 1e18;

  private Vectors() {}

  /** Why a vector cannot be compared; null if it can. */
  static @Nullable String fault(float[] vector, Metric metric, int dimension) {
    if (vector.length != dimension) {
      return "the vector has " + vector.length + " values; the index has dimension " + dimension;
    }
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        return "the vector is not finite: value " + i + " is " + vector[i];
      }
      squares += (double) vector[i] * vector[i];
    }
    if (metric == Metric.COSINE) {
      return squares == 0
          ? "the vector has only zeros, so there is no cosine similarity with it"
          : null;
    }
    return squares <= LONGEST * LONGEST
        ? null
        : String.format(
            Locale.ROOT,
            "the vector has length %.3g; without cosine similarity at most %.0e can be compared",
            Math.sqrt(squares),
            LONGEST);
  }

  /** The vector as it is compared: of length 1 under cosine similarity. */
  static float[] prepared(float[] vector, Metric metric) {
    if (metric != Metric.COSINE) {
      return vector;
    }
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double length = Math.sqrt(squares);
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] / length);
    }
    return unit;
  }
}
