// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A graph whose vectors are codes of 8 bits, with one scale a vector, in about a third of the
 * memory. The best by their codes are compared again by their floats, where the graph's own file
 * with those is kept: they are read from the disk. Safe to search by many threads.
 */
@Internal
public final class Int8Graph implements ShardGraph {

  /** How many times the rows wanted are compared again, at most. */
  private static final int RESCORED = 4;

  /**
   * How many scales the distance by codes is off, at most, for a query of length 1: two and a half
   * standard deviations of the rounding.
   */
  private static final double ERROR = 2.5 / Math.sqrt(12);

  private static final int SEEDS = 8;

  private static final double FEW = 50;
  private static final int CHUNK = 256;

  private final Metric metric;
  private final Int8Store store;
  private final @Nullable FloatFile floats;

  /** The squared lengths of the decoded rows, where distances need them. */
  private final float @Nullable [] squares;

  private final ConcurrentLinkedQueue<HnswWalk> walks = new ConcurrentLinkedQueue<>();

  private Int8Graph(Metric metric, Int8Store store, @Nullable FloatFile floats) {
    this.metric = metric;
    this.store = store;
    this.floats = floats;
    squares = metric == Metric.EUCLIDEAN ? squares(store) : null;
  }

  private static float[] squares(Int8Store store) {
    float[] squares = new float[store.size];
    for (int row = 0; row < store.size; row++) {
      long sum = 0;
      for (int i = row * store.dimension; i < (row + 1) * store.dimension; i++) {
        sum += store.codes[i] * store.codes[i];
      }
      squares[row] = (float) ((double) store.scales[row] * store.scales[row] * sum);
    }
    return squares;
  }

  /** Writes the codes of a graph's vectors, and its links. The same graph is the same bytes. */
  public static void write(HnswGraph graph, Path file) throws IOException {
    Int8File.write(Int8Store.of(graph.store()), file);
  }

  /** Opens a file of codes without floats. Damaged files are an {@link IOException}. */
  public static Int8Graph open(Path file, Metric metric, int dimension) throws IOException {
    return new Int8Graph(metric, Int8File.read(file, dimension), null);
  }

  /**
   * Opens a file of codes and the graph's own file, which has the floats. Damaged files are an
   * {@link IOException}.
   */
  public static Int8Graph open(Path file, Path graph, Metric metric, int dimension)
      throws IOException {
    Int8Store store = Int8File.read(file, dimension);
    FloatFile floats = new FloatFile(graph, dimension);
    if (floats.size() != store.size) {
      floats.close();
      throw new IOException(
          graph + " has " + floats.size() + " vectors, " + file + " has " + store.size);
    }
    return new Int8Graph(metric, store, floats);
  }

  @Override
  public int size() {
    return store.size;
  }

  @Override
  public int dimension() {
    return store.dimension;
  }

  @Override
  public Metric metric() {
    return metric;
  }

  @Override
  public long memory() {
    return store.memory() + (squares == null ? 0 : 4L * squares.length);
  }

  /** The floats where they are kept, else the decoded codes. */
  @Override
  public void copy(int row, float[] target, int at) {
    if (floats != null) {
      floats.copy(row, target, at);
      return;
    }
    for (int i = 0; i < store.dimension; i++) {
      target[at + i] = store.codes[row * store.dimension + i] * store.scales[row];
    }
  }

  @Override
  public Nearest searchWithout(
      float[] query, int k, int ef, @Nullable RowSet accepted, int without) {
    if (store.size == 0 || k <= 0 || accepted != null && accepted.size() == 0) {
      return Nearest.NONE;
    }
    if (accepted != null && isFew(accepted)) {
      return scan(query, k, accepted);
    }
    HnswWalk taken = walks.poll();
    HnswWalk walk = taken == null ? new HnswWalk(store.size, store.most()) : taken;
    CodeDistances all = new CodeDistances(query);
    HnswWalk.Distances distances = without == NONE ? all : new DistancesWithout(all, without);
    int width = Math.min(store.size, Math.max(k, ef));
    if (accepted == null) {
      walk.begin(width);
      walk.enter(walk.descend(store, store.entry, store.top, 0, distances), distances);
      walk.search(store, 0, width, distances);
    } else {
      walk.begin(width + SEEDS);
      walk.enter(walk.descend(store, store.entry, store.top, 0, distances), distances);
      walk.search(store, 0, SEEDS, distances);
      walk.nextLayer();
      walk.searchAccepted(store, width + SEEDS, distances, accepted);
      walk.keep(accepted);
    }
    Nearest found =
        accepted != null && walk.count < Math.min(k, accepted.size())
            ? scan(query, k, accepted)
            : rescored(all.query, walk.pool, walk.count, k);
    walks.add(walk);
    return found;
  }

