package org.hubbeam.cli;

import java.util.concurrent.atomic.LongAdder;
import org.apache.beam.sdk.transforms.DoFn;
import org.hubbeam.batch.Batch;

/**
 * Lets batches through and counts their rows for all of this JVM: engines that run inside of it
 * give their metrics only at the end.
 */
final class RowCount extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  private static final LongAdder ROWS = new LongAdder();

  /** The rows that went through in this JVM, of all pipelines. */
  static long rows() {
    return ROWS.sum();
  }

  @ProcessElement
  public void process(@Element Batch batch, OutputReceiver<Batch> output) {
    ROWS.add(batch.rows());
    output.output(batch);
  }
}
