// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.Serializable;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ColumnDomain;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.FailureCoder;
import org.hubbeam.inference.ResultWithFailures;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of batches, each with its id, its vector and its other columns, to a {@link
 * VectorSink}.
 *
 * <pre>{@code
 * batches.apply(WriteVectors.to(sink).withId("sentence_id").withVector("embedding"))
 * }</pre>
 *
 * <p>Small batches are written together, and large ones in parts, within the {@link WriteLimits} of
 * the store. While the store is too busy, or not there, a worker waits and tries again by a {@link
 * RetryPolicy}, and counts the wait ({@link WriteMetrics}). A write that the store refuses as a
 * whole is halved until the rows at fault are alone. A row that cannot be written is a failure,
 * with its origin: it has no id, or no vector, or one of another length, or the store does not take
 * it.
 *
 * <p>Rows are written by their id: a bundle that the engine repeats leaves the same rows. Of two
 * rows with one id, either may stay.
 *
 * <p>Vectors may be of any type of numbers, int8 with their column of scales; they are written as
 * float32.
 */
public final class WriteVectors extends PTransform<PCollection<Batch>, WriteVectors.Result> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  /**
   * What is written where.
   *
   * @param sink where to
   * @param columns the columns of ids and vectors
   */
  record Settings(
      VectorSink sink,
      PreparedRows.Columns columns,
      RetryPolicy retries,
      RetryingWriter.Pause pause)
      implements Serializable {}

  private WriteVectors(Settings settings) {
    this.settings = settings;
  }

  /** To this store, with the ids in the column {@code id} and the vectors in {@code embedding}. */
  public static WriteVectors to(VectorSink sink) {
    return new WriteVectors(
        new Settings(
            sink,
            new PreparedRows.Columns("id", "embedding", 0, null),
            RetryPolicy.DEFAULT,
            RetryingWriter.Pause.REAL));
  }

  /** Sets the column of the ids: a string or an integer for each row. */
  public WriteVectors withId(String column) {
    PreparedRows.Columns c = settings.columns;
    return with(new PreparedRows.Columns(column, c.vector(), c.dimension(), c.packed()));
  }

  /** Sets the column of the vectors. */
  public WriteVectors withVector(String column) {
    PreparedRows.Columns c = settings.columns;
    return with(new PreparedRows.Columns(c.id(), column, c.dimension(), c.packed()));
  }

  /**
   * Sets the length of the vectors. Without it, it is that of the first batch that a worker has;
   * where vectors are lists, that of most of them.
   */
  public WriteVectors withDimension(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("a vector has at least one number, not " + value);
    }
    PreparedRows.Columns c = settings.columns;
    return with(new PreparedRows.Columns(c.id(), c.vector(), value, c.packed()));
  }

  /**
   * Takes from the schema of files how their vectors are stored: {@link
   * org.hubbeam.batch.PackedValues} have them as byte strings. To be set after {@link #withVector}.
   */
  public WriteVectors withSchema(BatchSchema schema) {
    PreparedRows.Columns c = settings.columns;
    ColumnDomain domain = schema.domain(c.vector());
    return with(new PreparedRows.Columns(c.id(), c.vector(), c.dimension(), domain.packed()));
  }

  /** Sets how long a store is waited for. */
  public WriteVectors withRetries(RetryPolicy value) {
    return new WriteVectors(new Settings(settings.sink, settings.columns, value, settings.pause));
  }

  WriteVectors withPause(RetryingWriter.Pause value) {
    return new WriteVectors(new Settings(settings.sink, settings.columns, settings.retries, value));
  }

  private WriteVectors with(PreparedRows.Columns columns) {
    return new WriteVectors(new Settings(settings.sink, columns, settings.retries, settings.pause));
  }

  @Override
  public Result expand(PCollection<Batch> batches) {
    PCollectionTuple both =
        batches.apply(
            "Write",
            ParDo.of(new WriteFn(settings))
                .withOutputTags(WriteFn.WRITTEN, TupleTagList.of(WriteFn.FAILURES)));
    PCollection<Written> written =
        both.get(WriteFn.WRITTEN).setCoder(SerializableCoder.of(Written.class));
    if (batches.isBounded() == PCollection.IsBounded.BOUNDED) {
      written =
          written
              .apply("Global", Window.into(new GlobalWindows()))
              .apply("Together", Combine.globally(Written::sum).withoutDefaults())
              .setCoder(SerializableCoder.of(Written.class))
              .apply("Finish", ParDo.of(new FinishFn(settings)))
              .setCoder(SerializableCoder.of(Written.class));
    }
    return new Result(written, both.get(WriteFn.FAILURES).setCoder(FailureCoder.of()));
  }

  /**
   * Rows that are in the store.
   *
   * @param rows how many
   * @param schema what they have
   */
  public record Written(long rows, VectorSchema schema) implements Serializable {

    /** All of these together; one of their schemas, the same whatever their order. */
    static @Nullable Written sum(Iterable<Written> parts) {
      long rows = 0;
      VectorSchema schema = null;
      for (Written part : parts) {
        rows += part.rows;
        schema =
            schema == null || part.schema.toString().compareTo(schema.toString()) < 0
                ? part.schema
                : schema;
      }
      return schema == null ? null : new Written(rows, schema);
    }
  }

  /** What was written, and the rows that were not. */
  public static final class Result extends ResultWithFailures<Written> {
    Result(PCollection<Written> written, PCollection<Failure> failures) {
      super(written, failures);
    }

    /**
     * What was written: one element when all is there, and the store has finished it; none where
     * there was no row. Of an unbounded input one element for each write.
     */
    public PCollection<Written> written() {
      return output();
    }
  }
}
