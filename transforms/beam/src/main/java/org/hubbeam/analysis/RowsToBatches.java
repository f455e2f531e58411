// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;

/**
 * Converts Beam rows to batches with the columns of {@link BeamSchemas#of(Schema)}. A null becomes
 * an empty list. A row with a value that does not fit (a null in a list, a double out of the range
 * of float32) is output as a failure. The order of rows is not defined. The input must be in the
 * global window.
 *
 * <pre>{@code
 * Preprocessor preprocessor = Preprocessor.of(BeamSchemas.of(rows.getSchema()), function);
 * RowsToBatches.Result read = rows.apply(RowsToBatches.create());
 * read.batches().apply(AnalyzeAndTransformDataset.of(preprocessor));
 * }</pre>
 */
public final class RowsToBatches extends PTransform<PCollection<Row>, RowsToBatches.Result> {
  private static final long serialVersionUID = 1;

  private RowsToBatches() {}

  /** The transform. */
  public static RowsToBatches create() {
    return new RowsToBatches();
  }

  /**
   * Gathers the rows.
   *
   * @throws IllegalArgumentException when a field cannot be converted, or the rows are not in the
   *     global window
   */
  @Override
  public Result expand(PCollection<Row> rows) {
    Schema schema = rows.getSchema();
    BeamSchemas.of(schema);
    PCollectionTuple both = GatherFn.apply(rows, "rows", () -> new RowColumns(schema));
    return new Result(both.get(GatherFn.BATCHES), both.get(GatherFn.FAILURES));
  }

  /** The batches, and the failures. */
  public static final class Result extends ResultWithFailures<Batch> {
    private Result(PCollection<Batch> batches, PCollection<Failure> failures) {
      super(batches, failures);
    }

    /** The batches. */
    public PCollection<Batch> batches() {
      return output();
    }
  }
}
