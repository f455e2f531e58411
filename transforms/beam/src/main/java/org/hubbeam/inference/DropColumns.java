// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;

/**
 * Drops columns, such as pixels that are no longer needed. Names of missing columns are ignored.
 */
public final class DropColumns extends PTransform<PCollection<Batch>, PCollection<Batch>> {
  private static final long serialVersionUID = 1;

  private final List<String> columns;

  private DropColumns(List<String> columns) {
    this.columns = List.copyOf(columns);
  }

  /** Drops these columns. */
  public static DropColumns of(List<String> columns) {
    return new DropColumns(columns);
  }

  @Override
  public PCollection<Batch> expand(PCollection<Batch> batches) {
    return batches.apply(ParDo.of(new DropFn(columns))).setCoder(batches.getCoder());
  }

  private static final class DropFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final List<String> columns;

    DropFn(List<String> columns) {
      this.columns = columns;
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<Batch> output) {
      List<String> kept = new ArrayList<>(batch.columns().keySet());
      kept.removeAll(columns);
      output.output(batch.only(kept));
    }
  }
}
