package org.hubbeam.cli;

/**
 * How long a run took.
 *
 * @param seconds in all
 * @param start those of them until the first rows were there; 0 where that is not known
 */
record Took(double seconds, double start) {

  /** The same without a start. */
  Took whole() {
    return new Took(seconds, 0);
  }

  long rowsPerSecond(long rows) {
    return Math.round(rows / Math.max(seconds - start, 1e-3));
  }

  @Override
  public String toString() {
    return Numbers.seconds(seconds)
        + (start > 0 ? ", " + Numbers.seconds(start) + " of them to start" : "");
  }
}
