package org.hubbeam.cli;

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

  private final Counter rows = Metrics.counter("hubbeam", "rows_written");

  /** The rows that went through in this JVM, of all pipelines. */
  static long rows() {
    return ROWS.sum();
  }

  @ProcessElement
  public void process(@Element Batch batch, OutputReceiver<Batch> output) {
    ROWS.add(batch.rows());
    rows.inc(batch.rows());
    output.output(batch);
  }
}
