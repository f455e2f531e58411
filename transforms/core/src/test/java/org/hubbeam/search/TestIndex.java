// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Makes rows and indexes of them, and finds the nearest rows by comparing all. */
final class TestIndex {

  static final List<IndexColumn> COLUMNS =
      List.of(
          new IndexColumn("lang", ColumnType.STRING),
          new IndexColumn("title", ColumnType.STRING),
          new IndexColumn("year", ColumnType.INT64),
          new IndexColumn("price", ColumnType.DOUBLE),
          new IndexColumn("checked", ColumnType.BOOL),
          new IndexColumn("picture", ColumnType.BYTES));

  private static final List<String> LANGUAGES = List.of("de", "fr", "en", "zh", "\ud83d\ude00");

  private TestIndex() {}

  static ShardOptions options(Metric metric, int dimension) {
    return new ShardOptions(metric, dimension, HnswOptions.DEFAULT, VectorStorage.FLOAT32, COLUMNS);
  }

  /** Rows with numbers and texts as ids, some values absent. */
  static List<IndexRow> rows(int count, int dimension, long seed) {
    Random random = new Random(seed);
    List<IndexRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(i % 3 == 0 ? RowId.of(i - 50L) : RowId.of("row " + i), dimension, random));
    }
    return rows;
  }

  static IndexRow row(RowId id, int dimension, Random random) {
    float[] vector = new float[dimension];
    for (int j = 0; j < dimension; j++) {
      vector[j] = (float) random.nextGaussian();
    }
    Map<String, Object> columns = new HashMap<>();
    put(columns, random, "lang", LANGUAGES.get(random.nextInt(LANGUAGES.size())));
    put(columns, random, "title", "title " + random.nextInt(1_000_000));
    put(columns, random, "year", 1950L + random.nextInt(80));
    put(columns, random, "price", random.nextInt(40) / 4.0);
    put(columns, random, "checked", random.nextBoolean());
    put(columns, random, "picture", new byte[] {(byte) random.nextInt(), 2});
    return new IndexRow(id, vector, columns);
  }

  private static void put(Map<String, Object> row, Random random, String name, Object value) {
    if (random.nextInt(8) > 0) {
      row.put(name, value);
    }
  }

  /** Writes shards with the names of a generation. */
  static List<IndexDescription.Shard> shards(
      Path folder, int generation, int count, ShardOptions options, Stream<IndexRow> rows)
      throws IOException {
    List<IndexRow> sorted = rows.sorted(ShardWriter.ORDER).toList();
    List<IndexDescription.Shard> shards = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = ShardWriter.name(generation, i, count);
      try (ShardWriter writer = new ShardWriter(folder, name, options)) {
        for (IndexRow row : sorted) {
          if (ShardWriter.shardOf(row.id(), count) == i) {
            writer.add(row).ifPresent(r -> fail(row, r));
          }
        }
        shards.add(writer.finish(1));
      }
    }
    return shards;
  }

  private static void fail(IndexRow row, ShardWriter.Refusal refusal) {
    throw new AssertionError(row.id() + ": " + refusal);
  }

  /** Writes a whole index. */
  static void write(Path folder, int shards, ShardOptions options, List<IndexRow> rows)
      throws IOException {
    Files.createDirectories(folder);
    IndexFolder.stand(
        folder,
        IndexDescription.create(
            options, shards(folder, 0, shards, options, rows.stream()), Map.of("module", "test")));
  }

  /** The nearest rows, by comparing all in float64. */
  static List<RowId> nearest(
      List<IndexRow> rows, float[] query, Metric metric, int k, Predicate<IndexRow> accepted) {
    return rows.stream()
        .filter(accepted)
        .sorted(
            Comparator.<IndexRow>comparingDouble(row -> -nearness(row.vector(), query, metric))
                .thenComparing(IndexRow::id))
        .limit(k)
        .map(IndexRow::id)
        .toList();
  }

  static double nearness(float[] a, float[] b, Metric metric) {
    double dot = 0;
    double squares = 0;
    double as = 0;
    double bs = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
      as += (double) a[i] * a[i];
      bs += (double) b[i] * b[i];
    }
    return switch (metric) {
      case COSINE -> dot / Math.sqrt(as * bs);
      case DOT -> dot;
      case EUCLIDEAN -> -Math.sqrt(squares);
    };
  }

  static float[] query(int dimension, long seed) {
    return row(RowId.of(0), dimension, new Random(seed)).vector();
  }

  static List<RowId> ids(List<Hit> hits) {
    return hits.stream().map(Hit::id).toList();
  }
}
