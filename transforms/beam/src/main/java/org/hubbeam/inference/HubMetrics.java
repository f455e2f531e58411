// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import org.apache.beam.sdk.metrics.Metrics;
import org.hubbeam.batch.Secrets;

/**
 * The metrics of a job; each module has a namespace: {@code job.metrics()} filtered by {@link
 * #namespace} has them under these names.
 */
public final class HubMetrics {

  /** Counter: times the module was loaded; one per JVM that takes part. */
  public static final String LOADS = "loads";

  /** Distribution: milliseconds a load took, resolving the handle included. */
  public static final String LOAD_MS = "load_ms";

  /** Counter: times a DoFn instance found the module loaded already. */
  public static final String CACHE_HITS = "cache_hits";

  /** Distribution: rows of one call. */
  public static final String BATCH_ROWS = "batch_rows";

  /** Distribution: bytes of input values of one call. */
  public static final String BATCH_BYTES = "batch_bytes";

  /** Distribution: microseconds of one call, without the wait for its turn. */
  public static final String CALL_US = "call_us";

  /** Counter: rows that the module took and gave outputs for. */
  public static final String ROWS = "rows";

  /** Counter: rows that became failures. */
  public static final String FAILURES = "failures";

  /** Counter: calls repeated with fewer rows because memory was exhausted. */
  public static final String RETRIES = "retries";

  /** Counter: calls split in two to find the rows that were refused. */
  public static final String BISECTIONS = "bisections";

  /** Counter: rows without output because of {@link BlankText#SKIP}. */
  public static final String SKIPPED = "skipped";

  /** Counter: rows of zeros because of {@link BlankText#ZERO}. */
  public static final String ZEROED = "zeroed";

  /** Counter: rows with a text cut short by {@link LongText#truncate}. */
  public static final String TRUNCATED = "truncated";

  /** Counter: times a newer version of the module was taken up; one per JVM that takes part. */
  public static final String UPDATES = "updates";

  /**
   * Counter: reasons why a newer version was not taken up, each counted once per JVM and version.
   */
  public static final String UPDATE_FAILURES = "update_failures";

  private HubMetrics() {}

  /**
   * The namespace of a module's metrics.
   *
   * @param handle as it was given; the namespace does not have what may be secret of it
   */
  public static String namespace(String handle) {
    return "hubbeam:" + Secrets.masked(handle);
  }

  static Meter meter(String handle) {
    String namespace = namespace(handle);
    return new Meter() {
      @Override
      public void count(String name, long more) {
        Metrics.counter(namespace, name).inc(more);
      }

      @Override
      public void measure(String name, long value) {
        Metrics.distribution(namespace, name).update(value);
      }
    };
  }
}
