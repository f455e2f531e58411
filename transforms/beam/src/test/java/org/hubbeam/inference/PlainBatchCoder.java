// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchEncoding;

/** Batches as their bytes, for tests. */
public final class PlainBatchCoder extends AtomicCoder<Batch> {
  private static final long serialVersionUID = 1;

  @Override
  public void encode(Batch batch, OutputStream out) throws IOException {
    ByteArrayCoder.of().encode(BatchEncoding.encode(batch), out);
  }

  @Override
  public Batch decode(InputStream in) throws IOException {
    return BatchEncoding.decode(ByteArrayCoder.of().decode(in));
  }
}
