// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.benchmarks.VectorInputs.Spread;
import org.hubbeam.benchmarks.loops.AppendLoop;
import org.hubbeam.benchmarks.loops.JoinLoop;

/** Appending to an index, and joining its rows with itself. */
final class SearchBulkSuite implements Suite {

  private static final String APPEND = "append 1 % to an index";
  private static final String JOIN = "self-join, ";
  private static final List<String> RUNNERS = List.of("FlinkRunner", "DirectRunner");

  private final Workplace place;
  private final VectorInputs inputs;
  private final SearchSetSuite sets;
  private final long less;
  private final long more;

  SearchBulkSuite(Workplace place) {
    this.place = place;
    this.inputs = new VectorInputs(place);
    this.sets = new SearchSetSuite(place);
    this.less = place.sizes().of(10_000);
    this.more = place.sizes().of(100_000);
  }

  @Override
  public String name() {
    return "search-bulk";
  }

  @Override
  public String title() {
    return "Indexes and many rows";
  }

  @Override
  public String about() {
    return """
    Appending: rows a second are those of building the index, and the part is the processor
    time of appending 1 % divided by that of building. The self-join finds the ten nearest
    of all clustered vectors of 128 floats among the others, by two tasks; rows a second
    are of processor time, without start-up.
    """;
  }

  @Override
  public boolean usesLauncher() {
    return false;
  }

  @Override
  public List<Contender> contenders() throws IOException {
    List<Contender> all = new ArrayList<>();
    Path appended = Files.createDirectories(place.work().resolve("search/appended-" + more));
    all.add(
        Contender.of(
                APPEND,
                Contender.Work.rows(more),
                place.java(
                    SearchCalls.VECTOR,
                    AppendLoop.class,
                    inputs.folder(Spread.CLUSTERED, more).toString(),
                    appended.toString()))
            .once());
    for (String runner : RUNNERS) {
      for (long rows : List.of(less, more)) {
        Path folder = inputs.folder(Spread.CLUSTERED, rows);
        all.add(
            Contender.of(
                JOIN + runner,
                Contender.Work.rows(rows),
                place.java(
                    SearchCalls.VECTOR,
                    JoinLoop.class,
                    folder.toString(),
                    sets.built(folder, 1, "FLOAT32").toString(),
                    "--runner=" + runner,
                    runner.equals("FlinkRunner") ? "--parallelism=2" : "--targetParallelism=2")));
      }
    }
    return all;
  }

  @Override
  public List<Target> targets() {
    List<Target> all = new ArrayList<>();
    all.add(
        Target.atMost(
            0.03,
            APPEND,
            "processor time against building it again",
            m -> m.measure(APPEND, more, "part")));
    for (String runner : RUNNERS) {
      all.add(
          Target.atMost(
              1.6,
              JOIN + runner,
              "processor time of a row with ten times as many rows",
              m -> Medians.ratio(m.rate(JOIN + runner, less), m.rate(JOIN + runner, more))));
    }
    return all;
  }
}
