// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Compares queries with every row. Exact, and faster than a graph for few rows. Safe to use by many
 * threads.
 */
@Internal
public final class ExactScan {

  private static final int CHUNK = 256;

  private final VectorRows rows;
  private final Metric metric;
  private final Kernel kernel = Kernel.BEST;

  private ExactScan(VectorRows rows, Metric metric) {
    this.rows = rows;
    this.metric = metric;
  }

  /**
   * A scan of {@code rows}. Under cosine, the rows need not be of length 1. Rows with a delete mark
   * in a graph's file are left out.
   */
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

  /** The {@code k} nearest rows to each of many queries: one pass over the rows for all of them. */
  public List<Nearest> nearest(float[][] queries, int k) {
    return scan(queries, k, null);
  }

  /** The {@code k} nearest of the accepted rows to each of many queries. */
  public List<Nearest> nearest(float[][] queries, int k, RowSet accepted) {
    return scan(queries, k, accepted);
  }

  private Nearest scan(float[] query, int k, @Nullable RowSet accepted) {
    if (rows instanceof Int8Graph codes) {
      return codes.scan(query, k, accepted);
    }
    Chunk chunk = new Chunk(live(accepted));
    float[] values = metric == Metric.COSINE ? Normalization.normalized(query) : query;
    NearestBuffer best = new NearestBuffer(room(k));
    while (room(k) > 0 && chunk.next()) {
      distances(values, chunk);
      for (int i = 0; i < chunk.count; i++) {
        best.add(HnswWalk.key(chunk.distances[i], chunk.rows[i]));
      }
    }
    return best.nearest(metric);
  }

  private int room(int k) {
    return Math.max(0, Math.min(k, rows.size()));
  }

  private void distances(float[] query, Chunk chunk) {
    distances(query, chunk, chunk.at, chunk.count, chunk.distances);
  }

  private void distances(float[] query, Chunk chunk, int[] at, int count, float[] target) {
    if (metric == Metric.EUCLIDEAN) {
      kernel.squares(query, 0, chunk.values, rows.dimension(), at, count, target);
    } else {
      kernel.dots(query, 0, chunk.values, rows.dimension(), at, count, target);
      for (int i = 0; i < count; i++) {
        target[i] = -target[i];
      }
    }
  }

  private List<Nearest> scan(float[][] queries, int k, @Nullable RowSet accepted) {
    if (rows instanceof Int8Graph codes) {
      return Arrays.stream(queries).map(query -> codes.scan(query, k, accepted)).toList();
    }
    List<QueryBlock> blocks = new ArrayList<>();
    for (int from = 0; from < queries.length; from += Kernel.QUERIES) {
      int to = Math.min(queries.length, from + Kernel.QUERIES);
      blocks.add(new QueryBlock(Arrays.copyOfRange(queries, from, to), room(k)));
    }
    if (room(k) > 0) {
      Chunk chunk = new Chunk(live(accepted));
      while (chunk.next()) {
        chunk.measure();
        blocks.forEach(block -> block.compare(chunk));
      }
    }
    List<Nearest> all = new ArrayList<>();
    blocks.forEach(block -> block.finish(all));
    return all;
  }

  private @Nullable RowSet live(@Nullable RowSet accepted) {
    return rows instanceof HnswGraph graph ? graph.live(accepted) : accepted;
  }

  /** Some rows after each other. */
  private final class Chunk {

    private final @Nullable RowSet accepted;
    private final float @Nullable [] whole;
    private float[] values;
    private final int[] rows = new int[CHUNK];

    /** Which row of {@link #values} each is. */
    private final int[] at = new int[CHUNK];

    private final float[] distances = new float[CHUNK];

    /** Minus half of the squared length, where that is part of the distance. */
    private final float[] bias = new float[CHUNK];

    private double longest;
    private int count;
    private int next;

    Chunk(@Nullable RowSet accepted) {
      this.accepted = accepted;
      whole = ExactScan.this.rows instanceof HnswGraph graph ? graph.vectors() : null;
      values = whole != null ? whole : new float[CHUNK * ExactScan.this.rows.dimension()];
    }

