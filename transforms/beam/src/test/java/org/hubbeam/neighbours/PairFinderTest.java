// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairFinderTest {

  private static final int CELLS = 16;

  private static float[] units(int rows, int points) {
    float[] vectors = new float[rows * CELLS];
    int at = 0;
    for (Map.Entry<String, float[]> row : Vectors.clustered(rows, points, CELLS, 1).entrySet()) {
      double square = 0;
      for (float value : row.getValue()) {
        square += (double) value * value;
      }
      for (float value : row.getValue()) {
        vectors[at++] = (float) (value / Math.sqrt(square));
      }
    }
    return vectors;
  }

  @ParameterizedTest
  @CsvSource({"0.99, 50", "0.97, 1", "0.9, 50", "0.6, 2500"})
  void blocksFindWhatComparingAllFinds(double threshold, int points) {
    float[] vectors = units(2500, points);
    int rows = 2500;
    BitSet home = new BitSet();
    Random random = new Random(2);
    for (int i = 0; i < rows; i++) {
      home.set(i, random.nextInt(4) > 0);
    }
    BitSet expected = new BitSet(rows * rows);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < i; j++) {
        double product = 0;
        for (int cell = 0; cell < CELLS; cell++) {
          product += (double) vectors[i * CELLS + cell] * vectors[j * CELLS + cell];
        }
        // Nearer than rounding is either.
        if ((home.get(i) || home.get(j)) && product >= threshold + 1e-6) {
          expected.set(i * rows + j);
        }
      }
    }
    BitSet found = new BitSet(rows * rows);
    BitSet wrong = new BitSet();
    new PairFinder(
            CELLS,
            threshold,
            (one, other, score) -> {
              wrong.set(0, wrong.get(0) || score < threshold);
              wrong.set(1, wrong.get(1) || !home.get(one) && !home.get(other));
              found.set(Math.max(one, other) * rows + Math.min(one, other));
            })
        .find(vectors, home);
    expected.andNot(found);
    assertThat(wrong).isEqualTo(new BitSet());
    assertThat(expected).as("%d points", points).isEqualTo(new BitSet());
  }
}
