// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.hubbeam.batch.Batch;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WholeFile;

/**
 * Adds up the rows of batches, and leaves the sum in the folder of the run. Metrics count rows of
 * restarted steps twice.
 */
final class RowTotal extends PTransform<PCollection<Batch>, PDone> {
  private static final long serialVersionUID = 1;

  private final String counter;

  private RowTotal(String counter) {
    this.counter = counter;
  }

  /** A sum of this name. */
  static RowTotal of(String name) {
    return new RowTotal(name);
  }

  /** The sum, after the run. */
  static long read(PipelineOptions options, String name) throws IOException {
    return Long.parseLong(WholeFile.read(RunFolder.of(options).child(name)));
  }

  @Override
  public PDone expand(PCollection<Batch> batches) {
    RunFolder run = RunFolder.of(batches.getPipeline().getOptions());
    batches
        .apply("Rows", ParDo.of(new RowsFn()))
        .apply("Sum", Sum.longsGlobally())
        .apply("Leave", ParDo.of(new LeaveFn(run, counter)));
    return PDone.in(batches.getPipeline());
  }

  private static final class RowsFn extends DoFn<Batch, Long> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<Long> out) {
      out.output((long) batch.rows());
    }
  }

  private static final class LeaveFn extends DoFn<Long, Void> {
    private static final long serialVersionUID = 1;
    private final RunFolder run;
    private final String name;

    LeaveFn(RunFolder run, String name) {
      this.run = run;
      this.name = name;
    }

    @ProcessElement
    public void process(@Element Long rows) throws IOException {
      run.checkShared();
      WholeFile.write(run.child(name), Long.toString(rows));
    }
  }
}