    boolean next() {
      VectorRows all = ExactScan.this.rows;
      count = 0;
      while (count < CHUNK && next < all.size()) {
        int row = accepted == null ? next : accepted.next(next, all.size());
        if (row < 0) {
          next = all.size();
          break;
        }
        rows[count++] = row;
        next = row + 1;
      }
      for (int i = 0; i < count; i++) {
        at[i] = whole != null ? rows[i] : i;
        if (whole == null) {
          load(i);
        }
      }
      return count > 0;
    }

    private void load(int i) {
      int dimension = ExactScan.this.rows.dimension();
      ExactScan.this.rows.copy(rows[i], values, i * dimension);
      if (metric == Metric.COSINE) {
        Normalization.normalize(values, i * dimension, dimension);
      }
    }

    /** Lays the rows side by side and computes their lengths. */
    void measure() {
      int dimension = ExactScan.this.rows.dimension();
      if (whole != null) {
        if (values == whole) {
          values = new float[CHUNK * dimension];
        }
        for (int i = 0; i < count; i++) {
          System.arraycopy(whole, rows[i] * dimension, values, i * dimension, dimension);
          at[i] = i;
        }
      }
      double most = 0;
      float[] square = new float[1];
      int[] one = new int[1];
      for (int i = 0; i < count; i++) {
        one[0] = i;
        kernel.dots(values, i * dimension, values, dimension, one, 1, square);
        bias[i] = metric == Metric.EUCLIDEAN ? -square[0] / 2 : 0;
        most = Math.max(most, square[0]);
      }
      longest = Math.sqrt(most);
    }
  }

  /**
   * Queries that are compared at once. Fast sums, whose rounding depends on the machine, tell which
   * rows may be among the best; those are then compared as everywhere else.
   */
  private final class QueryBlock {

    private final float[][] queries;
    private final double[] squares;
    private final float[] turned = new float[Kernel.QUERIES * rows.dimension()];
    private final float[] thresholds = new float[Kernel.QUERIES];
    private final long[] above = new long[CHUNK];
    private final NearestBuffer[] best;
    private final int[] one = new int[1];
    private final float[] distance = new float[1];

    QueryBlock(float[][] given, int k) {
      queries = new float[given.length][];
      squares = new double[given.length];
      best = new NearestBuffer[given.length];
      for (int q = 0; q < given.length; q++) {
        queries[q] = metric == Metric.COSINE ? Normalization.normalized(given[q]) : given[q];
        best[q] = new NearestBuffer(k);
        for (int i = 0; i < rows.dimension(); i++) {
          turned[i * Kernel.QUERIES + q] = queries[q][i];
          squares[q] += (double) queries[q][i] * queries[q][i];
        }
      }
    }

    void compare(Chunk chunk) {
      Arrays.fill(thresholds, Float.POSITIVE_INFINITY);
      for (int q = 0; q < queries.length; q++) {
        thresholds[q] = threshold(q, chunk.longest);
      }
      kernel.block(
          turned, chunk.values, rows.dimension(), chunk.count, chunk.bias, thresholds, above);
      for (int i = 0; i < chunk.count; i++) {
        for (long bits = above[i]; bits != 0; bits &= bits - 1) {
          int q = Long.numberOfTrailingZeros(bits);
          one[0] = i;
          distances(queries[q], chunk, one, 1, distance);
          best[q].add(HnswWalk.key(distance[0], chunk.rows[i]));
        }
      }
    }

    /**
     * What product plus bias a row must have to be among the best, less the most that rounding
     * takes.
     */
    private float threshold(int q, double longest) {
      if (best[q].worst == Long.MAX_VALUE) {
        return Float.NEGATIVE_INFINITY;
      }
      double worst = HnswWalk.distance(best[q].worst);
      double length = Math.sqrt(squares[q]);
      double error = (rows.dimension() + 2) * 0x1p-23;
      if (metric == Metric.EUCLIDEAN) {
        error *= (length + longest) * (length + longest);
        return (float) ((squares[q] - worst) / 2 - error);
      }
      return (float) (-worst - error * length * longest);
    }

    void finish(List<Nearest> all) {
      for (NearestBuffer buffer : best) {
        all.add(buffer.nearest(metric));
      }
    }
  }
}
