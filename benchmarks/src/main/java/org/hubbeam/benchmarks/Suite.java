package org.hubbeam.benchmarks;

import java.io.IOException;
import java.util.List;

/** Contenders that do the same work, and what comes of comparing them. */
interface Suite {

  /** The name on the command line. */
  String name();

  /** The heading of its section. */
  String title();

  /** What is done, in a paragraph. */
  String about();

  /**
   * Makes what is missing of the input, and says what is run on it. Contenders that cannot be run
   * say so themselves.
   *
   * @throws Missing when the suite cannot be run at all
   */
  List<Contender> contenders() throws IOException;

  /** What is looked at when all rounds are done, on what the last of them wrote. */
  default List<Run> checks() throws IOException {
    return List.of();
  }

  /** How long what a contender wrote is of use. */
  default Keeping keeping() {
    return Keeping.NOTHING;
  }

  List<Target> targets();

  /** What else follows from the medians, each a line; those that cannot be told are left out. */
  default List<String> remarks(Medians medians) {
    return List.of();
  }

  default List<Chart> charts(Medians medians) {
    return List.of();
  }

  /** What is kept of a contender's output for {@link #checks}. */
  enum Keeping {
    NOTHING,
    UNTIL_CHECKED
  }
}
