// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;
import org.jspecify.annotations.Nullable;

/**
 * Converts Beam rows to batches with the columns of {@link BeamSchemas#of(Schema)}, or of a schema.
 * A row with a value that does not fit (a null in a list, or where one value is expected; a double
 * out of the range of float32; half a surrogate pair) is output as a failure with the column, what
 * was expected and what was found. The order of rows is not defined. The input must be in the
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

  private final @Nullable BatchSchema columns;

  private RowsToBatches(@Nullable BatchSchema columns) {
    this.columns = columns;
  }

  /** To the columns of {@link BeamSchemas#of(Schema)}. */
  public static RowsToBatches create() {
    return new RowsToBatches(null);
  }

  /**
   * To these columns; other fields are left out. A column of lists takes a field of one value, too:
   * a null is then an empty list.
   */
  public static RowsToBatches of(BatchSchema columns) {
    return new RowsToBatches(columns);
  }

  /**
   * Gathers the rows.
   *
   * @throws IllegalArgumentException when a field cannot be converted, or there is none for a
   *     column, or the rows are not in the global window
   */
  @Override
  public Result expand(PCollection<Row> rows) {
    Schema schema = rows.getSchema();
    BatchSchema wanted = columns == null ? BeamSchemas.of(schema) : columns;
    RowColumns.check(schema, wanted);
    PCollectionTuple both = GatherFn.apply(rows, "rows", () -> new RowColumns(schema, wanted));
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
