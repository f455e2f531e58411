// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WholeFile;

/**
 * Adds up the rows of batches, and leaves the sum in the folder of the run. Metrics count rows of
 * restarted steps twice. The result is the name of the file with the sum, when it is there.
 */
final class RowTotal extends PTransform<PCollection<Batch>, PCollection<String>> {
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
  static long read(RunFolder run, String name) throws IOException {
    return Long.parseLong(WholeFile.read(run.child(name)));
  }

  @Override
  public PCollection<String> expand(PCollection<Batch> batches) {
    RunFolder run = RunFolder.of(batches.getPipeline().getOptions());
    return batches
        .apply("Rows", ParDo.of(new RowsFn()))
        .apply("Sum", Sum.longsGlobally())
        .apply("Leave", ParDo.of(new LeaveFn(run, counter)))
        .setCoder(StringUtf8Coder.of());
  }

  private static final class RowsFn extends DoFn<Batch, Long> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<Long> out) {
      out.output((long) batch.rows());
    }
  }

  private static final class LeaveFn extends DoFn<Long, String> {
    private static final long serialVersionUID = 1;
    private final RunFolder run;
    private final String name;

    LeaveFn(RunFolder run, String name) {
      this.run = run;
      this.name = name;
    }

    @ProcessElement
    public void process(@Element Long rows, OutputReceiver<String> out) throws IOException {
      run.checkShared();
      WholeFile.write(run.child(name), Long.toString(rows));
      out.output(run.child(name));
    }
  }
}
