// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Wait;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Utf8;
import org.hubbeam.batch.Values;
import org.hubbeam.files.FailureCoder;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.RunOptions;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows with vectors to Parquet: {@code PREFIX-00000-of-0000N.parquet}, packed with
 * Zstandard. A vector is a list of float, an id a string or int64, and the other columns string,
 * int64, float, double, boolean or lists of these. All rows of a file have the same columns, as
 * those have that were read with a schema.
 *
 * <pre>{@code
 * batches.apply(WriteParquet.to("/data/vectors").withId("id"))
 * }</pre>
 *
 * <p>Files get their names when all are complete. Rows without an id or a vector, or with a string
 * that is not UTF-8, are failures. Needs {@code org.apache.parquet:parquet-hadoop} on the class
 * path; Hadoop itself is not needed.
 */
public final class WriteParquet extends PTransform<PCollection<Batch>, WriteVectors.Result> {
  private static final long serialVersionUID = 1;

  private static final TupleTag<Batch> ROWS = new TupleTag<>("rows") {};
  private static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final String prefix;
  private final PreparedRows.Columns columns;
  private final int shards;

  private WriteParquet(String prefix, PreparedRows.Columns columns, int shards) {
    this.prefix = prefix;
    this.columns = columns;
    this.shards = shards;
  }

  /**
   * To files with this prefix, with the ids in the column {@code id} and the vectors in {@code
   * embedding}.
   *
   * @param prefix a folder and the start of a name
   * @throws IllegalArgumentException if the prefix has no name
   */
  public static WriteParquet to(String prefix) {
    if (prefix.isEmpty() || prefix.endsWith("/")) {
      throw new IllegalArgumentException("'" + prefix + "' is not the start of a file's name");
    }
    return new WriteParquet(prefix, new PreparedRows.Columns("id", "embedding", 0, null), 0);
  }

  /** Sets the column of the ids: a string or an integer for each row. */
  public WriteParquet withId(String column) {
    return new WriteParquet(
        prefix,
        new PreparedRows.Columns(column, columns.vector(), columns.dimension(), columns.packed()),
        shards);
  }

  /** Sets the column of the vectors. */
  public WriteParquet withVector(String column) {
    return new WriteParquet(
        prefix,
        new PreparedRows.Columns(columns.id(), column, columns.dimension(), columns.packed()),
        shards);
  }

  /**
   * Takes from the schema of files how their vectors are stored. To be set after {@link
   * #withVector}.
   */
  public WriteParquet withSchema(BatchSchema schema) {
    return new WriteParquet(
        prefix,
        new PreparedRows.Columns(
            columns.id(),
            columns.vector(),
            columns.dimension(),
            schema.domain(columns.vector()).packed()),
        shards);
  }

  /** Sets the number of files; 0 leaves it to the engine. */
  public WriteParquet withShards(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("the number of shards cannot be " + value);
    }
    return new WriteParquet(prefix, columns, value);
  }

  /**
   * Writes the files.
   *
   * @throws IllegalArgumentException when the rows are unbounded: the files would never be whole
   */
  @Override
  public WriteVectors.Result expand(PCollection<Batch> batches) {
    if (batches.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new IllegalArgumentException(
          "the rows of " + prefix + " are unbounded: its files would never be whole");
    }
    PCollectionTuple both =
        batches
            .apply("Global", Window.into(new GlobalWindows()))
            .apply(
                "Prepare",
                ParDo.of(new PrepareFn(columns)).withOutputTags(ROWS, TupleTagList.of(FAILURES)));
    PCollection<Batch> rows = both.get(ROWS).setCoder(batches.getCoder());
    int slash = prefix.lastIndexOf('/');
    FileIO.Write<Void, Batch> write =
        FileIO.<Batch>write()
            .via(new ParquetSink(columns.id(), columns.vector()))
            .to(slash < 0 ? "." : slash == 0 ? "/" : prefix.substring(0, slash))
            .withPrefix(prefix.substring(slash + 1))
            .withSuffix(".parquet")
            .withNumShards(shards);
    @Nullable String run = batches.getPipeline().getOptions().as(RunOptions.class).getRunFolder();
    if (run != null) {
      write = write.withTempDirectory(new RunFolder(run).child("parquet") + "/");
    }
    PCollection<WriteVectors.Written> written =
        rows.apply("Count", ParDo.of(new CountFn(columns)))
            .setCoder(SerializableCoder.of(WriteVectors.Written.class))
            .apply("Sum", Combine.globally(WriteVectors.Written::sum).withoutDefaults())
            .setCoder(SerializableCoder.of(WriteVectors.Written.class))
            .apply("Whole", Wait.on(rows.apply("Write", write).getPerDestinationOutputFilenames()));
    return new WriteVectors.Result(
        written.setCoder(SerializableCoder.of(WriteVectors.Written.class)),
        both.get(FAILURES).setCoder(FailureCoder.of()));
  }

  private static final class CountFn extends DoFn<Batch, WriteVectors.Written> {
    private static final long serialVersionUID = 1;
    private final PreparedRows.Columns columns;

    CountFn(PreparedRows.Columns columns) {
      this.columns = columns;
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<WriteVectors.Written> out) {
      out.output(
          new WriteVectors.Written(
              batch.rows(), VectorSchema.of(batch, columns.id(), columns.vector())));
    }
  }

  /** Sorts out rows that no file can have. */
  private static final class PrepareFn extends DoFn<Batch, Batch> implements Serializable {
    private static final long serialVersionUID = 1;
    private final PreparedRows.Columns columns;

    PrepareFn(PreparedRows.Columns columns) {
      this.columns = columns;
    }

    @ProcessElement
    public void process(@Element Batch batch, MultiOutputReceiver out) {
      if (batch.rows() == 0) {
        return;
      }
      PreparedRows prepared = PreparedRows.of(batch, columns);
      Map<Integer, PreparedRows.Bad> bad = new TreeMap<>();
      prepared.batch().columns().forEach((name, array) -> check(name, array, bad));
      report(batch, prepared.bad(), out);
      report(prepared.batch(), bad, out);
      int[] rows =
          IntStream.range(0, prepared.batch().rows())
              .filter(row -> !bad.containsKey(row))
              .toArray();
      if (rows.length > 0) {
        out.get(ROWS).output(bad.isEmpty() ? prepared.batch() : prepared.batch().select(rows));
      }
    }

    private static void report(
        Batch batch, Map<Integer, PreparedRows.Bad> bad, MultiOutputReceiver out) {
      bad.forEach(
          (row, fault) ->
              out.get(FAILURES)
                  .output(Failure.reading(batch.origin().id(row), fault.column(), fault.reason())));
    }

    private static void check(String name, Array array, Map<Integer, PreparedRows.Bad> bad) {
      if (!(array.values() instanceof Values.Strings strings) || array.dims().size() > 2) {
        return;
      }
      int[] starts = PgColumn.starts(array);
      for (int row = 0; row < array.rows(); row++) {
        int from = strings.offsets()[starts[row]];
        int to = strings.offsets()[starts[row + 1]];
        if (Utf8.fault(strings.bytes(), from, to) >= 0) {
          bad.putIfAbsent(row, new PreparedRows.Bad(name, "the text is not UTF-8"));
        }
      }
    }
  }
}
