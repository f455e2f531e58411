// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The gradients of the loss of pairs, against differences. */
class PairLossTest {

  private static final int SIZE = 7;
  private static final int WIDTH = 6;
  private static final double TEMPERATURE = 0.3;
  private static final float DIFFERENCE = 1e-2f;

  private final PairLoss loss = new PairLoss(WIDTH, TEMPERATURE);

  @Test
  void gradientsAreThoseOfTheLossThroughTheDivisionByLengths() {
    try (Lanes lanes = new Lanes(2)) {
      float[] left = random(1);
      float[] right = random(2);
      long[] lefts = {1, 2, 3, 4, 5, 6, 2};
      long[] rights = {1, 2, 3, 4, 3, 6, 7};
      float[] lengthsLeft = new float[SIZE];
      float[] lengthsRight = new float[SIZE];
      PairLoss.Side first = side(left, lefts, lengthsLeft, lanes);
      PairLoss.Side second = side(right, rights, lengthsRight, lanes);
      double unused = loss.of(first, second, lanes);
      UnitRows.back(first.gradients(), first.units(), lengthsLeft, lanes);
      UnitRows.back(second.gradients(), second.units(), lengthsRight, lanes);
      for (int i = 0; i < left.length; i++) {
        double byLeft = slope(left, i, () -> value(left, right, lefts, rights, lanes));
        double byRight = slope(right, i, () -> value(left, right, lefts, rights, lanes));
        assertThat((double) first.gradients()[i]).isCloseTo(byLeft, within(2e-4));
        assertThat((double) second.gradients()[i]).isCloseTo(byRight, within(2e-4));
      }
    }
  }

  @Test
  void lossIsThatOfTheFormula() {
    try (Lanes lanes = new Lanes(1)) {
      float[] left = random(3);
      float[] right = random(4);
      long[] lefts = {1, 2, 3, 4, 5, 6, 2};
      long[] rights = {1, 2, 3, 4, 3, 6, 7};
      double sum = 0;
      for (int i = 0; i < SIZE; i++) {
        double row = 0;
        double column = 0;
        for (int j = 0; j < SIZE; j++) {
          boolean counts = i == j || lefts[i] != lefts[j] && rights[i] != rights[j];
          row += counts ? Math.exp(cosine(left, i, right, j) / TEMPERATURE) : 0;
          column += counts ? Math.exp(cosine(left, j, right, i) / TEMPERATURE) : 0;
        }
        double own = Math.exp(cosine(left, i, right, i) / TEMPERATURE);
        sum -= Math.log(own / row) + Math.log(own / column);
      }
      assertThat(value(left, right, lefts, rights, lanes))
          .isCloseTo(sum / (2 * SIZE), within(1e-5));
    }
  }

  private static double cosine(float[] a, int i, float[] b, int j) {
    double dot = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int d = 0; d < WIDTH; d++) {
      dot += (double) a[i * WIDTH + d] * b[j * WIDTH + d];
      squaresA += (double) a[i * WIDTH + d] * a[i * WIDTH + d];
      squaresB += (double) b[j * WIDTH + d] * b[j * WIDTH + d];
    }
    return dot / Math.sqrt(squaresA * squaresB);
  }

  private double value(float[] left, float[] right, long[] lefts, long[] rights, Lanes lanes) {
    return loss.of(
        side(left, lefts, new float[SIZE], lanes),
        side(right, rights, new float[SIZE], lanes),
        lanes);
  }

  private static PairLoss.Side side(float[] rows, long[] texts, float[] lengths, Lanes lanes) {
    float[] units = rows.clone();
    UnitRows.divide(units, lengths, lanes);
    return new PairLoss.Side(units, new float[units.length], texts);
  }

  private interface Loss {
    double value();
  }

  private static double slope(float[] rows, int at, Loss loss) {
    float before = rows[at];
    rows[at] = before + DIFFERENCE;
    double above = loss.value();
    rows[at] = before - DIFFERENCE;
    double below = loss.value();
    rows[at] = before;
    return (above - below) / (2 * DIFFERENCE);
  }

  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] rows = new float[SIZE * WIDTH];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    return rows;
  }
}
