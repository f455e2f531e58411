// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.NoiseColumns;
import org.hubbeam.files.BatchCoder;

/**
 * Rows 0 to n-1 of {@link org.hubbeam.batch.NoiseColumns}, as input for generators. They do not
 * depend on the batches.
 */
public final class NoiseRows extends PTransform<PBegin, PCollection<Batch>> {
  private static final long serialVersionUID = 1;

  private final NoiseColumns columns;
  private final long rows;
  private final int batchRows;

  private NoiseRows(NoiseColumns columns, long rows, int batchRows) {
    if (rows < 1 || batchRows < 1) {
      throw new IllegalArgumentException(rows + " rows in batches of " + batchRows);
    }
    this.columns = columns;
    this.rows = rows;
    this.batchRows = batchRows;
  }

  /** So many rows, in batches of up to 32. */
  public static NoiseRows of(NoiseColumns columns, long rows) {
    return new NoiseRows(columns, rows, 32);
  }

  /** With at most so many rows in a batch. */
  public NoiseRows withBatchRows(int value) {
    return new NoiseRows(columns, rows, value);
  }

  @Override
  public PCollection<Batch> expand(PBegin begin) {
    List<Long> starts = new ArrayList<>();
    for (long start = 0; start < rows; start += batchRows) {
      starts.add(start);
    }
    return begin
        .apply("Starts", Create.of(starts))
        .apply("Spread", Reshuffle.viaRandomKey())
        .apply("Noise", ParDo.of(new NoiseFn(columns, rows, batchRows)))
        .setCoder(BatchCoder.of());
  }

  private static final class NoiseFn extends DoFn<Long, Batch> {
    private static final long serialVersionUID = 1;
    private final NoiseColumns columns;
    private final long rows;
    private final int batchRows;

    NoiseFn(NoiseColumns columns, long rows, int batchRows) {
      this.columns = columns;
      this.rows = rows;
      this.batchRows = batchRows;
    }

    @ProcessElement
    public void process(@Element Long start, OutputReceiver<Batch> output) {
      long[] numbers = new long[(int) Math.min(batchRows, rows - start)];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = start + i;
      }
      output.output(columns.rows(numbers));
    }
  }
}
