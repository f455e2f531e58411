// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import org.apache.beam.sdk.metrics.Metrics;
import org.hubbeam.batch.Secrets;

/**
 * The metrics of a store; each has a namespace: {@code job.metrics()} filtered by {@link
 * #namespace} has them under these names. Beside them the wait is counted as Beam's own {@link
 * Metrics#THROTTLE_TIME_COUNTER_NAME}, by which an engine knows that more workers would not help.
 */
public final class WriteMetrics {

  /** Counter: rows written. A bundle that is repeated counts again. */
  public static final String ROWS = "rows_stored";

  /** Counter: rows that became failures. */
  public static final String FAILURES = "failures";

  /** Distribution: rows of one write. */
  public static final String WRITE_ROWS = "write_rows";

  /** Distribution: microseconds of one write. */
  public static final String WRITE_US = "write_us";

  /** Counter: tries that the store was too busy for, as a whole or for some rows. */
  public static final String THROTTLED = "throttled";

  /** Counter: milliseconds waited for the store. */
  public static final String THROTTLED_MS = "throttled_ms";

  /** Counter: writes split in two to find the rows that were refused. */
  public static final String BISECTIONS = "bisections";

  private WriteMetrics() {}

  /** The namespace of a store's metrics. */
  public static String namespace(VectorSink sink) {
    return "hubbeam:" + Secrets.masked(sink.describe());
  }

  static void count(VectorSink sink, String name, long more) {
    Metrics.counter(namespace(sink), name).inc(more);
  }

  static void measure(VectorSink sink, String name, long value) {
    Metrics.distribution(namespace(sink), name).update(value);
  }

  static void waited(VectorSink sink, long millis) {
    count(sink, THROTTLED_MS, millis);
    Metrics.counter(Metrics.THROTTLE_TIME_NAMESPACE, Metrics.THROTTLE_TIME_COUNTER_NAME)
        .inc(millis);
  }
}
