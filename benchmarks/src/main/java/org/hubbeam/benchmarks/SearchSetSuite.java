// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.hubbeam.benchmarks.VectorInputs.Spread;
import org.hubbeam.benchmarks.loops.SetLoop;

/** Whole indexes: default settings, several shards, codes of 8 bits, filters. */
final class SearchSetSuite implements Suite {

  private static final String ONE = "index, clustered";
  private static final String UNIFORM = "index, uniform";
  private static final String REAL = "index, sentences of Tatoeba";
  private static final String THREE = "index, clustered, 3 shards";
  private static final String INT8 = "index, clustered, int8";
  private static final String RECALL = "recall@10";
  private static final double MOST_LOST = 0.005;

  private final Workplace place;
  private final VectorInputs inputs;
  private final long rows;

  SearchSetSuite(Workplace place) {
    this.place = place;
    this.inputs = new VectorInputs(place);
    this.rows = place.sizes().of(100_000);
  }

  @Override
  public String name() {
    return "search-set";
  }

  @Override
  public String title() {
    return "Indexes with default settings";
  }

  @Override
  public String about() {
    return """
    The ten nearest of vectors of 128 floats for 2,000 others, one query at a time, with the
    ef that `index` chooses; size is the number of vectors. Rows a second are queries a
    second of processor time. Filters let a part of the rows through; their speed is that
    of queries without a filter times the number shown.
    """;
  }

  @Override
  public boolean usesLauncher() {
    return false;
  }

  @Override
  public List<Contender> contenders() throws IOException {
    return List.of(
        index(ONE, Spread.CLUSTERED, 1, "FLOAT32"),
        index(THREE, Spread.CLUSTERED, 3, "FLOAT32"),
        index(INT8, Spread.CLUSTERED, 1, "INT8_RESCORED"),
        index(UNIFORM, Spread.UNIFORM, 1, "FLOAT32"),
        real());
  }

  private Contender real() throws IOException {
    try {
      Path folder = inputs.real();
      return index(REAL, folder, VectorInputs.size(folder), 1, "FLOAT32");
    } catch (Missing e) {
      return Contender.absent(REAL, Contender.Work.rows(rows), "left out: " + e.getMessage());
    }
  }

  private Contender index(String name, Spread spread, int shards, String storage)
      throws IOException {
    return index(name, inputs.folder(spread, rows), rows, shards, storage);
  }

  private Contender index(String name, Path folder, long size, int shards, String storage)
      throws IOException {
    List<String> flags = new ArrayList<>(SearchCalls.VECTOR);
    // The heap is no larger than what is in use, so that resident memory is that of the index.
    flags.addAll(
        List.of(
            "-XX:-UseParallelGC",
            "-XX:+UseSerialGC",
            "-Xms32m",
            "-Xmn16m",
            "-XX:MinHeapFreeRatio=5",
            "-XX:MaxHeapFreeRatio=10"));
    return Contender.of(
        name,
        Contender.Work.rows(size),
        place.java(
            flags, SetLoop.class, folder.toString(), built(folder, shards, storage).toString()));
  }

  /** The index of a folder of vectors, which is built if it is missing. */
  Path built(Path folder, int shards, String storage) throws IOException {
    String set = folder.getFileName() + "-" + shards + "-" + storage;
    Path index = place.work().resolve("search").resolve(set);
    if (!Files.exists(index.resolve("index.json"))) {
      Shell.Said said =
          Shell.run(
              place.java(
                  SearchCalls.VECTOR,
                  SetLoop.class,
                  folder.toString(),
                  index.toString(),
                  Integer.toString(shards),
                  storage));
      if (said.code() != 0) {
        throw new Missing(set + " cannot be built: " + said.text().strip());
      }
    }
    return index;
  }

  @Override
  public List<Target> targets() {
    List<Target> all = new ArrayList<>();
    for (String name : List.of(ONE, UNIFORM)) {
      all.add(Target.atLeast(0.99, name, RECALL, m -> m.measure(name, rows, RECALL)));
    }
    all.add(
        Target.atLeast(
            0.99,
            REAL,
            RECALL,
            m ->
                m.sizes(REAL).isEmpty()
                    ? OptionalDouble.empty()
                    : m.measure(REAL, m.sizes(REAL).get(0), RECALL)));
    for (String name : List.of(THREE, INT8)) {
      all.add(
          Target.atMost(
              MOST_LOST,
              name,
              RECALL + " less than with one shard of floats",
              m ->
                  Medians.both(
                      m.measure(ONE, rows, RECALL),
                      m.measure(name, rows, RECALL),
                      (one, other) -> one - other)));
      all.add(
          Target.atLeast(
              name.equals(THREE) ? 0.5 : 1,
              name,
              "queries/s against one shard of floats",
              m -> Medians.ratio(m.rate(name, rows), m.rate(ONE, rows))));
    }
    all.add(
        Target.atMost(
            0.35,
            INT8,
            "resident memory against floats",
            m -> Medians.ratio(m.measure(INT8, rows, "MiB"), m.measure(ONE, rows, "MiB"))));
    String peer = SearchCalls.name("build", SearchCalls.Program.HNSWLIB, 1);
    all.add(
        Target.atMost(
            1.02,
            ONE,
            "bytes against hnswlib's file, ids and columns of 8 bytes",
            m ->
                Medians.both(
                    m.measure(ONE, rows, "bytes"),
                    m.measure(peer, rows, "bytes"),
                    (own, graph) -> own / (graph + 16.0 * rows))));
    for (String part : List.of("0.1 %", "1.0 %", "10.0 %", "50.0 %")) {
      String of = " of " + part;
      all.add(
          Target.atLeast(
              0.99, ONE + ", filter" + of, RECALL, m -> m.measure(ONE, rows, RECALL + of)));
      all.add(
          Target.atLeast(
              0.3,
              ONE + ", filter" + of,
              "queries/s against those without a filter",
              m -> m.measure(ONE, rows, "speed" + of)));
    }
    return all;
  }
}
