// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hubbeam.fuzz.FuzzTarget;
import org.hubbeam.fuzz.FuzzTarget.Setting;

/** Filters, and the files of an index besides its graphs. */
public final class IndexTargets {

  /** How many rows the columns of the corpus have. */
  private static final int ROWS = 70;

  private static final List<IndexColumn> COLUMNS =
      List.of(
          new IndexColumn("lang", ColumnType.STRING),
          new IndexColumn("title", ColumnType.STRING),
          new IndexColumn("year", ColumnType.INT64),
          new IndexColumn("price", ColumnType.DOUBLE),
          new IndexColumn("checked", ColumnType.BOOL),
          new IndexColumn("picture", ColumnType.BYTES));

  private static final List<Filter> FILTERS =
      List.of(
          Filter.parse("lang == 'de' or not title in ('a', 'b') or picture is null", COLUMNS),
          Filter.parse("year > 1960 and not price < 5.5 and checked", COLUMNS));

  private IndexTargets() {}

  /** Filters, and each kind of file. */
  public static List<FuzzTarget> all() {
    return List.of(
        FuzzTarget.of(
            "filter",
            FilterException.class,
            scratch -> input -> Filter.parse(new String(input, StandardCharsets.UTF_8), COLUMNS)),
        FuzzTarget.of(
            "index-json",
            IndexException.class,
            scratch ->
                input ->
                    IndexDescription.fromJson(new String(input, StandardCharsets.UTF_8), "input")),
        FuzzTarget.of("index-ids", IndexException.class, scratch -> input -> ids(scratch, input))
            .in(Setting.FILES),
        FuzzTarget.of(
                "index-columns", IndexException.class, scratch -> input -> columns(scratch, input))
            .in(Setting.FILES),
        FuzzTarget.of("index-graph", IOException.class, scratch -> input -> graph(scratch, input))
            .in(Setting.FILES),
        FuzzTarget.of("index-codes", IOException.class, scratch -> input -> codes(scratch, input))
            .in(Setting.FILES),
        FuzzTarget.of(
                "index-deleted", IndexException.class, scratch -> input -> deleted(scratch, input))
            .in(Setting.FILES));
  }

  private static void graph(Path scratch, byte[] input) throws Exception {
    Path file = Files.write(scratch.resolve("input"), input);
    try (HnswGraph graph = HnswGraph.open(file, Metric.EUCLIDEAN, 4)) {
      graph.search(new float[4], 10, 50);
    }
  }

  private static void codes(Path scratch, byte[] input) throws Exception {
    Path file = Files.write(scratch.resolve("input"), input);
    try (Int8Graph graph = Int8Graph.open(file, Metric.EUCLIDEAN, 4)) {
      graph.search(new float[4], 10, 50);
    }
  }

  private static void ids(Path scratch, byte[] input) throws Exception {
    IdsFile ids = IdsFile.open(Files.write(scratch.resolve("input"), input));
    ids.find(RowId.of(7));
    ids.find(RowId.of("row 7"));
    for (int row = 0; row < Math.min(ids.size(), 100); row++) {
      ids.get(row);
    }
  }

  private static void columns(Path scratch, byte[] input) throws Exception {
    Path file = Files.write(scratch.resolve("input"), input);
    ColumnsFile columns = ColumnsFile.open(file, ROWS, COLUMNS);
    for (int row = 0; row < ROWS; row++) {
      columns.row(row);
    }
    FILTERS.forEach(filter -> filter.matches(columns, ROWS));
  }

  private static void deleted(Path scratch, byte[] input) throws Exception {
    Path file = Files.write(scratch.resolve("input"), input);
    DeleteMarks.read(file, new IndexDescription.Shard(0, ROWS, 2, Map.of()));
  }
}
