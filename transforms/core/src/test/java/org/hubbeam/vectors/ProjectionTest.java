// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;

/** Matrices are what is written of them, and projecting is multiplying. */
class ProjectionTest {

  private static float[] weights(ProjectionMatrix matrix) {
    return ((Values.Numbers) matrix.toBatch().column("weights").values()).toFloats();
  }

  private static ProjectionMatrix gaussian(long seed, int inputs, int dims) {
    return GaussianMatrix.of(Projection.gaussian(dims).withSeed(seed), inputs);
  }

  @Test
  void theGeneratorIsSplitMix64() {
    // The first numbers of the seed 1234567 in Vigna's reference implementation.
    String[] expected = {
      "6457827717110365317",
      "3203168211198807973",
      "9817491932198370423",
      "4593380528125082431",
      "16408922859458223821"
    };
    for (int i = 0; i < expected.length; i++) {
      assertThat(Long.toUnsignedString(GaussianMatrix.bits(1234567, i))).isEqualTo(expected[i]);
    }
  }

  @Test
  void theGaussianMatrixIsTheDocumentedOne() {
    float[] expected = NumpyVectors.floats("/gaussian/matrix");
    float[] found = weights(gaussian(7, 5, 3));
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-7f));
    }
    float[] projected = gaussian(7, 5, 3).apply(NumpyVectors.floats("/int8/values"));
    float[] wanted = NumpyVectors.floats("/gaussian/projected");
    for (int i = 0; i < projected.length; i++) {
      assertThat(projected[i])
          .isCloseTo(wanted[i], within(1e-5f * Math.max(1, Math.abs(wanted[i]))));
    }
    assertThat(gaussian(8, 5, 3)).isNotEqualTo(gaussian(7, 5, 3));
  }

  @Test
  void theNumbersHaveTheMomentsOfANormalDistribution() {
    int dims = 200;
    float[] values = weights(gaussian(3, 500, dims));
    double[] moments = new double[5];
    for (float value : values) {
      double z = value * Math.sqrt(dims);
      for (int power = 1; power < 5; power++) {
        moments[power] += Math.pow(z, power) / values.length;
      }
    }
    // 100,000 numbers: standard errors 0.003, 0.0045, 0.012 and 0.031; five of each.
    assertThat(moments[1]).isCloseTo(0, within(0.016));
    assertThat(moments[2]).isCloseTo(1, within(0.023));
    assertThat(moments[3]).isCloseTo(0, within(0.062));
    assertThat(moments[4]).isCloseTo(3, within(0.155));
  }

  @Test
  void distancesAreKeptAsJohnsonAndLindenstraussSay() {
    int inputs = 512;
    int dims = 256;
    Random random = new Random(11);
    ProjectionMatrix matrix = gaussian(5, inputs, dims);
    double sum = 0;
    double squares = 0;
    int pairs = 400;
    for (int pair = 0; pair < pairs; pair++) {
      float[] difference = new float[inputs];
      for (int i = 0; i < inputs; i++) {
        difference[i] = random.nextFloat() - 0.5f;
      }
      double ratio = squared(matrix.apply(difference)) / squared(difference);
      assertThat(ratio).isBetween(0.5, 1.6);
      sum += ratio;
      squares += ratio * ratio;
    }
    // The ratio is chi-squared(256)/256 distributed: mean 1, variance 2/256.
    double mean = sum / pairs;
    double variance = squares / pairs - mean * mean;
    assertThat(mean).isCloseTo(1, within(0.05));
    assertThat(variance).isBetween(1.2 / dims, 3.0 / dims);
  }

  private static double squared(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    return sum;
  }

  @Test
  void projectingIsMultiplyingForEveryShapeAndBatch() {
    Random random = new Random(2);
    for (int[] shape : new int[][] {{1, 1}, {3, 2}, {33, 7}, {64, 64}, {70, 5}, {129, 32}}) {
      int inputs = shape[0];
      float[] mean = new float[inputs];
      float[] weights = new float[inputs * shape[1]];
      for (float[] array : new float[][] {mean, weights}) {
        for (int i = 0; i < array.length; i++) {
          array[i] = (float) random.nextGaussian();
        }
      }
      int count = 3000 / inputs + 5;
      float[] vectors = new float[count * inputs];
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = (float) random.nextGaussian();
      }
      ProjectionMatrix matrix = new ProjectionMatrix(mean, weights);
      float[] projected = matrix.apply(vectors);
      for (int vector = 0; vector < count; vector++) {
        float[] single =
            matrix.apply(Arrays.copyOfRange(vectors, vector * inputs, (vector + 1) * inputs));
        for (int j = 0; j < shape[1]; j++) {
          double expected = 0;
          for (int i = 0; i < inputs; i++) {
            expected +=
                ((double) vectors[vector * inputs + i] - mean[i]) * weights[i * shape[1] + j];
          }
          assertThat(projected[vector * shape[1] + j])
              .isCloseTo((float) expected, within(1e-6f * (float) (1 + Math.abs(expected))))
              .isEqualTo(single[j]);
        }
      }
    }
  }

  @Test
  void largeBatchesAreProjectedInParts() {
    ProjectionMatrix matrix = gaussian(1, 4, 3);
    float[] vectors = new float[4 * 20_001];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = i % 11 - 5;
    }
    float[] projected = matrix.apply(vectors);
    int last = 4 * 20_000;
    assertThat(Arrays.copyOfRange(projected, 3 * 20_000, 3 * 20_001))
        .containsExactly(matrix.apply(Arrays.copyOfRange(vectors, last, last + 4)));
  }

  @Test
  void aFittedMatrixTakesTheMeanAwayAndIsChecked() {
    ProjectionMatrix pca =
        new ProjectionMatrix(
            NumpyVectors.floats("/pca/mean"), NumpyVectors.floats("/pca/components"));
    Array.Dense cloud = NumpyVectors.dense("/pca/values", 6);
    PostProcessing steps = PostProcessing.NONE.withProjection(Projection.fitted(pca));
    Batch done =
        new PostProcessor(steps).apply(Batch.of(java.util.Map.of("v", cloud)), "v").batch();
    float[] found = ((Values.Numbers) done.column("v").values()).toFloats();
    float[] expected = NumpyVectors.floats("/pca/projected");
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i])
          .isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
    }
    assertThatThrownBy(() -> pca.apply(new float[7])).hasMessageContaining("7 numbers");
    Batch narrow = Batch.of(java.util.Map.of("v", NumpyVectors.dense("/pca/values", 3)));
    assertThatThrownBy(() -> new PostProcessor(steps).apply(narrow, "v"))
        .hasMessageContaining("column 'v'")
        .hasMessageContaining("vectors of 6 numbers, found 3");
  }

  @Test
  void matricesTravelAsBatchesAndAsObjects() throws Exception {
    ProjectionMatrix matrix =
        new ProjectionMatrix(new float[] {1, 2}, new float[] {1, 2, 3, 4, 5, 6});
    assertThat(ProjectionMatrix.of(matrix.toBatch())).isEqualTo(matrix);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(PostProcessing.NONE.withProjection(Projection.fitted(matrix)));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      PostProcessing back = (PostProcessing) in.readObject();
      assertThat(back.projection()).isEqualTo(Projection.fitted(matrix));
      assertThat(((Projection.Fitted) back.projection()).matrix().apply(new float[] {2, 2}))
          .containsExactly(1, 2, 3);
    }
    assertThatThrownBy(() -> new ProjectionMatrix(new float[2], new float[5]))
        .hasMessageContaining("5 numbers are no matrix of 2 rows");
  }
}
