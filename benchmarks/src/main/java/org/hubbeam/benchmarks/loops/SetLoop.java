// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
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
    Files.createDirectories(set);
    float[][] vectors = Vectors.floats(folder.resolve("vectors.npy"));
    List<IndexRow> rows = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      rows.add(new IndexRow(RowId.of(i), vectors[i], Map.of("part", (long) (i % PARTS))));
    }
    rows.sort(Comparator.comparing(IndexRow::id));
    ShardOptions options =
        new ShardOptions(
            Metric.COSINE,
            vectors[0].length,
            HnswOptions.DEFAULT,
            storage,
            List.of(new IndexColumn("part", ColumnType.INT64)));
    List<IndexDescription.Shard> written = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      try (ShardWriter writer = new ShardWriter(set, ShardWriter.name(0, shard, shards), options)) {
        for (IndexRow row : rows) {
          if (ShardWriter.shardOf(row.id(), shards) == shard) {
            writer.add(row);
          }
        }
        written.add(writer.finish(2));
      }
    }
    IndexDescription described = IndexDescription.create(options, written, Map.of());
    IndexFolder.stand(set, described);
    EvaluationTuning tuning;
    try (SearchIndex index = SearchIndex.open(set)) {
      EvaluationSettings settings = EvaluationSettings.DEFAULT.withQueries(SAMPLE);
      tuning = EvaluationTuning.of(index, settings, described.ef(), WANTED);
    }
    IndexFolder.stand(set, described.withEf(tuning.ef()));
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

  private static double clock() {
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
