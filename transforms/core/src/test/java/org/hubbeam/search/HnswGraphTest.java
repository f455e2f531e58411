// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.hubbeam.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs find the nearest rows, and their files are hnswlib's. */
class HnswGraphTest {

  private static final int DIMENSION = 24;
  private static final HnswOptions OPTIONS = new HnswOptions(8, 60);

  @TempDir Path folder;

  private final Random random = new Random(2);

  @ParameterizedTest
  @EnumSource
  void nearlyAllNearestRowsAreFound(Metric metric) {
    float[][] rows = clustered(3000);
    HnswGraph graph = HnswGraph.build(VectorRows.of(rows, DIMENSION), metric, OPTIONS, 2);
    assertThat(recall(graph, rows, metric, null)).isGreaterThan(0.98);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.01, 0.1, 0.5, 0.9})
  void acceptedRowsAreFound(double share) {
    float[][] rows = clustered(3000);
    BitSet bits = new BitSet();
    IntStream.range(0, rows.length).filter(i -> random.nextDouble() < share).forEach(bits::set);
    HnswGraph graph = HnswGraph.build(VectorRows.of(rows, DIMENSION), Metric.DOT, OPTIONS, 1);
    assertThat(recall(graph, rows, Metric.DOT, RowSet.of(bits))).isGreaterThan(0.98);
  }

  @Test
  void acceptedRowsFarFromTheQueryAreFound() {
    float[][] rows = clustered(2000);
    // All rows of a part of the space that the queries are not in.
    BitSet bits = new BitSet();
    IntStream.range(0, rows.length).filter(i -> rows[i][0] < -0.5).forEach(bits::set);
    HnswGraph graph = HnswGraph.build(VectorRows.of(rows, DIMENSION), Metric.EUCLIDEAN, OPTIONS, 1);
    float[] query = new float[DIMENSION];
    query[0] = 3;
    Nearest found = graph.search(query, 50, 50, RowSet.of(bits));
    assertThat(found.size()).isEqualTo(50);
    assertThat(Arrays.stream(found.rows())).allMatch(bits::get);
  }

  @Test
  void allRowsAcceptedAreFoundHoweverManyAreWanted() {
    float[][] rows = clustered(700);
    HnswGraph graph = HnswGraph.build(VectorRows.of(rows, DIMENSION), Metric.COSINE, OPTIONS, 1);
    BitSet bits = new BitSet();
    bits.set(100, 500);
    assertThat(graph.search(rows[0], 1000, 10, RowSet.of(bits)).size()).isEqualTo(400);
    assertThat(graph.search(rows[0], 1000, 10, RowSet.of(new BitSet())).size()).isZero();
    assertThat(graph.search(rows[0], 0, 10).size()).isZero();
  }

  @Test
  void theNumberOfThreadsDoesNotChangeTheFile() throws IOException {
    VectorRows rows = VectorRows.of(clustered(2500), DIMENSION);
    byte[] one = bytes(HnswGraph.build(rows, Metric.COSINE, OPTIONS, 1));
    assertThat(bytes(HnswGraph.build(rows, Metric.COSINE, OPTIONS, 2))).isEqualTo(one);
    assertThat(bytes(HnswGraph.build(rows, Metric.COSINE, OPTIONS, 5))).isEqualTo(one);
  }

  /** Equal rows do not lead to each other only. */
  @Test
  void equalRowsAreFoundAndDoNotHideOthers() {
    float[][] rows = clustered(1200);
    for (int i = 0; i < rows.length; i += 2) {
      rows[i] = rows[0];
    }
    HnswGraph graph = HnswGraph.build(VectorRows.of(rows, DIMENSION), Metric.COSINE, OPTIONS, 2);
    Nearest found = graph.search(rows[0], 300, 300);
    assertThat(found.size()).isEqualTo(300);
    assertThat(Arrays.stream(found.rows())).allMatch(row -> row % 2 == 0);
    int themselves = 0;
    for (int i = 1; i < rows.length; i += 2) {
      themselves += graph.search(rows[i], 1, 60).rows()[0] == i ? 1 : 0;
    }
    assertThat(themselves).isGreaterThan(570);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 17, 513})
  void smallGraphsAreWrittenAndOpened(int size) throws IOException {
    float[][] rows = clustered(size);
    HnswGraph graph = HnswGraph.build(VectorRows.of(rows, DIMENSION), Metric.DOT, OPTIONS, 3);
    Path file = folder.resolve("a.hnsw");
    graph.write(file);
    HnswGraph opened = HnswGraph.open(file, Metric.DOT, DIMENSION);
    assertThat(opened.size()).isEqualTo(size);
    float[] query = clustered(1)[0];
    assertThat(opened.search(query, 5, 10).rows()).isEqualTo(graph.search(query, 5, 10).rows());
    assertThat(bytes(opened)).isEqualTo(Files.readAllBytes(file));
  }

  @Test
  void hnswlibLoadsTheFileAndFindsTheSame() throws Exception {
    String python = Python.with("hnswlib", "numpy");
    float[][] rows = clustered(2000);
    HnswGraph graph = HnswGraph.build(VectorRows.of(rows, DIMENSION), Metric.COSINE, OPTIONS, 2);
    graph.write(folder.resolve("ours.hnsw"));
    float[][] queries = clustered(40);
    ByteBuffer values =
        ByteBuffer.allocate(queries.length * DIMENSION * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] query : queries) {
      values.asFloatBuffer().put(query);
      values.position(values.position() + 4 * DIMENSION);
    }
    Files.write(folder.resolve("queries.f4"), values.array());
    Path nearest = folder.resolve("nearest.txt");
    Python.run(
        python,
        HnswGraphTest.class,
        "hnswlib_graph.py",
        folder,
        "query",
        folder.resolve("ours.hnsw").toString(),
        "cosine",
        Integer.toString(DIMENSION),
        "30",
        "10",
        folder.resolve("queries.f4").toString(),
        nearest.toString());
    StringBuilder found = new StringBuilder();
    for (float[] query : queries) {
      int[] ids = graph.search(query, 10, 30).rows();
      found.append(Arrays.toString(ids).replaceAll("[\\[\\],]", "")).append('\n');
    }
    assertThat(nearest).hasContent(found.toString());
  }

  @Test
  void filesOfHnswlibAreOpened() throws IOException {
    HnswGraph graph = HnswGraph.open(small(), Metric.EUCLIDEAN, 8);
    assertThat(graph.size()).isEqualTo(200);
    assertThat(graph.label(7)).isEqualTo(1021);
    float[] row = new float[8];
    graph.copy(7, row, 0);
    assertThat(graph.search(row, 1, 50).rows()).containsExactly(7);
    assertThat(graph.search(row, 1, 50).scores()).containsExactly(0);
    assertThat(ExactScan.of(graph, Metric.EUCLIDEAN).nearest(row, 200).size()).isEqualTo(197);
  }

  @Test
  void rowsWithDeleteMarksNeverCome() throws IOException {
    HnswGraph graph = HnswGraph.open(small(), Metric.EUCLIDEAN, 8);
    float[] row = new float[8];
    for (int deleted : new int[] {0, 10, 199}) {
      graph.copy(deleted, row, 0);
      assertThat(Arrays.stream(graph.search(row, 20, 50).rows()))
          .hasSize(20)
          .doesNotContain(0, 10, 199);
      BitSet few = new BitSet();
      few.set(deleted);
      few.set(50);
      assertThat(graph.search(row, 20, 50, RowSet.of(few)).rows()).containsExactly(50);
    }
    HnswGraph again = HnswGraph.open(written(graph), Metric.EUCLIDEAN, 8);
    assertThat(again.label(199)).isEqualTo(1597);
    assertThat(Arrays.stream(again.search(row, 20, 50).rows())).doesNotContain(199);
  }

  @Test
  void anotherDimensionIsSaid() throws IOException {
    Path file = small();
    assertThatThrownBy(() -> HnswGraph.open(file, Metric.EUCLIDEAN, 9))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its vectors have 8 values, not 9");
  }

  /** Any byte may be another one: an error, or a graph that is searched to its end. */
  @Test
  void damagedFilesAreErrorsOrSearched() throws IOException {
    byte[] whole = Files.readAllBytes(small());
    Path file = folder.resolve("damaged.hnsw");
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      byte[] bytes = whole.clone();
      int at = i < 96 ? i : random.nextInt(bytes.length);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      if (i % 3 == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      if (i % 50 == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      Files.write(file, bytes);
      try (HnswGraph graph = HnswGraph.open(file, Metric.EUCLIDEAN, 8)) {
        graph.search(new float[8], 10, 200);
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith(file + ": ");
        refused++;
      }
    }
    assertThat(refused).isBetween(60, 560);
  }

  @Test
  void badOptionsAreRefused() {
    assertThatThrownBy(() -> new HnswOptions(1, 200)).hasMessageContaining("m is 1");
    assertThatThrownBy(() -> new HnswOptions(16, 0)).hasMessageContaining("efConstruction is 0");
    VectorRows rows = VectorRows.of(clustered(3), DIMENSION);
    assertThatThrownBy(() -> HnswGraph.build(rows, Metric.DOT, OPTIONS, 0))
        .hasMessageContaining("threads is 0");
  }

  private Path small() throws IOException {
    Path file = folder.resolve("small.hnsw");
    try (var in = HnswGraphTest.class.getResourceAsStream("small.hnsw")) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private Path written(HnswGraph graph) throws IOException {
    Path file = Files.createTempFile(folder, "graph", ".hnsw");
    graph.write(file);
    return file;
  }

  private byte[] bytes(HnswGraph graph) throws IOException {
    return Files.readAllBytes(written(graph));
  }

  private double recall(HnswGraph graph, float[][] rows, Metric metric, RowSet accepted) {
    int hits = 0;
    int wanted = 0;
    for (float[] query : clustered(60)) {
      int[] nearest =
          IntStream.range(0, rows.length)
              .filter(i -> accepted == null || accepted.contains(i))
              .boxed()
              .sorted(
                  (a, b) -> {
                    int order =
                        Double.compare(
                            ExactScanTest.distance(query, rows[a], metric),
                            ExactScanTest.distance(query, rows[b], metric));
                    return order != 0 ? order : a - b;
                  })
              .limit(10)
              .mapToInt(i -> i)
              .toArray();
      Nearest found =
          accepted == null ? graph.search(query, 10, 80) : graph.search(query, 10, 80, accepted);
      assertThat(found.size()).isEqualTo(nearest.length);
      wanted += nearest.length;
      hits +=
          (int)
              Arrays.stream(found.rows())
                  .filter(row -> Arrays.stream(nearest).anyMatch(i -> i == row))
                  .count();
    }
    return (double) hits / wanted;
  }

  private float[][] clustered(int count) {
    Random centers = new Random(9);
    float[][] all = new float[20][DIMENSION];
    for (float[] center : all) {
      for (int i = 0; i < DIMENSION; i++) {
        center[i] = (float) centers.nextGaussian();
      }
    }
    float[][] rows = new float[count][DIMENSION];
    for (float[] row : rows) {
      float[] center = all[random.nextInt(all.length)];
      for (int i = 0; i < DIMENSION; i++) {
        row[i] = center[i] + 0.6f * (float) random.nextGaussian();
      }
    }
    return rows;
  }
}
