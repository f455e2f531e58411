// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.benchmarks.SearchCalls.Program;

/** Queries at the same recall beside hnswlib and faiss. */
final class SearchQuerySuite implements Suite {

  private static final String WHAT = "query";

  private final SearchCalls calls;
  private final long rows;

  SearchQuerySuite(Workplace place) {
    this.calls = new SearchCalls(place);
    this.rows = place.sizes().of(100_000);
  }

  @Override
  public String name() {
    return "search-query";
  }

  @Override
  public String title() {
    return "Queries at recall 0.998";
  }

  @Override
  public String about() {
    return """
    The ten nearest of clustered vectors of 128 floats for 2,000 others, each program
    with the least ef that reaches recall@10 0.998; size is the number of vectors. Rows a
    second are queries a second, of processor time for one thread and of wall time for
    two.
    """;
  }

  @Override
  public List<Contender> contenders() throws IOException {
    Path folder = calls.inputs().folder(VectorInputs.Spread.CLUSTERED, rows);
    List<Contender> all = new ArrayList<>();
    for (int threads = 1; threads <= SearchCalls.TWO; threads++) {
      for (Program program : Program.values()) {
        all.add(calls.query(program, threads, folder, rows));
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
    List<Target> all = new ArrayList<>();
    for (int threads = 1; threads <= SearchCalls.TWO; threads++) {
      all.add(target(0.8, Program.OWN, Program.HNSWLIB, threads));
      all.add(target(0.9, Program.OWN, Program.FAISS, threads));
      all.add(target(0.5, Program.SCALAR, Program.HNSWLIB, threads));
    }
    return all;
  }

  private Target target(double limit, Program program, Program peer, int threads) {
    String own = SearchCalls.name(WHAT, program, threads);
    String other = SearchCalls.name(WHAT, peer, threads);
    return Target.atLeast(
        limit,
        own,
        "queries/s against " + other,
        m -> Medians.ratio(m.rate(own, rows), m.rate(other, rows)));
  }
}
