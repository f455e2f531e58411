// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.util.List;

/** Contenders that do the same work, and their comparison. */
interface Suite {

  /** The name on the command line. */
  String name();

  /** The heading of its section. */
  String title();

  /** A paragraph that describes the work. */
  String about();

  /**
   * Makes missing inputs and returns the contenders, including those that cannot run.
   *
   * @throws Missing if the suite cannot run at all
   */
  List<Contender> contenders() throws IOException;

  /** Whether contenders call the project's launcher, which then builds what is missing. */
  default boolean usesLauncher() {
    return true;
  }

  /** Checks the output of the last round. */
  default List<Run> checks() throws IOException {
    return List.of();
  }

  /** How long the output of a contender is kept. */
  default Keeping keeping() {
    return Keeping.NOTHING;
  }

  List<Target> targets();

  /** Further remarks on the medians, one line each. */
  default List<String> remarks(Medians medians) {
    return List.of();
  }

  default List<Chart> charts(Medians medians) {
    return List.of();
  }

  /** Whether the output of contenders is kept for {@link #checks}. */
  enum Keeping {
    NOTHING,
    UNTIL_CHECKED
  }
}
