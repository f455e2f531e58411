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
 * Batches as Beam rows, a field for each column; they keep window and timestamp. Rows whose values
 * a field cannot hold (text that is not UTF-8, a number too large, several values for one) come out
 * as failures.
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
   * With the fields that {@link BeamSchemas#of(BatchSchema)} makes of these columns.
   *
   * @throws IllegalArgumentException for a column that no field can hold
   */
  public static BatchesToRows by(BatchSchema columns) {
    return new BatchesToRows(new Settings(columns, BeamSchemas.of(columns)));
  }

  /**
   * With these fields: of other types that hold the same (BYTES for texts, INT32 for int64, DOUBLE
   * for float32), nullable instead of a list of one value at most, or fewer of them.
   *
   * @throws IllegalArgumentException naming the field that has no column, or one that it cannot
   *     hold
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

  /** The rows, and those that do not fit. */
  public static final class Result extends ResultWithFailures<Row> {
    private Result(PCollection<Row> rows, PCollection<Failure> failures) {
      super(rows, failures);
    }

    /** The rows that fit. */
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
