// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs of codes find what graphs of floats do, in less memory. */
class Int8GraphTest {

  private static final int DIMENSION = 48;

  @TempDir Path folder;

  private final Random random = new Random(6);

  @ParameterizedTest
  @EnumSource
  void recallIsThatOfTheFloats(Metric metric) throws IOException {
    HnswGraph floats = graph(3000, metric);
    try (Int8Graph rescored = open(floats, true);
        Int8Graph codes = open(floats, false)) {
      ExactScan exact = ExactScan.of(floats, metric);
      int float32 = 0;
      int int8 = 0;
      int codesOnly = 0;
      for (float[] query : vectors(100)) {
        int[] nearest = exact.nearest(query, 10).rows();
        float32 += common(nearest, floats.search(query, 10, 60));
        int8 += common(nearest, rescored.search(query, 10, 60));
        codesOnly += common(nearest, codes.search(query, 10, 60));
      }
      assertThat(int8 / 1000.0).isCloseTo(float32 / 1000.0, within(0.005));
      assertThat(codesOnly / 1000.0).isGreaterThan(0.9);
    }
  }

  @ParameterizedTest
  @EnumSource
  void scoresAreThoseOfTheFloats(Metric metric) throws IOException {
    HnswGraph floats = graph(500, metric);
    float[] query = vectors(1)[0];
    Nearest expected = ExactScan.of(floats, metric).nearest(query, 20);
    try (Int8Graph rescored = open(floats, true);
        Int8Graph codes = open(floats, false)) {
      Nearest scanned = ExactScan.of(rescored, metric).nearest(query, 20);
      assertThat(scanned.rows()).isEqualTo(expected.rows());
      assertThat(scanned.scores()).isEqualTo(expected.scores());
      float[] row = new float[DIMENSION];
      float[] same = new float[DIMENSION];
      floats.copy(123, row, 0);
      rescored.copy(123, same, 0);
      assertThat(same).isEqualTo(row);
      codes.copy(123, same, 0);
      for (int i = 0; i < DIMENSION; i++) {
        assertThat(same[i]).isCloseTo(row[i], within(0.02f));
      }
      assertThat((double) ExactScan.of(codes, metric).nearest(query, 1).scores()[0])
          .isCloseTo(expected.scores()[0], within(0.15));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.005, 0.1, 0.5})
  void acceptedRowsAreFound(double share) throws IOException {
    HnswGraph floats = graph(3000, Metric.COSINE);
    BitSet bits = new BitSet();
    IntStream.range(0, 3000).filter(i -> random.nextDouble() < share).forEach(bits::set);
    RowSet accepted = RowSet.of(bits);
    try (Int8Graph graph = open(floats, true)) {
      int hits = 0;
      for (float[] query : vectors(50)) {
        int[] nearest = ExactScan.of(floats, Metric.COSINE).nearest(query, 10, accepted).rows();
        Nearest found = graph.search(query, 10, 60, accepted);
        assertThat(found.size()).isEqualTo(10);
        hits += common(nearest, found);
      }
      assertThat(hits / 500.0).isGreaterThan(0.98);
    }
  }

  @Test
  void memoryIsAboutAThird() throws IOException {
    HnswGraph floats = graph(2000, 128, Metric.COSINE);
    Path file = folder.resolve("codes");
    Int8Graph.write(floats, file);
    try (Int8Graph codes = Int8Graph.open(file, Metric.COSINE, 128)) {
      assertThat((double) codes.memory() / floats.memory()).isLessThan(0.35);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 30})
  void smallGraphsAreWrittenAndOpened(int size) throws IOException {
    HnswGraph floats = graph(size, Metric.DOT);
    try (Int8Graph codes = open(floats, true)) {
      assertThat(codes.size()).isEqualTo(size);
      assertThat(codes.search(vectors(1)[0], 10, 40).size()).isEqualTo(Math.min(size, 10));
    }
  }

  @Test
  void anInterruptedThreadDoesNotStopOthers() throws IOException {
    HnswGraph floats = graph(300, Metric.COSINE);
    float[] query = vectors(1)[0];
    try (Int8Graph graph = open(floats, true)) {
      Nearest expected = graph.search(query, 5, 40);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> graph.search(query, 5, 40)).hasMessageContaining("floats");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(graph.search(query, 5, 40).rows()).isEqualTo(expected.rows());
    }
  }

  @Test
  void damagedFilesAreErrorsOrSearched() throws IOException {
    HnswGraph floats = graph(150, Metric.EUCLIDEAN);
    Path file = folder.resolve("codes");
    Int8Graph.write(floats, file);
    byte[] whole = Files.readAllBytes(file);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] bytes = whole.clone();
      bytes[i < 100 ? i : random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      if (i % 20 == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      Files.write(file, bytes);
      try (Int8Graph graph = Int8Graph.open(file, Metric.EUCLIDEAN, DIMENSION)) {
        graph.search(new float[DIMENSION], 10, 150);
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith(file + ": ");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  private Int8Graph open(HnswGraph graph, boolean rescored) throws IOException {
    Path codes = folder.resolve("codes");
    Path floats = folder.resolve("floats");
    Int8Graph.write(graph, codes);
    graph.write(floats);
    return rescored
        ? Int8Graph.open(codes, floats, graph.metric(), DIMENSION)
        : Int8Graph.open(codes, graph.metric(), DIMENSION);
  }

  private HnswGraph graph(int size, Metric metric) {
    return graph(size, DIMENSION, metric);
  }

  private HnswGraph graph(int size, int dimension, Metric metric) {
    VectorRows rows = VectorRows.of(vectors(size, dimension), dimension);
    return HnswGraph.build(rows, metric, new HnswOptions(16, 60), 2);
  }

  private static int common(int[] rows, Nearest found) {
    return (int)
        Arrays.stream(found.rows()).filter(r -> Arrays.stream(rows).anyMatch(i -> i == r)).count();
  }

  private float[][] vectors(int count) {
    return vectors(count, DIMENSION);
  }

  private float[][] vectors(int count, int dimension) {
    Random centers = new Random(3);
    float[][] all = new float[30][dimension];
    for (float[] center : all) {
      for (int i = 0; i < dimension; i++) {
        center[i] = (float) centers.nextGaussian();
      }
    }
    float[][] rows = new float[count][dimension];
    for (float[] row : rows) {
      float[] center = all[random.nextInt(all.length)];
      for (int i = 0; i < dimension; i++) {
        row[i] = center[i] + 0.6f * (float) random.nextGaussian();
      }
    }
    return rows;
  }
}
