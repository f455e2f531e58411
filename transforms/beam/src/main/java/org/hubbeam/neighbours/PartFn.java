// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.join.CoGbkResult;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.RowIds;
import org.hubbeam.search.RowId;

/** Parts the rows of a bucket into those that are kept and those that are dropped. */
final class PartFn extends DoFn<KV<Integer, CoGbkResult>, Batch> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> ROWS = new TupleTag<>("rows") {};
  static final TupleTag<byte[]> VERDICTS = new TupleTag<>("verdicts") {};
  static final TupleTag<Batch> KEPT = new TupleTag<>("kept") {};
  static final TupleTag<Batch> DROPPED = new TupleTag<>("dropped") {};

  private final RowIds ids;

  PartFn(RowIds ids) {
    this.ids = ids;
  }

  /** Parts a bucket. */
  @ProcessElement
  public void process(@Element KV<Integer, CoGbkResult> bucket, MultiOutputReceiver out)
      throws IOException {
    Map<RowId, VerdictsFn.Verdict> verdicts = new HashMap<>();
    for (byte[] bytes : bucket.getValue().getAll(VERDICTS)) {
      VerdictsFn.Verdict verdict = VerdictsFn.Verdict.decode(bytes);
      verdicts.put(verdict.dropped(), verdict);
    }
    for (Batch batch : bucket.getValue().getAll(ROWS)) {
      part(batch, verdicts, out);
    }
  }

  private void part(Batch batch, Map<RowId, VerdictsFn.Verdict> verdicts, MultiOutputReceiver out) {
    int[] kept = new int[batch.rows()];
    int[] dropped = new int[batch.rows()];
    String[] duplicateOf = new String[batch.rows()];
    String[] resembles = new String[batch.rows()];
    float[] scores = new float[batch.rows()];
    int keptCount = 0;
    int droppedCount = 0;
    for (int row = 0; row < batch.rows(); row++) {
      VerdictsFn.Verdict verdict = verdicts.get(Ids.known(ids, batch, row));
      if (verdict == null) {
        kept[keptCount++] = row;
      } else {
        duplicateOf[droppedCount] = verdict.kept().toString();
        resembles[droppedCount] = verdict.resembles().toString();
        scores[droppedCount] = verdict.score();
        dropped[droppedCount++] = row;
      }
    }
    if (keptCount > 0) {
      out.get(KEPT).output(batch.select(Arrays.copyOf(kept, keptCount)));
    }
    if (droppedCount > 0) {
      out.get(DROPPED)
          .output(
              batch
                  .select(Arrays.copyOf(dropped, droppedCount))
                  .with(Deduplicate.DUPLICATE_OF, texts(duplicateOf, droppedCount))
                  .with(Deduplicate.RESEMBLES, texts(resembles, droppedCount))
                  .with(
                      Deduplicate.SCORE,
                      Array.Dense.vector(Values.of(Arrays.copyOf(scores, droppedCount)))));
    }
  }

  private static Array.Dense texts(String[] texts, int count) {
    return Array.Dense.vector(Values.of(Arrays.copyOf(texts, count)));
  }
}
