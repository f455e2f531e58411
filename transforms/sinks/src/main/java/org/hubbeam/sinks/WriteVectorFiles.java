// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.Serializable;
import java.util.UUID;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.files.FailureCoder;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.RunOptions;
import org.jspecify.annotations.Nullable;

/**
 * Writes the vectors of a collection, with their ids, to one set of files of another tool.
 *
 * <pre>{@code
 * batches.apply(WriteVectorFiles.of(VectorFileFormat.NPY, "/data/vectors").withId("id"))
 * }</pre>
 *
 * <p>Rows are in the order of their origins, whatever the engine and its parallelism. Workers write
 * parts beside the files, and one puts them together when all are there; each file is complete or
 * not there. All workers must share the folder. Rows without an id or a vector, or with a vector of
 * another length, are failures. Of no rows no files are made.
 */
public final class WriteVectorFiles extends PTransform<PCollection<Batch>, WriteVectors.Result> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  /**
   * What is written where.
   *
   * @param name the folder, and the names of the files without their ends
   */
  record Settings(VectorFileFormat format, String name, PreparedRows.Columns columns)
      implements Serializable {}

  private WriteVectorFiles(Settings settings) {
    this.settings = settings;
  }

  /**
   * Files of this format, with the ids in the column {@code id} and the vectors in {@code
   * embedding}.
   *
   * @param name a folder, and the names of the files without their ends
   */
  public static WriteVectorFiles of(VectorFileFormat format, String name) {
    return new WriteVectorFiles(
        new Settings(format, name, new PreparedRows.Columns("id", "embedding", 0, null)));
  }

  /** Sets the column of the ids: a string or an integer for each row. */
  public WriteVectorFiles withId(String column) {
    PreparedRows.Columns c = settings.columns;
    return with(new PreparedRows.Columns(column, c.vector(), c.dimension(), c.packed()));
  }

  /** Sets the column of the vectors. */
  public WriteVectorFiles withVector(String column) {
    PreparedRows.Columns c = settings.columns;
    return with(new PreparedRows.Columns(c.id(), column, c.dimension(), c.packed()));
  }

  /** Sets the length of the vectors; without it each batch tells it, and all must tell the same. */
  public WriteVectorFiles withDimension(int value) {
    PreparedRows.Columns c = settings.columns;
    return with(new PreparedRows.Columns(c.id(), c.vector(), value, c.packed()));
  }

  /**
   * Takes from the schema of files how their vectors are stored. To be set after {@link
   * #withVector}.
   */
  public WriteVectorFiles withSchema(BatchSchema schema) {
    PreparedRows.Columns c = settings.columns;
    return with(
        new PreparedRows.Columns(
            c.id(), c.vector(), c.dimension(), schema.domain(c.vector()).packed()));
  }

  private WriteVectorFiles with(PreparedRows.Columns columns) {
    return new WriteVectorFiles(new Settings(settings.format, settings.name, columns));
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
          "the rows of " + settings.name + " are unbounded: its files would never be whole");
    }
    @Nullable String run = batches.getPipeline().getOptions().as(RunOptions.class).getRunFolder();
    VectorParts parts =
        new VectorParts(
            settings.name, run == null ? null : new RunFolder(run), UUID.randomUUID().toString());
    PCollectionTuple both =
        batches
            .apply("Global", Window.into(new GlobalWindows()))
            .apply(
                "Parts",
                ParDo.of(new VectorPartsFn(settings, parts))
                    .withOutputTags(VectorPartsFn.CHUNKS, TupleTagList.of(VectorPartsFn.FAILURES)));
    PCollection<WriteVectors.Written> written =
        both.get(VectorPartsFn.CHUNKS)
            .setCoder(KvCoder.of(VarIntCoder.of(), SerializableCoder.of(VectorParts.Chunk.class)))
            .apply("Together", GroupByKey.create())
            .apply("Files", ParDo.of(new VectorFilesFn(settings, parts)))
            .setCoder(SerializableCoder.of(WriteVectors.Written.class));
    return new WriteVectors.Result(
        written, both.get(VectorPartsFn.FAILURES).setCoder(FailureCoder.of()));
  }
}