  private boolean isFew(RowSet accepted) {
    return (double) accepted.size() / store.size * store.most() * store.most() < FEW;
  }

  /** Compares all rows, or all accepted, by their codes, and the best by their floats. */
  Nearest scan(float[] query, int k, @Nullable RowSet accepted) {
    int wanted = Math.max(0, Math.min(k, store.size));
    NearestBuffer best = new NearestBuffer((int) Math.min(store.size, (long) RESCORED * wanted));
    CodeDistances distances = new CodeDistances(query);
    int[] rows = new int[CHUNK];
    float[] target = new float[CHUNK];
    int next = 0;
    while (wanted > 0 && next < store.size) {
      int count = 0;
      while (count < CHUNK && next < store.size) {
        int row = accepted == null ? next : accepted.next(next, store.size);
        next = row < 0 ? store.size : row + 1;
        if (row >= 0) {
          rows[count++] = row;
        }
      }
      distances.of(rows, count, target);
      for (int i = 0; i < count; i++) {
        best.add(HnswWalk.key(target[i], rows[i]));
      }
    }
    long[] keys = best.sorted();
    return rescored(distances.query, keys, keys.length, wanted);
  }

  /** The best {@code k} of keys, by floats where they may change the order. */
  private Nearest rescored(float[] query, long[] keys, int count, int k) {
    int wanted = Math.min(k, count);
    NearestBuffer best = new NearestBuffer(wanted);
    if (floats == null) {
      for (int i = 0; i < wanted; i++) {
        best.add(keys[i]);
      }
      return best.nearest(metric);
    }
    int considered = (int) Math.min(count, (long) RESCORED * wanted);
    double[] errors = errors(query, keys, considered);
    double limit = limit(keys, errors, considered, wanted);
    float[] values = new float[store.dimension];
    int[] one = new int[1];
    float[] distance = new float[1];
    for (int i = 0; i < considered; i++) {
      if (HnswWalk.distance(keys[i]) - errors[i] <= limit) {
        int row = HnswWalk.row(keys[i]);
        floats.copy(row, values, 0);
        if (metric == Metric.EUCLIDEAN) {
          Kernel.BEST.squares(query, 0, values, store.dimension, one, 1, distance);
        } else {
          Kernel.BEST.dots(query, 0, values, store.dimension, one, 1, distance);
          distance[0] = -distance[0];
        }
        best.add(HnswWalk.key(distance[0], row));
      }
    }
    return best.nearest(metric);
  }

  /** How far the distances may be off. */
  private double[] errors(float[] query, long[] keys, int count) {
    double square = 0;
    for (float value : query) {
      square += (double) value * value;
    }
    double[] errors = new double[count];
    for (int i = 0; i < count; i++) {
      double scale = ERROR * store.scales[HnswWalk.row(keys[i])];
      if (metric == Metric.EUCLIDEAN) {
        double length = Math.sqrt(Math.max(0, HnswWalk.distance(keys[i])));
        errors[i] = scale * (2 * length + scale);
      } else {
        errors[i] = scale * Math.sqrt(square);
      }
    }
    return errors;
  }

  /** A distance that at least {@code wanted} of the rows do not exceed. */
  private static double limit(long[] keys, double[] errors, int count, int wanted) {
    double[] most = new double[count];
    for (int i = 0; i < count; i++) {
      most[i] = HnswWalk.distance(keys[i]) + errors[i];
    }
    Arrays.sort(most);
    return wanted == 0 ? 0 : most[wanted - 1];
  }

  @Override
  public void close() {
    walks.clear();
    if (floats != null) {
      floats.close();
    }
  }

  /** Distances of the rows' codes to a query. */
  private final class CodeDistances implements HnswWalk.Distances {

    private final float[] query;
    private final float square;

    CodeDistances(float[] given) {
      query = metric == Metric.COSINE ? Normalization.normalized(given) : given;
      double sum = 0;
      for (float value : query) {
        sum += (double) value * value;
      }
      square = (float) sum;
    }

    @Override
    public void of(int[] rows, int count, float[] target) {
      Kernel.BEST.codeDots(query, store.codes, store.dimension, rows, count, target);
      for (int i = 0; i < count; i++) {
        float dot = target[i] * store.scales[rows[i]];
        target[i] = squares == null ? -dot : square + squares[rows[i]] - 2 * dot;
      }
    }
  }
}
