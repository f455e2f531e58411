// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.preprocessing.TransformFn;

/** Adds columns of nothing, for inputs that the data have not and no feature needs. */
final class BlankColumns extends PTransform<PCollection<Batch>, PCollection<Batch>> {
  private static final long serialVersionUID = 1;
  private final List<ArraySpec> columns;

  BlankColumns(List<ArraySpec> columns) {
    this.columns = List.copyOf(columns);
  }

  @Override
  public PCollection<Batch> expand(PCollection<Batch> batches) {
    return columns.isEmpty()
        ? batches
        : batches
            .apply("Blank columns", ParDo.of(new BlankFn(columns)))
            .setCoder(batches.getCoder());
  }

  private static final class BlankFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final List<ArraySpec> columns;

    BlankFn(List<ArraySpec> columns) {
      this.columns = columns;
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<Batch> out) {
      Batch all = batch;
      for (ArraySpec column : columns) {
        all = all.with(column.name(), TransformFn.blank(column, batch.rows()));
      }
      out.output(all);
    }
  }
}
