// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.hubbeam.reducer.TokenSums;

/** Adds up the blocks of a partition: one of each token comes out. */
final class AddBlocksFn extends DoFn<KV<byte[], Iterable<byte[]>>, KV<byte[], byte[]>> {
  private static final long serialVersionUID = 1;

  /** Adds up one partition. */
  @ProcessElement
  public void process(
      @Element KV<byte[], Iterable<byte[]>> blocks, OutputReceiver<KV<byte[], byte[]>> out)
      throws IOException {
    out.output(KV.of(blocks.getKey(), TokenSums.sumOf(blocks.getValue()).block()));
  }
}
