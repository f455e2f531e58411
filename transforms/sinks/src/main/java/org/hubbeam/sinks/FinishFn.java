// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;

/** Finishes a store when all rows are there. */
final class FinishFn extends DoFn<WriteVectors.Written, WriteVectors.Written> {
  private static final long serialVersionUID = 1;

  private final WriteVectors.Settings settings;

  FinishFn(WriteVectors.Settings settings) {
    this.settings = settings;
  }

  /** Finishes it. */
  @ProcessElement
  public void process(
      @Element WriteVectors.Written written, OutputReceiver<WriteVectors.Written> out)
      throws IOException {
    try (RetryingWriter writer =
        new RetryingWriter(
            settings.sink(), written.schema(), settings.retries(), settings.pause())) {
      writer.finish();
    }
    out.output(written);
  }
}
