// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.reducer.CoMoments;
import org.hubbeam.reducer.PrincipalComponents;
import org.hubbeam.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UmapLayoutTest {

  private static final int NEIGHBOURS = 14;

  @TempDir Path work;

  /** Groups of vectors, 40 each, far from each other. */
  private static float[][] groups(int groups) {
    Random random = new Random(7);
    float[][] centres = new float[groups][20];
    for (float[] centre : centres) {
      for (int i = 0; i < centre.length; i++) {
        centre[i] = (float) (5 * random.nextGaussian());
      }
    }
    float[][] vectors = new float[40 * groups][20];
    for (int row = 0; row < vectors.length; row++) {
      for (int i = 0; i < 20; i++) {
        vectors[row][i] = centres[row % groups][i] + (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private static float[] layout(float[][] vectors, long seed) {
    return UmapLayout.compute(graph(vectors), start(vectors), seed);
  }

  private static FuzzyGraph graph(float[][] vectors) {
    int[][] neighbours = new int[vectors.length][];
    float[][] distances = new float[vectors.length][];
    for (int row = 0; row < vectors.length; row++) {
      float[] vector = vectors[row];
      int self = row;
      float[] all = new float[vectors.length];
      for (int other = 0; other < all.length; other++) {
        all[other] = (float) distance(vector, vectors[other]);
      }
      neighbours[row] =
          IntStream.range(0, all.length)
              .boxed()
              .filter(other -> other != self)
              .sorted(Comparator.comparingDouble(other -> all[other]))
              .limit(NEIGHBOURS)
              .mapToInt(Integer::intValue)
              .toArray();
      distances[row] = new float[neighbours[row].length];
      for (int at = 0; at < neighbours[row].length; at++) {
        distances[row][at] = all[neighbours[row][at]];
      }
    }
    return FuzzyGraph.of(neighbours, distances);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  private static float[] start(float[][] vectors) {
    int dimension = vectors[0].length;
    float[] flat = new float[vectors.length * dimension];
    for (int row = 0; row < vectors.length; row++) {
      System.arraycopy(vectors[row], 0, flat, row * dimension, dimension);
    }
    PrincipalComponents pca = new PrincipalComponents(DType.FLOAT32, dimension, 2, DType.FLOAT32);
    CoMoments moments = pca.empty();
    pca.add(
        moments,
        List.of(
            new Array.Dense(List.of((long) vectors.length, (long) dimension), Values.of(flat))));
    float[] mean = ((Values.Numbers) pca.finish(moments).get(0).values()).toFloats();
    float[] axes = ((Values.Numbers) pca.finish(moments).get(1).values()).toFloats();
    float[] start = new float[2 * vectors.length];
    for (int row = 0; row < vectors.length; row++) {
      for (int i = 0; i < dimension; i++) {
        float centred = vectors[row][i] - mean[i];
        start[2 * row] += centred * axes[2 * i];
        start[2 * row + 1] += centred * axes[2 * i + 1];
      }
    }
    return start;
  }

  private static double distance(float[] layout, int a, int b) {
    return Math.hypot(layout[2 * a] - layout[2 * b], layout[2 * a + 1] - layout[2 * b + 1]);
  }

  @Test
  void nearestInThePlaneIsOfTheSameGroup() {
    float[] layout = layout(groups(5), 1);
    for (int row = 0; row < 200; row++) {
      int self = row;
      int nearest =
          IntStream.range(0, 200)
              .filter(other -> other != self)
              .boxed()
              .min(Comparator.comparingDouble(other -> distance(layout, self, other)))
              .orElseThrow();
      assertThat(nearest % 5).isEqualTo(row % 5);
    }
  }

  @Test
  void sameSeedGivesTheSameBitsEverywhere() {
    float[][] vectors = groups(3);
    float[] layout = layout(vectors, 1);
    assertThat(layout(vectors, 1)).isEqualTo(layout);
    assertThat(layout(vectors, 2)).isNotEqualTo(layout);
    FuzzyGraph ring =
        FuzzyGraph.of(
            new int[][] {{1, 3}, {2, 0}, {3, 1}, {0, 2}},
            new float[][] {{1, 2}, {1, 2}, {1, 2}, {1, 2}});
    // Taken from a run on Linux, x86-64: others must give the same.
    assertThat(Arrays.hashCode(UmapLayout.compute(ring, new float[] {0, 1, 1, 0, 0, -1, -1, 0}, 3)))
        .isEqualTo(1855402096);
  }

  @Test
  void rowsWithoutNeighboursKeepFinitePlaces() {
    int[][] none = new int[3][0];
    float[] layout =
        UmapLayout.compute(FuzzyGraph.of(none, new float[3][0]), new float[] {0, 0, 4, 2, 1, 1}, 1);
    assertThat(layout[2]).isBetween(9.99f, 10.01f);
    assertThat(layout[3]).isBetween(4.99f, 5.01f);
    assertThat(UmapLayout.compute(FuzzyGraph.of(new int[0][], new float[0][]), new float[0], 1))
        .isEmpty();
  }

  @Test
  void copiesAreOnePlaceOfFiniteNumbers() {
    float[][] vectors = new float[60][4];
    for (int row = 30; row < 60; row++) {
      vectors[row][0] = 1;
    }
    float[] layout = UmapLayout.compute(graph(vectors), new float[120], 1);
    for (float place : layout) {
      assertThat(place).isFinite();
    }
  }

  @Test
  void weightsAreThoseOfEitherEnd() {
    FuzzyGraph graph =
        FuzzyGraph.of(new int[][] {{1, 2}, {0, 2}, {1}}, new float[][] {{1, 3}, {1, 2}, {2}});
    assertThat(graph.edges()).isEqualTo(6);
    assertThat(graph.strongest()).isEqualTo(1);
    // Row 0 has log2(3) neighbours in all: 1 is one, 2 the rest; row 2 has 1 only.
    assertThat(graph.neighbour(1)).isEqualTo(2);
    assertThat(graph.weight(1)).isBetween(0.584f, 0.586f);
  }

  @Test
  void whatIsNoGraphIsRefused() {
    float[][] ones = {{1}, {1}};
    assertThatThrownBy(() -> FuzzyGraph.of(new int[][] {{0}, {0}}, ones))
        .hasMessage("row 0 has the neighbour 0");
    assertThatThrownBy(() -> FuzzyGraph.of(new int[][] {{1}, {2}}, ones))
        .hasMessage("row 1 has the neighbour 2");
    assertThatThrownBy(() -> FuzzyGraph.of(new int[][] {{1}, {0}}, new float[][] {{1}, {-1}}))
        .hasMessage("row 1 is at a distance of -1.0 from 0");
    assertThatThrownBy(() -> FuzzyGraph.of(new int[][] {{1, 1}, {0}}, new float[][] {{1, 1}, {1}}))
        .hasMessage("row 0 has 1 twice");
    assertThatThrownBy(
            () -> UmapLayout.compute(FuzzyGraph.of(new int[2][0], new float[2][0]), ones[0], 1))
        .hasMessage("2 rows need 4 numbers, not 1");
  }

  @Test
  void placesAreAsTrustworthyAsThoseOfUmapLearn() throws Exception {
    String python = Python.with("umap", "sklearn");
    Path digits = work.resolve("digits.f4");
    Python.run(python, UmapLayoutTest.class, "umap_digits.py", work, "write", digits.toString());
    FloatBuffer numbers =
        ByteBuffer.wrap(Files.readAllBytes(digits)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[][] vectors = new float[numbers.remaining() / 64][64];
    for (float[] vector : vectors) {
      numbers.get(vector);
    }
    float[] layout = layout(vectors, 1);
    ByteBuffer bytes = ByteBuffer.allocate(4 * layout.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(layout);
    Path ours = Files.write(work.resolve("ours.f4"), bytes.array());
    Path measured = work.resolve("measured.json");
    Python.run(
        python,
        UmapLayoutTest.class,
        "umap_digits.py",
        work,
        "measure",
        ours.toString(),
        measured.toString());
    JsonNode trustworthiness = new ObjectMapper().readTree(measured.toFile());
    assertThat(trustworthiness.get("ours").asDouble())
        .isGreaterThan(trustworthiness.get("theirs").asDouble() - 0.03);
  }
}
