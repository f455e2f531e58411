// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Failure;
import org.jspecify.annotations.Nullable;

/** Parts batches that fit a schema from those that do not, whose rows are all failures. */
final class SchemaFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final BatchSchema schema;

  SchemaFn(BatchSchema schema) {
    this.schema = schema;
  }

  /** Looks at one batch. */
  @ProcessElement
  public void process(@Element Batch batch, MultiOutputReceiver out) {
    for (ArraySpec column : schema.columns()) {
      Array found = batch.columns().get(column.name());
      if (!fits(column, found)) {
        fail(batch, column, found, out.get(FAILURES));
        return;
      }
    }
    out.get(BATCHES).output(batch);
  }

  private static boolean fits(ArraySpec column, @Nullable Array found) {
    return found != null
        && found.dtype() == column.dtype()
        && found.layout() == column.layout()
        && column.shape().admits(found.dims());
  }

  private static void fail(
      Batch batch, ArraySpec column, @Nullable Array found, OutputReceiver<Failure> failures) {
    String reason =
        "expected "
            + column
            + ", found "
            + (found == null
                ? "no such column among " + batch.columns().keySet()
                : found.spec(column.name()));
    for (int row = 0; row < batch.rows(); row++) {
      failures.output(Failure.reading(batch.origin().id(row), column.name(), reason));
    }
  }
}
