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
 * Beam rows as batches, for analyses and transforms: the columns are those that {@link
 * BeamSchemas#of(Schema)} makes of the collection's schema. A null is an empty list. Rows whose
 * values do not fit (a null inside a list, a double beyond float32) come out as failures. Rows come
 * in any order; the input is in the global window.
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
   * @throws IllegalArgumentException when a field is what no column can hold, naming it; or the
   *     rows are not in the global window
   */
  @Override
  public Result expand(PCollection<Row> rows) {
    Schema schema = rows.getSchema();
    BeamSchemas.of(schema);
    PCollectionTuple both = GatherFn.apply(rows, "rows", () -> new RowColumns(schema));
    return new Result(both.get(GatherFn.BATCHES), both.get(GatherFn.FAILURES));
  }

  /** The batches, and the rows that do not fit. */
  public static final class Result extends ResultWithFailures<Batch> {
    private Result(PCollection<Batch> batches, PCollection<Failure> failures) {
      super(batches, failures);
    }

    /** The rows that fit, as batches. */
    public PCollection<Batch> batches() {
      return output();
    }
  }
}
