// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hubbeam.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exact searches find what NumPy finds. */
class NumpySearchTest {

  private static final int DIMENSION = 33;
  private static final int K = 10;
  private static final int QUERIES = 30;

  @TempDir Path work;

  @Test
  void exactSearchesAgreeWithNumpy() throws Exception {
    String python = Python.with("numpy");
    List<float[]> vectors = new ArrayList<>();
    List<IndexRow> rows = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      vectors.add(TestIndex.query(DIMENSION, i));
      rows.add(new IndexRow(RowId.of(i), vectors.get(i), Map.of()));
    }
    List<float[]> queries = new ArrayList<>();
    for (int i = 0; i < QUERIES; i++) {
      queries.add(TestIndex.query(DIMENSION, 10_000 + i));
    }
    Path out = work.resolve("out.txt");
    Python.run(
        python,
        getClass(),
        "exact_search.py",
        work,
        write("vectors", vectors).toString(),
        write("queries", queries).toString(),
        "" + DIMENSION,
        "" + K,
        out.toString());
    List<String> expected = Files.readAllLines(out);
    assertThat(found(rows, queries.toArray(float[][]::new))).isEqualTo(expected);
  }

  private Path write(String name, List<float[]> vectors) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * DIMENSION * vectors.size()).order(ByteOrder.LITTLE_ENDIAN);
    vectors.forEach(
        vector -> {
          for (float value : vector) {
            bytes.putFloat(value);
          }
        });
    return Files.write(work.resolve(name), bytes.array());
  }

  private List<String> found(List<IndexRow> rows, float[][] queries) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Metric metric : List.of(Metric.DOT, Metric.COSINE, Metric.EUCLIDEAN)) {
      Path folder = work.resolve(metric.name());
      TestIndex.write(folder, 2, TestIndex.options(metric, DIMENSION), rows);
      try (SearchIndex index = SearchIndex.open(folder)) {
        for (List<Hit> hits : index.nearest(queries, SearchRequest.of(K).withExact())) {
          lines.add(
              metric
                  + " "
                  + TestIndex.ids(hits).stream()
                      .map(RowId::toString)
                      .collect(Collectors.joining(" ")));
        }
      }
    }
    return lines;
  }
}
