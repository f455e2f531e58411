// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchEncoding;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WholeFile;

/**
 * Leaves the only batch of a collection in the folder of the run, for the end of the run. The
 * result is the name of the file, when it is there.
 */
final class LeftBatch extends PTransform<PCollection<Batch>, PCollection<String>> {
  private static final long serialVersionUID = 1;

  private final String file;

  private LeftBatch(String file) {
    this.file = file;
  }

  /** A batch of this name. */
  static LeftBatch of(String name) {
    return new LeftBatch(name);
  }

  /** The batch, after the run; empty where there was none. */
  static Optional<Batch> read(RunFolder run, String name) throws IOException {
    if (OutputFiles.existing(List.of(run.child(name))).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        BatchEncoding.decode(Base64.getDecoder().decode(WholeFile.read(run.child(name)))));
  }

  @Override
  public PCollection<String> expand(PCollection<Batch> batches) {
    RunFolder run = RunFolder.of(batches.getPipeline().getOptions());
    return batches.apply("Leave", ParDo.of(new LeaveFn(run, file))).setCoder(StringUtf8Coder.of());
  }

  private static final class LeaveFn extends DoFn<Batch, String> {
    private static final long serialVersionUID = 1;
    private final RunFolder run;
    private final String name;

    LeaveFn(RunFolder run, String name) {
      this.run = run;
      this.name = name;
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<String> out) throws IOException {
      run.checkShared();
      byte[] bytes = BatchEncoding.encode(batch);
      WholeFile.write(run.child(name), Base64.getEncoder().encodeToString(bytes));
      out.output(run.child(name));
    }
  }
}
