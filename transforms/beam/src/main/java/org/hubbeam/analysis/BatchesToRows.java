// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.Serializable;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;

/**
 * Converts batches to Beam rows with a field for each column. Rows keep the window and timestamp of
 * their batch. A row with a value that does not fit its field (a string that is not UTF-8, a number
 * out of range, several values for a single one) is output as a failure.
 *
 * <pre>{@code
 * PCollection<Row> features =
 *     fitted.batches().apply(BatchesToRows.by(preprocessor.outputs())).failuresTo(failures);
 * }</pre>
 */
public final class BatchesToRows extends PTransform<PCollection<Batch>, BatchesToRows.Result> {
  private static final long serialVersionUID = 1;

  private static final TupleTag<Row> ROWS = new TupleTag<>("rows") {};
  private static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final Settings settings;

  private record Settings(BatchSchema columns, Schema schema) implements Serializable {}

  private BatchesToRows(Settings settings) {
    this.settings = settings;
  }

  /**
   * Converts batches with these columns to the fields of {@link BeamSchemas#of(BatchSchema)}.
   *
   * @throws IllegalArgumentException for a column that cannot be stored in a field
   */
  public static BatchesToRows by(BatchSchema columns) {
    return new BatchesToRows(new Settings(columns, BeamSchemas.of(columns)));
  }

  /**
   * Sets the schema of the rows. It may have fewer fields, and fields of other compatible types:
   * BYTES for strings, INT32 for int64, DOUBLE for float32, or nullable fields for lists of at most
   * one value.
   *
   * @throws IllegalArgumentException when a field has no column, or does not fit it
   */
  public BatchesToRows withSchema(Schema schema) {
    RowFields.check(settings.columns, schema);
    return new BatchesToRows(new Settings(settings.columns, schema));
  }

  @Override
  public Result expand(PCollection<Batch> batches) {
    PCollectionTuple both =
        batches.apply(
            "Rows", ParDo.of(new RowsFn(settings)).withOutputTags(ROWS, TupleTagList.of(FAILURES)));
    return new Result(both.get(ROWS).setRowSchema(settings.schema), both.get(FAILURES));
  }

  /** The rows, and the failures. */
  public static final class Result extends ResultWithFailures<Row> {
    private Result(PCollection<Row> rows, PCollection<Failure> failures) {
      super(rows, failures);
    }

    /** The rows. */
    public PCollection<Row> rows() {
      return output();
    }
  }

  static final class RowsFn extends DoFn<Batch, Row> {
    private static final long serialVersionUID = 1;

    private final Settings settings;
    private transient RowFields fields;

    RowsFn(Settings settings) {
      this.settings = settings;
    }

    @Setup
    public void setUp() {
      fields = new RowFields(settings.columns, settings.schema);
    }

    @ProcessElement
    public void process(@Element Batch batch, MultiOutputReceiver out) {
      fields.rows(batch, out.get(ROWS)::output, out.get(FAILURES)::output);
    }
  }
}
