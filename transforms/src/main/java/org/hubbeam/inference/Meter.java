package org.hubbeam.inference;

/** Where calls are counted, under the names of {@link HubMetrics}. */
interface Meter {

  /** Adds to a counter. */
  void count(String name, long more);

  /** Adds one value to a distribution. */
  void measure(String name, long value);
}
