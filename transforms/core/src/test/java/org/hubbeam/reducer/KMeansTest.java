// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.Python;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KMeansTest {

  private static final int CELLS = 8;

  @Nested
  class FitContract extends ReducerContract<VectorSample> {
    @Override
    Reducer<VectorSample> reducer() {
      return new KMeansFit(KMeansOptions.of(3).withSample(20), 4);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.dense(random, DType.FLOAT32, rows, 4));
    }

    @Override
    double tolerance() {
      return 0;
    }
  }

  @Nested
  class StepContract extends ReducerContract<ClusterSums> {
    @Override
    Reducer<ClusterSums> reducer() {
      float[] centers = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0.5f};
      return new KMeansStep(new Centers(KMeansOptions.Space.SPHERICAL, 4, centers), 1);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.dense(random, DType.FLOAT32, rows, 4));
    }

    @Override
    double tolerance() {
      return 0;
    }
  }

  /** Vectors around some points, which are neither far from each other nor alike. */
  private static float[][] clustered(int rows, int points, long seed) {
    Random random = new Random(seed);
    float[][] middles = new float[points][CELLS];
    for (float[] middle : middles) {
      for (int cell = 0; cell < CELLS; cell++) {
        middle[cell] = (float) (2 * random.nextGaussian());
      }
    }
    float[][] vectors = new float[rows][CELLS];
    for (float[] vector : vectors) {
      float[] middle = middles[random.nextInt(points)];
      for (int cell = 0; cell < CELLS; cell++) {
        vector[cell] = middle[cell] + (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private static Array.Dense array(float[]... vectors) {
    float[] all = new float[vectors.length * CELLS];
    for (int i = 0; i < vectors.length; i++) {
      System.arraycopy(vectors[i], 0, all, i * CELLS, CELLS);
    }
    return new Array.Dense(List.of((long) vectors.length, (long) CELLS), Values.of(all));
  }

  private static float[] fit(KMeansOptions options, float[]... vectors) {
    KMeansFit fit = new KMeansFit(options, CELLS);
    VectorSample summary = fit.empty();
    fit.add(summary, List.of(array(vectors)));
    return ((Values.Numbers) fit.finish(summary).get(0).values()).toFloats();
  }

  private static double inertia(KMeansOptions.Space space, float[] values, float[]... vectors) {
    Centers centers = new Centers(space, CELLS, values);
    double sum = 0;
    for (float[] vector : vectors) {
      float[] prepared = vector.clone();
      Centers.prepare(space, prepared, 0, CELLS);
      sum += centers.squaredDistance(prepared, 0, centers.nearest(prepared, 0));
    }
    return sum;
  }

  private static void write(Path file, float[] values) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    Files.write(file, bytes.array());
  }

  @Test
  void inertiaIsThatOfScikitLearn(@TempDir Path work) throws Exception {
    String python = Python.with("sklearn", "numpy");
    for (KMeansOptions.Space space : KMeansOptions.Space.values()) {
      float[][] vectors = clustered(4000, 30, 1);
      KMeansOptions options = KMeansOptions.of(25).withSpace(space).withSeed(3);
      float[][] compared = new float[vectors.length][];
      for (int i = 0; i < vectors.length; i++) {
        compared[i] = vectors[i].clone();
        Centers.prepare(space, compared[i], 0, CELLS);
      }
      write(work.resolve("vectors"), ((Values.Numbers) array(compared).values()).toFloats());
      write(work.resolve("seeds"), fit(options.withIterations(0), vectors));
      Python.run(
          python, KMeansTest.class, "k_means.py", work, work.toString(), "" + CELLS, "" + space);
      double theirs = Double.parseDouble(Files.readString(work.resolve("inertia")));
      assertThat(inertia(space, fit(options, vectors), vectors)).isLessThan(1.02 * theirs);
      assertThat(inertia(space, fit(options, vectors), vectors)).isGreaterThan(0.98 * theirs);
    }
  }

  @Test
  void miniBatchesComeNear() {
    float[][] vectors = clustered(4000, 10, 2);
    KMeansOptions options = KMeansOptions.of(10).withSeed(1);
    double lloyd = inertia(options.space(), fit(options, vectors), vectors);
    KMeansOptions mini = options.withAlgorithm(KMeansOptions.Algorithm.MINI_BATCH);
    assertThat(inertia(options.space(), fit(mini, vectors), vectors)).isLessThan(1.05 * lloyd);
  }

  @Test
  void aStepOverAllVectorsIsAMeanToTheLastBitInAnyOrder() {
    float[][] vectors = clustered(1000, 5, 4);
    float[] values = fit(KMeansOptions.of(5).withIterations(0), vectors);
    Centers centers = new Centers(KMeansOptions.Space.EUCLIDEAN, CELLS, values);
    KMeansStep step = new KMeansStep(centers, 30);
    ClusterSums once = step.empty();
    step.add(once, List.of(array(vectors)));
    List<float[]> shuffled = new ArrayList<>(List.of(vectors));
    Collections.shuffle(shuffled, new Random(5));
    ClusterSums parts = step.empty();
    for (float[] vector : shuffled) {
      ClusterSums part = step.empty();
      step.add(part, List.of(array(vector)));
      step.merge(parts, part);
    }
    assertThat(step.finish(parts)).isEqualTo(step.finish(once));

    float[] moved = ((Values.Numbers) step.finish(once).get(0).values()).toFloats();
    for (int center = 0; center < 5; center++) {
      int wanted = center;
      double[] own =
          IntStream.range(0, vectors.length)
              .filter(i -> centers.nearest(vectors[i], 0) == wanted)
              .mapToDouble(i -> vectors[i][0])
              .toArray();
      double mean = IntStream.range(0, own.length).mapToDouble(i -> own[i] / own.length).sum();
      assertThat((double) moved[center * CELLS]).isCloseTo(mean, within(1e-6));
    }
  }

  @Test
  void thereAreNoMoreCentersThanDifferentVectors() {
    float[] one = {1, 0, 0, 0, 0, 0, 0, 0};
    float[] two = {0, 1, 0, 0, 0, 0, 0, 0};
    float[] found = fit(KMeansOptions.of(5), one, two, one, one, two);
    assertThat(found).hasSize(2 * CELLS);
    assertThat(fit(KMeansOptions.of(5))).isEmpty();
    float[] nan = {Float.NaN, 1, 0, 0, 0, 0, 0, 0};
    assertThat(fit(KMeansOptions.of(5), one, nan)).isEqualTo(one);
  }

  @Test
  void aCopiedVectorCountsAsOftenAsItIsThere() {
    float[] low = {0, 0, 0, 0, 0, 0, 0, 0};
    float[] high = {4, 0, 0, 0, 0, 0, 0, 0};
    assertThat(fit(KMeansOptions.of(1), low, low, low, high)[0]).isEqualTo(1);
  }

  @Test
  void vectorsFarFromTheOriginAreToldApart() {
    float[][] vectors = clustered(500, 4, 7);
    float[][] far = new float[vectors.length][CELLS];
    for (int i = 0; i < far.length; i++) {
      for (int cell = 0; cell < CELLS; cell++) {
        far[i][cell] = 10_000 + vectors[i][cell];
      }
    }
    float[] values = fit(KMeansOptions.of(4), far);
    Centers centers = new Centers(KMeansOptions.Space.EUCLIDEAN, CELLS, values);
    for (float[] vector : far) {
      int nearest = centers.nearest(vector, 0);
      for (int other = 0; other < 4; other++) {
        assertThat(centers.squaredDistance(vector, 0, nearest))
            .isLessThanOrEqualTo(centers.squaredDistance(vector, 0, other) + 0.01);
      }
    }
  }

  @Test
  void wrongOptionsAreRefused() {
    assertThatThrownBy(() -> KMeansOptions.of(0)).hasMessageContaining("1 cluster or more");
    assertThatThrownBy(() -> KMeansOptions.of(10).withSample(9))
        .hasMessageContaining("10 clusters");
    assertThatThrownBy(() -> KMeansOptions.of(10).withIterations(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new KMeansFit(KMeansOptions.of(1), 0)).hasMessageContaining("0");
  }
}
