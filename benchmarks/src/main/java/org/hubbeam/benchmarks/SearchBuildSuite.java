// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.benchmarks.SearchCalls.Program;

/** Building the graph beside hnswlib and faiss, and the size of its file. */
final class SearchBuildSuite implements Suite {

  private static final String WHAT = "build";

  private final SearchCalls calls;
  private final long rows;

  SearchBuildSuite(Workplace place) {
    this.calls = new SearchCalls(place);
    this.rows = place.sizes().of(100_000);
  }

  @Override
  public String name() {
    return "search-build";
  }

  @Override
  public String title() {
    return "Building a graph of vectors";
  }

  @Override
  public String about() {
    return """
    Clustered vectors of 128 floats, M 16, efConstruction 200. Rows a second are of
    processor time for one thread and of wall time for two; reading and writing are left
    out.
    """;
  }

  @Override
  public List<Contender> contenders() throws IOException {
    Path folder = calls.inputs().folder(VectorInputs.Spread.CLUSTERED, rows);
    List<Contender> all = new ArrayList<>();
    for (int threads = 1; threads <= SearchCalls.TWO; threads++) {
      for (Program program : Program.values()) {
        if (threads == 1 || program != Program.SCALAR) {
          all.add(calls.build(program, threads, folder, rows));
        }
      }
    }
    return all;
  }

  @Override
  public boolean usesLauncher() {
    return false;
  }

  @Override
  public List<Target> targets() {
    String own = SearchCalls.name(WHAT, Program.OWN, 1);
    String peer = SearchCalls.name(WHAT, Program.HNSWLIB, 1);
    return List.of(
        time(1.2, Program.OWN, 1, "processor time"),
        time(1.2, Program.OWN, 2, "wall time"),
        time(2, Program.SCALAR, 1, "processor time"),
        Target.atMost(
            1.02,
            own,
            "bytes of the file against hnswlib's",
            m -> Medians.ratio(m.measure(own, rows, "bytes"), m.measure(peer, rows, "bytes"))));
  }

  private Target time(double limit, Program program, int threads, String clock) {
    String own = SearchCalls.name(WHAT, program, threads);
    String peer = SearchCalls.name(WHAT, Program.HNSWLIB, threads);
    return Target.atMost(
        limit,
        own,
        clock + " against hnswlib's",
        m -> Medians.ratio(m.rate(peer, rows), m.rate(own, rows)));
  }
}
