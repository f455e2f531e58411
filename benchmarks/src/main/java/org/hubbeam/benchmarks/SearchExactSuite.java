// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.benchmarks.SearchCalls.Program;

/** Exact search of batches of 100 queries beside faiss. */
final class SearchExactSuite implements Suite {

  private static final String WHAT = "exact search";

  private final SearchCalls calls;
  private final long rows;

  SearchExactSuite(Workplace place) {
    this.calls = new SearchCalls(place);
    this.rows = place.sizes().of(100_000);
  }

  @Override
  public String name() {
    return "search-exact";
  }

  @Override
  public String title() {
    return "Exact search";
  }

  @Override
  public String about() {
    return """
    All of the same vectors, 100 queries at a time, beside faiss's `IndexFlatIP`. Rows a
    second are queries a second, of processor time for one thread and of wall time for two.
    """;
  }

  @Override
  public List<Contender> contenders() throws IOException {
    Path folder = calls.inputs().folder(VectorInputs.Spread.CLUSTERED, rows);
    List<Contender> all = new ArrayList<>();
    for (int threads = 1; threads <= SearchCalls.TWO; threads++) {
      for (Program program : List.of(Program.OWN, Program.SCALAR, Program.FAISS)) {
        all.add(calls.exact(program, threads, folder, rows));
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
      String own = SearchCalls.name(WHAT, Program.OWN, threads);
      String faiss = SearchCalls.name(WHAT, Program.FAISS, threads);
      all.add(
          Target.atLeast(
              0.5,
              own,
              "queries/s against " + faiss,
              m -> Medians.ratio(m.rate(own, rows), m.rate(faiss, rows))));
    }
    return all;
  }
}
