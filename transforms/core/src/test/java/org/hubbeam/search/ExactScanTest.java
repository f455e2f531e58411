// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exact scans find exactly the nearest rows, for one query and for blocks of them. */
class ExactScanTest {

  private static final int DIMENSION = 21;

  private final Random random = new Random(4);

  @ParameterizedTest
  @EnumSource
  void theNearestRowsAreFound(Metric metric) {
    float[][] rows = vectors(700);
    ExactScan scan = ExactScan.of(VectorRows.of(rows, DIMENSION), metric);
    float[][] queries = vectors(100);
    List<Nearest> batch = scan.nearest(queries, 12);
    assertThat(batch).hasSize(100);
    for (int q = 0; q < queries.length; q++) {
      int[] expected = nearest(queries[q], rows, metric, 12, null);
      assertThat(scan.nearest(queries[q], 12).rows()).isEqualTo(expected);
      assertThat(batch.get(q).rows()).isEqualTo(expected);
      assertThat(batch.get(q).scores()).isEqualTo(scan.nearest(queries[q], 12).scores());
    }
  }

  @ParameterizedTest
  @EnumSource
  void onlyAcceptedRowsAreFound(Metric metric) {
    float[][] rows = vectors(700);
    BitSet bits = new BitSet();
    IntStream.range(0, 700).filter(i -> i % 7 == 2).forEach(bits::set);
    ExactScan scan = ExactScan.of(VectorRows.of(rows, DIMENSION), metric);
    float[][] queries = vectors(3);
    List<Nearest> batch = scan.nearest(queries, 1000, RowSet.of(bits));
    for (int q = 0; q < queries.length; q++) {
      int[] expected = nearest(queries[q], rows, metric, 1000, bits);
      assertThat(scan.nearest(queries[q], 1000, RowSet.of(bits)).rows()).isEqualTo(expected);
      assertThat(batch.get(q).rows()).isEqualTo(expected).hasSize(100);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aGraphIsScannedAsItsRowsAre(Metric metric) {
    float[][] rows = vectors(300);
    VectorRows all = VectorRows.of(rows, DIMENSION);
    ExactScan scan = ExactScan.of(HnswGraph.build(all, metric, new HnswOptions(4, 10), 1), metric);
    float[][] queries = vectors(5);
    for (int q = 0; q < queries.length; q++) {
      int[] expected = nearest(queries[q], rows, metric, 9, null);
      assertThat(scan.nearest(queries[q], 9).rows()).isEqualTo(expected);
      assertThat(scan.nearest(queries, 9).get(q).rows()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noRowsAndNoneWantedAreNothing(Metric metric) {
    ExactScan scan = ExactScan.of(VectorRows.of(new float[0][], 3), metric);
    assertThat(scan.nearest(new float[] {1, 2, 3}, 5).size()).isZero();
    ExactScan some = ExactScan.of(VectorRows.of(new float[][] {{1, 2, 3}}, 3), metric);
    assertThat(some.nearest(new float[] {1, 2, 3}, 0).size()).isZero();
    assertThat(some.nearest(new float[][] {{1, 2, 3}}, 0).get(0).size()).isZero();
  }

  private static int[] nearest(
      float[] query, float[][] rows, Metric metric, int k, BitSet accepted) {
    return IntStream.range(0, rows.length)
        .filter(i -> accepted == null || accepted.get(i))
        .boxed()
        .sorted(
            (a, b) ->
                Double.compare(distance(query, rows[a], metric), distance(query, rows[b], metric)))
        .limit(k)
        .mapToInt(i -> i)
        .toArray();
  }

  static double distance(float[] query, float[] row, Metric metric) {
    double dot = 0;
    double difference = 0;
    double squares = 0;
    for (int i = 0; i < query.length; i++) {
      dot += (double) query[i] * row[i];
      difference += ((double) query[i] - row[i]) * ((double) query[i] - row[i]);
      squares += (double) row[i] * row[i];
    }
    return switch (metric) {
      case DOT -> -dot;
      case COSINE -> -dot / Math.sqrt(squares);
      case EUCLIDEAN -> difference;
    };
  }

  private float[][] vectors(int count) {
    float[][] rows = new float[count][DIMENSION];
    for (float[] row : rows) {
      for (int i = 0; i < DIMENSION; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }
}
