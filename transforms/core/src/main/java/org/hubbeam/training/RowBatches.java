// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import org.jspecify.annotations.Nullable;

/** Rows of vectors in batches of one size. */
record RowBatches(TrainingRows source, int batchSize) implements TrainingLoop.Batches<RowBatch> {

  /** The rows to compute at a time where that does not change the result, fewer of wide rows. */
  static int atATime(TrainingRows rows) {
    return Math.max(1, Math.min(1024, (1 << 20) / Math.max(1, rows.features())));
  }

  @Override
  public long rows() {
    return source.rows();
  }

  @Override
  public int size(RowBatch batch) {
    return batch.rows();
  }

  @Override
  public TrainingLoop.Source<RowBatch> shuffled(long seed) {
    return new Rows(source.shuffled(seed), new RowBatch(batchSize, source));
  }

  @Override
  public TrainingLoop.Source<RowBatch> all() {
    return new Rows(source.cursor(), new RowBatch(batchSize, source));
  }

  private record Rows(TrainingRows.Cursor cursor, RowBatch batch)
      implements TrainingLoop.Source<RowBatch> {
    @Override
    public @Nullable RowBatch next() {
      return cursor.next(batch) ? batch : null;
    }

    @Override
    public void close() {
      cursor.close();
    }
  }
}
