// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.hubbeam.batch.Batch;
import org.hubbeam.inference.RowIds;
import org.hubbeam.search.RowId;

/** Parts of a collection by the hash of the id, in which rows meet what was found of them. */
final class Buckets {

  private static final int COUNT = 64;

  private Buckets() {}

  /** The bucket of an id. */
  static int of(RowId id) {
    return (int) Long.remainderUnsigned(id.stableHash(), COUNT);
  }

  /** Divides batches by the buckets of their rows. */
  static final class DivideFn extends DoFn<Batch, KV<Integer, Batch>> {
    private static final long serialVersionUID = 1;
    private final RowIds ids;

    DivideFn(RowIds ids) {
      this.ids = ids;
    }

    /** Divides a batch. */
    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<KV<Integer, Batch>> out) {
      List<int[]> rows = new ArrayList<>();
      int[] counts = new int[COUNT];
      for (int i = 0; i < COUNT; i++) {
        rows.add(new int[batch.rows()]);
      }
      for (int row = 0; row < batch.rows(); row++) {
        int bucket = of(Ids.known(ids, batch, row));
        rows.get(bucket)[counts[bucket]++] = row;
      }
      for (int i = 0; i < COUNT; i++) {
        if (counts[i] > 0) {
          out.output(KV.of(i, batch.select(Arrays.copyOf(rows.get(i), counts[i]))));
        }
      }
    }
  }
}
