// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.files.StandardColumns;
import org.joda.time.Instant;

/** Gathers pooled rows within a bundle. */
final class PooledBatchesFn extends DoFn<KV<byte[], PooledRow>, Batch> {
  private static final long serialVersionUID = 1;

  private static final int ROWS = 1024;

  private final PoolRows.Settings settings;
  private transient Map<Kind, List<KV<byte[], PooledRow>>> waiting;

  PooledBatchesFn(PoolRows.Settings settings) {
    this.settings = settings;
  }

  /** What rows of one batch have in common. */
  private record Kind(Instant timestamp, BoundedWindow window, List<Long> dims, boolean timed) {}

  /** Forgets what a bundle that failed has left. */
  @StartBundle
  public void startBundle() {
    waiting = new LinkedHashMap<>();
  }

  /** Keeps a row; gives away what is full. */
  @ProcessElement
  public void process(
      @Element KV<byte[], PooledRow> row,
      @Timestamp Instant timestamp,
      BoundedWindow window,
      OutputReceiver<Batch> out) {
    PooledRow pooled = row.getValue();
    Kind kind = new Kind(timestamp, window, pooled.dims(), pooled.hasTime());
    List<KV<byte[], PooledRow>> rows = waiting.computeIfAbsent(kind, k -> new ArrayList<>());
    rows.add(row);
    if (rows.size() == ROWS) {
      waiting.remove(kind);
      out.output(batch(kind, rows));
    }
  }

  /** Gives away what is left. */
  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    waiting.forEach((kind, rows) -> context.output(batch(kind, rows), kind.timestamp, kind.window));
    waiting.clear();
  }

  private Batch batch(Kind kind, List<KV<byte[], PooledRow>> rows) {
    int count = rows.size();
    long width = 1;
    for (long dim : kind.dims) {
      width *= dim;
    }
    float[] starts = new float[count];
    float[] ends = new float[count];
    long[] windows = new long[count];
    float[] values = new float[Math.toIntExact(count * width)];
    for (int i = 0; i < count; i++) {
      PooledRow row = rows.get(i).getValue();
      starts[i] = row.start();
      ends[i] = row.end();
      windows[i] = row.rows();
      row.result(values, (int) (i * width));
    }
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put(
        settings.key(), Array.Dense.vector(Values.ofBytes(rows.stream().map(KV::getKey).toList())));
    if (kind.timed) {
      columns.put(StandardColumns.START_SECONDS, Array.Dense.vector(Values.of(starts)));
      columns.put(StandardColumns.END_SECONDS, Array.Dense.vector(Values.of(ends)));
    }
    columns.put(PoolRows.WINDOWS, Array.Dense.vector(Values.of(windows)));
    List<Long> dims = new ArrayList<>(kind.dims);
    dims.add(0, (long) count);
    columns.put(settings.column(), new Array.Dense(dims, Values.of(values)));
    return Batch.of(columns);
  }
}
