// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Compares queries with every row. Exact, and faster than a graph for few rows. Safe to use by many
 * threads.
 */
@Internal
public final class ExactScan {

  private final VectorRows rows;
  private final Metric metric;

  private ExactScan(VectorRows rows, Metric metric) {
    this.rows = rows;
    this.metric = metric;
  }

  /** A scan of {@code rows}. Under cosine, the rows need not be of length 1. */
  public static ExactScan of(VectorRows rows, Metric metric) {
    return new ExactScan(rows, metric);
  }

  /** The {@code k} nearest rows to one query, fewer only if there are fewer. */
  public Nearest nearest(float[] query, int k) {
    return scan(query, k, null);
  }

  /** The {@code k} nearest rows of those accepted. */
  public Nearest nearest(float[] query, int k, RowSet accepted) {
    return scan(query, k, accepted);
  }

  /**
   * The {@code k} nearest rows to each of many queries: one pass over the rows for a block of them.
   */
  public List<Nearest> nearest(float[][] queries, int k) {
    List<Nearest> all = new ArrayList<>();
    for (float[] query : queries) {
      all.add(scan(query, k, null));
    }
    return all;
  }

  /** The {@code k} nearest of the accepted rows to each of many queries. */
  public List<Nearest> nearest(float[][] queries, int k, RowSet accepted) {
    List<Nearest> all = new ArrayList<>();
    for (float[] query : queries) {
      all.add(scan(query, k, accepted));
    }
    return all;
  }

  private Nearest scan(float[] query, int k, @Nullable RowSet accepted) {
    record Found(float distance, int row) {}
    PriorityQueue<Found> best =
        new PriorityQueue<>(
            (a, b) -> {
              int order = Float.compare(b.distance, a.distance);
              return order != 0 ? order : Integer.compare(b.row, a.row);
            });
    float[] row = new float[rows.dimension()];
    for (int i = 0; i < rows.size(); i++) {
      if (accepted != null && !accepted.contains(i)) {
        continue;
      }
      rows.copy(i, row, 0);
      best.add(new Found(distance(query, row), i));
      if (best.size() > k) {
        best.poll();
      }
    }
    int[] ids = new int[best.size()];
    float[] scores = new float[best.size()];
    for (int i = ids.length - 1; i >= 0; i--) {
      Found found = Objects.requireNonNull(best.poll());
      ids[i] = found.row;
      scores[i] = metric.score(found.distance);
    }
    return new Nearest(ids, scores);
  }

  private float distance(float[] query, float[] row) {
    double dot = 0;
    double difference = 0;
    double queries = 0;
    double rowSquares = 0;
    for (int i = 0; i < row.length; i++) {
      dot += (double) query[i] * row[i];
      difference += ((double) query[i] - row[i]) * ((double) query[i] - row[i]);
      queries += (double) query[i] * query[i];
      rowSquares += (double) row[i] * row[i];
    }
    return switch (metric) {
      case DOT -> (float) -dot;
      case COSINE -> (float) (-dot / Math.sqrt(queries * rowSquares));
      case EUCLIDEAN -> (float) difference;
    };
  }
}
