// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.ExampleEncoder;

/**
 * Encodes batches as serialised {@code tf.Example}s, one for each row. Examples keep the window and
 * timestamp of their batch.
 */
public final class EncodeTransformedDataset
    extends PTransform<PCollection<Batch>, PCollection<byte[]>> {
  private static final long serialVersionUID = 1;

  private EncodeTransformedDataset() {}

  /** The transform. */
  public static EncodeTransformedDataset create() {
    return new EncodeTransformedDataset();
  }

  @Override
  public PCollection<byte[]> expand(PCollection<Batch> batches) {
    return batches.apply("Encode", ParDo.of(new EncodeFn())).setCoder(ByteArrayCoder.of());
  }

  private static final class EncodeFn extends DoFn<Batch, byte[]> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<byte[]> out) {
      ExampleEncoder encoder = new ExampleEncoder(batch, ExampleCodec.Doubles.REFUSE);
      for (int row = 0; row < batch.rows(); row++) {
        byte[] example = new byte[encoder.size(row)];
        encoder.write(row, example, 0);
        out.output(example);
      }
    }
  }
}
