// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.openjdk.jmh.infra.Blackhole;

/** Counts batches; fails on failures. */
record Taker(Blackhole sink) implements Receiver {

  @Override
  public void batch(Batch batch) {
    sink.consume(batch);
  }

  @Override
  public void failure(Failure failure) {
    throw new IllegalStateException(failure.toString());
  }
}
