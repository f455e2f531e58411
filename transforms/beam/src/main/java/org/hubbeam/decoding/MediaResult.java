// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;

/** The rows that were decoded or written, and a failure for each of the others. */
public final class MediaResult extends ResultWithFailures<Batch> {

  MediaResult(PCollection<Batch> batches, PCollection<Failure> failures) {
    super(batches, failures);
  }

  /** The rows that could be decoded or written. */
  public PCollection<Batch> batches() {
    return output();
  }
}
