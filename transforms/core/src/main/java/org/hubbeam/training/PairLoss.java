// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Arrays;

/**
 * How badly the vectors of pairs find each other in a batch: the mean, over the texts of both
 * sides, of the negative logarithm of the softmax of their own pair among all, of cosines divided
 * by a temperature. Pairs that share a text are not counterexamples of each other.
 *
 * @param width the length of a vector
 */
record PairLoss(int width, double temperature) {

  /**
   * One side of a batch.
   *
   * @param units its vectors, of length 1, row-major
   * @param gradients gets the gradient by each
   * @param texts a hash of each text
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
  record Side(float[] units, float[] gradients, long[] texts) {}

  /** Computes the loss and its gradients. */
  double of(Side first, Side second, Lanes lanes) {
    int size = first.texts.length;
    double[] weights = new double[size * size];
    double[] rows = new double[size];
    double[] columns = new double[size];
    lanes.run(size, (from, to) -> exponentials(first, second, from, to, weights, rows));
    lanes.run(
        size,
        (from, to) -> {
          for (int i = 0; i < size; i++) {
            for (int j = from; j < to; j++) {
              columns[j] += weights[i * size + j];
            }
          }
        });
    double loss = 0;
    for (int i = 0; i < size; i++) {
      double own = weights[i * size + i];
      loss -= StrictMath.log(own / rows[i]) + StrictMath.log(own / columns[i]);
    }
    double scale = 1 / (2 * size * temperature);
    lanes.run(
        size,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            for (int j = 0; j < size; j++) {
              int at = i * size + j;
              weights[at] *= 1 / rows[i] + 1 / columns[j];
              weights[at] = (i == j ? weights[at] - 2 : weights[at]) * scale;
            }
          }
        });
    lanes.run(size, (from, to) -> sum(first.gradients, second.units, weights, size, 1, from, to));
    lanes.run(size, (from, to) -> sum(second.gradients, first.units, weights, 1, size, from, to));
    return loss / (2 * size);
  }

  private void exponentials(
      Side first, Side second, int from, int to, double[] weights, double[] rows) {
    int size = rows.length;
    for (int i = from; i < to; i++) {
      for (int j = 0; j < size; j++) {
        boolean same =
            i != j && (first.texts[i] == first.texts[j] || second.texts[i] == second.texts[j]);
        double cosine = UnitRows.dot(first.units, i * width, second.units, j * width, width);
        double value = same ? 0 : StrictMath.exp((cosine - 1) / temperature);
        weights[i * size + j] = value;
        rows[i] += value;
      }
    }
  }

  /** Sums the vectors of the other side by their weights. */
  private void sum(
      float[] sums, float[] others, double[] weights, int byRow, int byOther, int from, int to) {
    int size = others.length / width;
    for (int i = from; i < to; i++) {
      int at = i * width;
      Arrays.fill(sums, at, at + width, 0);
      for (int j = 0; j < size; j++) {
        float weight = (float) weights[i * byRow + j * byOther];
        int other = j * width;
        for (int d = 0; d < width; d++) {
          sums[at + d] += weight * others[other + d];
        }
      }
    }
  }
}
