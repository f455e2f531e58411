// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a row counts in the loss: its own weight times that of its class.
 *
 * @param ofClass by the index of the class; empty when all count the same
 */
record RowWeights(float[] ofClass) {

  /**
   * Finds the weights of the classes.
   *
   * @throws TrainingException when they name a class that no row has
   */
  static RowWeights of(ClassWeights weights, TrainingData data) {
    if (weights.equals(ClassWeights.NONE)) {
      return new RowWeights(new float[0]);
    }
    float[] values = new float[data.labels().size()];
    if (weights instanceof ClassWeights.Given given) {
      fill(values, given.weights(), data.labels());
    } else {
      long[] counts = counts(data.train(), values.length);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (data.train().rows() / ((double) values.length * counts[i]));
      }
    }
    return new RowWeights(values);
  }

  private static void fill(float[] values, Map<String, Double> given, List<String> labels) {
    TreeSet<String> unknown = new TreeSet<>(given.keySet());
    labels.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new TrainingException(
          "there is a weight for the class '%s', which no row has; the classes are %s"
              .formatted(unknown.first(), String.join(", ", labels)));
    }
    Arrays.fill(values, 1);
    for (int i = 0; i < values.length; i++) {
      values[i] = given.getOrDefault(labels.get(i), 1.0).floatValue();
    }
  }

  private static long[] counts(TrainingRows rows, int classes) {
    long[] counts = new long[classes];
    RowBatch batch = new RowBatch(RowBatches.atATime(rows), rows);
    try (TrainingRows.Cursor cursor = rows.cursor()) {
      while (cursor.next(batch)) {
        for (int i = 0; i < batch.rows(); i++) {
          counts[(int) batch.targetValues()[i]]++;
        }
      }
    }
    return counts;
  }

  /** What the row with a target counts. */
  float of(float weight, float target) {
    return ofClass.length == 0 ? weight : weight * ofClass[(int) target];
  }
}
