package org.hubbeam.cli;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.hubbeam.batch.Batch;

/**
 * Lets batches through and counts their rows for all of this JVM: engines that run inside of it
 * give their metrics, which hold the same number, only at the end.
 */
final class RowCount extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  /** The counter of rows that went through, on whatever machine. */
  static final MetricNameFilter METRIC = MetricNameFilter.named("hubbeam", "rows_written");

  private static final LongAdder ROWS = new LongAdder();
  private static final AtomicLong FIRST = new AtomicLong();

  private final Counter rows = Metrics.counter("hubbeam", "rows_written");

  /** The rows that went through in this JVM, of all pipelines. */
  static long rows() {
    return ROWS.sum();
  }

  /** Forgets when the first rows went through. */
  static void forgetFirst() {
    FIRST.set(0);
  }

  /** When the first rows since then went through here, by {@link System#nanoTime}; else empty. */
  static OptionalLong first() {
    long first = FIRST.get();
    return first == 0 ? OptionalLong.empty() : OptionalLong.of(first);
  }

  @ProcessElement
  public void process(@Element Batch batch, OutputReceiver<Batch> output) {
    if (FIRST.get() == 0) {
      FIRST.compareAndSet(0, System.nanoTime());
    }
    ROWS.add(batch.rows());
    rows.inc(batch.rows());
    output.output(batch);
  }
}
