// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.batch.Batch;
import org.hubbeam.reducer.Centers;
import org.jspecify.annotations.Nullable;

/** Sends each row to its blocks: the one where it is at home, and those where it is a guest. */
final class BlocksFn extends DoFn<Batch, KV<Integer, byte[]>> {
  private static final long serialVersionUID = 1;

  private final Deduplicate.Settings settings;
  private final PCollectionView<List<ClusterModel>> model;
  private transient @Nullable BlockPlan plan;
  private transient @Nullable Centers centers;

  BlocksFn(Deduplicate.Settings settings, PCollectionView<List<ClusterModel>> model) {
    this.settings = settings;
    this.model = model;
  }

  /**
   * A row in a block.
   *
   * @param isHome whether it is at home there
   */
  record Member(RankedId row, boolean isHome, float[] vector) {
    byte[] encode() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * vector.length + 64);
      DataOutputStream out = new DataOutputStream(bytes);
      row.write(out);
      out.writeBoolean(isHome);
      out.writeInt(vector.length);
      for (float value : vector) {
        out.writeFloat(value);
      }
      return bytes.toByteArray();
    }

    static Member decode(byte[] bytes) throws IOException {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      RankedId row = RankedId.read(in);
      boolean isHome = in.readBoolean();
      float[] vector = new float[in.readInt()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = in.readFloat();
      }
      return new Member(row, isHome, vector);
    }
  }

  /** Forgets the blocks of another pipeline. */
  @StartBundle
  public void start() {
    plan = null;
    centers = null;
  }

  /** Finds the blocks of all rows of a batch. */
  @ProcessElement
  public void process(
      ProcessContext context, @Element Batch batch, OutputReceiver<KV<Integer, byte[]>> out)
      throws IOException {
    Centers all = centers;
    BlockPlan blocks = plan;
    if (all == null || blocks == null) {
      all = context.sideInput(model).get(0).centers();
      blocks = new BlockPlan(all, settings.threshold());
      centers = all;
      plan = blocks;
    }
    RowVectors vectors = RowVectors.of(batch, settings.vectors().column());
    for (int row = 0; row < batch.rows(); row++) {
      int at = vectors.bounds()[row];
      all.prepare(vectors.values(), at);
      float[] vector = Arrays.copyOfRange(vectors.values(), at, at + all.cells());
      RankedId id = settings.ranked(batch, row);
      int[] of = blocks.blocks(vector, 0);
      byte[] guest = of.length > 1 ? new Member(id, false, vector).encode() : new byte[0];
      out.output(KV.of(of[0], new Member(id, true, vector).encode()));
      for (int i = 1; i < of.length; i++) {
        out.output(KV.of(of[i], guest));
      }
    }
  }
}
