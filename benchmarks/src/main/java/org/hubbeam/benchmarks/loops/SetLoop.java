// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hubbeam.search.ColumnType;
import org.hubbeam.search.EvaluationSettings;
import org.hubbeam.search.EvaluationTuning;
import org.hubbeam.search.Hit;
import org.hubbeam.search.HnswOptions;
import org.hubbeam.search.IndexColumn;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexFolder;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.Metric;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.search.SearchRequest;
import org.hubbeam.search.ShardOptions;
import org.hubbeam.search.ShardWriter;
import org.hubbeam.search.VectorStorage;

/**
 * A whole index. {@code SetLoop FOLDER INDEX SHARDS STORAGE} builds it of the vectors in a folder,
 * with the ef that {@code index} would choose. {@code SetLoop FOLDER INDEX} searches as any user
 * would: it prints queries a second of processor time, recall, the memory that the index takes, and
 * recall and speed with filters on a column that has the numbers from 0 to 999.
 */
public final class SetLoop {

  private static final int K = 10;
  private static final double SECONDS = 2;
  private static final double WANTED = 0.99;
  private static final int PARTS = 1000;
  private static final int SAMPLE = 200;

  private SetLoop() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Path set = Path.of(args[1]);
    if (args.length > 2) {
      build(folder, set, Integer.parseInt(args[2]), VectorStorage.valueOf(args[3]));
      return;
    }
    float[][] queries = Vectors.floats(folder.resolve("queries.npy"));
    int[][] truth = Vectors.ints(folder.resolve("truth.npy"));
    System.out.printf("measured bytes %d%n", bytes(set));
    long before = resident();
    try (SearchIndex index = SearchIndex.open(set)) {
      int[][] found = search(index, queries, SearchRequest.of(K));
      System.out.printf("measured MiB %.1f%n", (resident() - before) / 1048576.0);
      System.out.printf("measured ef %d%n", index.description().ef());
      System.out.printf("measured recall@10 %.4f%n", Vectors.recall(found, truth));
      rate(index, queries, SearchRequest.of(K));
      double all = rate(index, queries, SearchRequest.of(K));
      for (int part : List.of(1, 10, 100, 500)) {
        SearchRequest some =
            SearchRequest.of(K).withFilter(index.filter("part < " + part)).withColumns(Set.of());
        int[][] exact = search(index, queries, some.withExact());
        found = search(index, queries, some);
        String name = part / 10.0 + " %";
        System.out.printf("measured recall@10 of %s %.4f%n", name, Vectors.recall(found, exact));
        System.out.printf("measured speed of %s %.3f%n", name, rate(index, queries, some) / all);
      }
      System.out.printf("rows/s %.1f%n", all);
    }
  }

  private static void build(Path folder, Path set, int shards, VectorStorage storage)
      throws IOException {
    IndexDescription described =
        write(set, rows(Vectors.floats(folder.resolve("vectors.npy")), 0), shards, storage);
    EvaluationTuning tuning;
    try (SearchIndex index = SearchIndex.open(set)) {
      EvaluationSettings settings = EvaluationSettings.DEFAULT.withQueries(SAMPLE);
      tuning = EvaluationTuning.of(index, settings, described.ef(), WANTED);
    }
    IndexFolder.stand(set, described.withEf(tuning.ef()));
  }

  /** Rows with these vectors and with ids from {@code first} on. */
  static List<IndexRow> rows(float[][] vectors, int first) {
    List<IndexRow> rows = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      rows.add(new IndexRow(RowId.of(first + i), vectors[i], Map.of("part", (long) (i % PARTS))));
    }
    return rows;
  }

  /** Writes a new index of rows that are sorted by id. */
  static IndexDescription write(Path set, List<IndexRow> rows, int shards, VectorStorage storage)
      throws IOException {
    Files.createDirectories(set);
    ShardOptions options = options(rows.get(0).vector().length, storage);
    List<IndexDescription.Shard> written = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      int of = shard;
      List<IndexRow> some =
          rows.stream().filter(row -> ShardWriter.shardOf(row.id(), shards) == of).toList();
      written.add(write(set, some, ShardWriter.name(0, shard, shards), options));
    }
    IndexDescription described = IndexDescription.create(options, written, Map.of());
    IndexFolder.stand(set, described);
    return described;
  }

  /** Writes the files of one shard. */
  static IndexDescription.Shard write(
      Path set, List<IndexRow> rows, String name, ShardOptions options) throws IOException {
    try (ShardWriter writer = new ShardWriter(set, name, options)) {
      for (IndexRow row : rows) {
        writer.add(row);
      }
      return writer.finish(2);
    }
  }

  static ShardOptions options(int dimension, VectorStorage storage) {
    return new ShardOptions(
        Metric.COSINE,
        dimension,
        HnswOptions.DEFAULT,
        storage,
        List.of(new IndexColumn("part", ColumnType.INT64)));
  }

  private static long bytes(Path set) throws IOException {
    try (Stream<Path> files = Files.list(set)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("shard-"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private static int[][] search(SearchIndex index, float[][] queries, SearchRequest request) {
    int[][] found = new int[queries.length][];
    for (int q = 0; q < queries.length; q++) {
      found[q] = index.nearest(queries[q], request).stream().mapToInt(SetLoop::row).toArray();
    }
    return found;
  }

  private static int row(Hit hit) {
    return Integer.parseInt(hit.id().toString());
  }

  /** Queries a second of this process's processor time, repeated for some seconds. */
  private static double rate(SearchIndex index, float[][] queries, SearchRequest request) {
    double start = clock();
    long done = 0;
    do {
      index.nearest(queries[(int) (done++ % queries.length)], request.withColumns(Set.of()));
    } while (done % 100 != 0 || clock() - start < SECONDS);
    return done / (clock() - start);
  }

  static double clock() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
        / 1e9;
  }

  /** The bytes of this process that are in memory, its garbage collected. */
  private static long resident() throws IOException {
    System.gc();
    System.gc();
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          << 10;
    }
  }
}
