// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.search.ExactScan;
import org.hubbeam.search.HnswGraph;
import org.hubbeam.search.HnswOptions;
import org.hubbeam.search.Metric;
import org.hubbeam.search.Nearest;
import org.hubbeam.search.VectorRows;

/**
 * The graph and the exact scan alone, the counterpart of {@code benchmarks/search.py}: {@code
 * GraphLoop build THREADS FOLDER FILE}, {@code GraphLoop query THREADS FOLDER FILE} or {@code
 * GraphLoop exact THREADS FOLDER}. Prints rows a second: of this process's processor time for one
 * thread, of wall time for several.
 */
public final class GraphLoop {

  private static final HnswOptions OPTIONS = new HnswOptions(16, 200);
  private static final int K = 10;
  private static final int BLOCK = 100;
  private static final int MOST = 1000;
  private static final double RECALL = 0.998;
  private static final double SECONDS = 3;

  private final int threads;
  private final Path folder;

  private GraphLoop(int threads, Path folder) {
    this.threads = threads;
    this.folder = folder;
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    GraphLoop loop = new GraphLoop(Integer.parseInt(args[1]), Path.of(args[2]));
    switch (args[0]) {
      case "build" -> loop.build(Path.of(args[3]));
      case "query" -> loop.query(Path.of(args[3]));
      case "exact" -> loop.exact();
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private void build(Path file) throws IOException {
    float[][] vectors = Vectors.floats(folder.resolve("vectors.npy"));
    double start = clock();
    try (HnswGraph graph = HnswGraph.build(new Rows(vectors), Metric.DOT, OPTIONS, threads)) {
      System.out.printf("rows/s %.1f%n", vectors.length / (clock() - start));
      graph.write(file);
    }
    System.out.printf("measured bytes %d%n", Files.size(file));
  }

  private void query(Path file) throws Exception {
    float[][] queries = Vectors.floats(folder.resolve("queries.npy"));
    int[][] truth = Vectors.ints(folder.resolve("truth.npy"));
    int[][] found = new int[queries.length][];
    try (HnswGraph graph = HnswGraph.open(file, Metric.DOT, queries[0].length)) {
      int low = K;
      int high = MOST;
      while (low < high) {
        int middle = (low + high) / 2;
        query(graph, queries, middle, found);
        if (Vectors.recall(found, truth) >= RECALL) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      int ef = low;
      rate(queries.length, () -> query(graph, queries, ef, found));
      double rate = rate(queries.length, () -> query(graph, queries, ef, found));
      System.out.printf("rows/s %.1f%nmeasured ef %d%n", rate, ef);
      System.out.printf("measured recall@10 %.4f%n", Vectors.recall(found, truth));
    }
  }

  private void query(HnswGraph graph, float[][] queries, int ef, int[][] found) throws Exception {
    Threads.run(
        threads,
        (queries.length + BLOCK - 1) / BLOCK,
        block -> {
          for (int q = block * BLOCK; q < Math.min(queries.length, (block + 1) * BLOCK); q++) {
            found[q] = graph.search(queries[q], K, ef).rows();
          }
        });
  }

  private void exact() throws Exception {
    ExactScan scan =
        ExactScan.of(new Rows(Vectors.floats(folder.resolve("vectors.npy"))), Metric.DOT);
    float[][] queries = Vectors.floats(folder.resolve("queries.npy"));
    int[][] truth = Vectors.ints(folder.resolve("truth.npy"));
    int[][] found = new int[queries.length][];
    Repeated all =
        () ->
            Threads.run(
                threads,
                (queries.length + BLOCK - 1) / BLOCK,
                block -> {
                  int from = block * BLOCK;
                  int to = Math.min(queries.length, from + BLOCK);
                  float[][] some = Arrays.copyOfRange(queries, from, to);
                  List<Nearest> nearest = scan.nearest(some, K);
                  for (int q = from; q < to; q++) {
                    found[q] = nearest.get(q - from).rows();
                  }
                });
    rate(queries.length, all);
    System.out.printf("rows/s %.1f%n", rate(queries.length, all));
    System.out.printf("measured recall@10 %.4f%n", Vectors.recall(found, truth));
  }

  private interface Repeated {
    void run() throws Exception;
  }

  /** Rows a second, repeated for some seconds. */
  private double rate(int rows, Repeated repeated) throws Exception {
    double start = clock();
    long done = 0;
    do {
      repeated.run();
      done += rows;
    } while (clock() - start < SECONDS);
    return done / (clock() - start);
  }

  /** Seconds of this process's processor time for one thread, and of wall time for several. */
  private double clock() {
    return threads > 1
        ? System.nanoTime() / 1e9
        : ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
            / 1e9;
  }

  private record Rows(float[][] vectors) implements VectorRows {

    @Override
    public int size() {
      return vectors.length;
    }

    @Override
    public int dimension() {
      return vectors[0].length;
    }

    @Override
    public void copy(int row, float[] target, int at) {
      System.arraycopy(vectors[row], 0, target, at, vectors[row].length);
    }
  }
}
