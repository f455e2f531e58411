// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels compute distances, and all the same bits. */
class KernelTest {

  private static final int ROWS = 23;

  private final Kernel scalar = new ScalarKernel();
  private final Random random = new Random(1);

  @Test
  void vectorInstructionsAreUsedWhereTheModuleIs() {
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    assertThat(Kernel.BEST.getClass().getSimpleName())
        .isEqualTo(present ? "SimdKernel" : "ScalarKernel");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 15, 16, 17, 31, 32, 47, 64, 100, 128, 300})
  void allGiveTheSameBits(int dimension) {
    float[] query = floats(dimension + 5);
    float[] data = floats(ROWS * dimension);
    byte[] codes = new byte[ROWS * dimension];
    random.nextBytes(codes);
    // Often enough that compilers take part.
    for (int time = 0; time < 1000; time++) {
      int count = 1 + time % 9;
      int[] rows = random.ints(count, 0, ROWS).toArray();
      float[] expected = new float[count];
      float[] computed = new float[count];
      scalar.dots(query, 5, data, dimension, rows, count, expected);
      Kernel.BEST.dots(query, 5, data, dimension, rows, count, computed);
      assertThat(computed).isEqualTo(expected);
      scalar.squares(query, 5, data, dimension, rows, count, expected);
      Kernel.BEST.squares(query, 5, data, dimension, rows, count, computed);
      assertThat(computed).isEqualTo(expected);
      scalar.codeDots(query, codes, dimension, rows, count, expected);
      Kernel.BEST.codeDots(query, codes, dimension, rows, count, computed);
      assertThat(computed).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 100})
  void distancesAreThose(int dimension) {
    float[] query = floats(dimension);
    float[] data = floats(3 * dimension);
    byte[] codes = new byte[3 * dimension];
    random.nextBytes(codes);
    double dot = 0;
    double square = 0;
    double coded = 0;
    for (int i = 0; i < dimension; i++) {
      double value = data[2 * dimension + i];
      dot += query[i] * value;
      square += (query[i] - value) * (query[i] - value);
      coded += query[i] * (double) codes[2 * dimension + i];
    }
    float[] out = new float[1];
    Kernel.BEST.dots(query, 0, data, dimension, new int[] {2}, 1, out);
    assertThat((double) out[0]).isCloseTo(dot, within(1e-4));
    Kernel.BEST.squares(query, 0, data, dimension, new int[] {2}, 1, out);
    assertThat((double) out[0]).isCloseTo(square, within(1e-4));
    Kernel.BEST.codeDots(query, codes, dimension, new int[] {2}, 1, out);
    assertThat((double) out[0]).isCloseTo(coded, within(1e-2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 7, 256})
  void blocksTellWhatIsAbove(int count) {
    int dimension = 24;
    float[] queries = floats(64 * dimension);
    float[] data = floats(count * dimension);
    float[] bias = floats(count);
    float[] thresholds = floats(64);
    for (Kernel kernel : new Kernel[] {scalar, Kernel.BEST}) {
      long[] above = new long[count];
      kernel.block(queries, data, dimension, count, bias, thresholds, above);
      for (int row = 0; row < count; row++) {
        for (int q = 0; q < 64; q++) {
          double sum = bias[row];
          for (int i = 0; i < dimension; i++) {
            sum += (double) queries[64 * i + q] * data[row * dimension + i];
          }
          if (Math.abs(sum - thresholds[q]) > 1e-4) {
            assertThat((above[row] >>> q & 1) != 0).isEqualTo(sum > thresholds[q]);
          }
        }
      }
    }
  }

  private float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
