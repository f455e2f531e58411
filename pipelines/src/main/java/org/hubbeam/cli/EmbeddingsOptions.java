// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.PackedValues;
import org.hubbeam.files.BatchSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The embeddings that a program reads, row by row. */
@Section(Section.Heading.INPUT)
final class EmbeddingsOptions {

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PREFIX",
      description = "what embed had as --output")
  private String input;

  @Option(
      names = "--id",
      paramLabel = "COLUMN",
      description =
          "the column of the ids, unique strings or integers (default: 'id'; for images and sounds"
              + " 'file'; else the place of a row in its file)")
  private @Nullable String id;

  @Option(
      names = "--vectorColumn",
      paramLabel = "NAME",
      description = "the column of the vectors (default: 'embedding')")
  private @Nullable String vectorColumn;

  /** What is read. */
  String input() {
    return input;
  }

  /** The files of the rows. */
  List<String> files() {
    return List.of(input + "-?????-of-?????.tfrecord");
  }

  /**
   * Looks at the files.
   *
   * @throws UsageException if they are not embeddings, or lack a column
   */
  Prepared prepare(JobOptions options) throws IOException {
    Embeddings embeddings = Embeddings.read(input);
    ArraySpec vector = embeddings.vector(vectorColumn);
    return new Prepared(
        embeddings,
        options.limited(embeddings.source()),
        new Vectors(vector.name(), embeddings.packed(vector.name())),
        embeddings.indexRows(vector, id, List.of()).id());
  }

  /**
   * The column of the vectors.
   *
   * @param packed how they are packed in files; null where they are not
   */
  record Vectors(String column, @Nullable PackedValues packed) implements Serializable {

    /** The columns to pack in files. */
    List<String> toPack() {
      return packed == null ? List.of() : List.of(column);
    }
  }

  /**
   * Embeddings that were looked at.
   *
   * @param id the column of the ids; null for places in files
   */
  record Prepared(Embeddings embeddings, BatchSource source, Vectors vectors, @Nullable String id) {

    /** The length of the vectors. */
    int dimension() {
      return embeddings.dimension(embeddings.vector(vectors.column));
    }

    /** Reads the rows, with vectors as numbers. */
    PCollection<Batch> read(Pipeline pipeline, List<PCollection<Failure>> failures) {
      BatchSource.Result read = pipeline.apply("Read", source);
      failures.add(read.failures());
      return vectors.packed == null
          ? read.batches()
          : read.batches()
              .apply("Unpack", ParDo.of(new UnpackFn(vectors)))
              .setCoder(read.batches().getCoder());
    }

    /**
     * Requires a column with one value or none in each row.
     *
     * @throws UsageException if it is not there, or has others
     */
    void requireSingle(String option, String name) {
      List<String> names = embeddings.schema().columns().stream().map(ArraySpec::name).toList();
      boolean single =
          names.contains(name)
              && !embeddings
                  .indexRows(embeddings.vector(vectors.column), id, List.of(name))
                  .columns()
                  .isEmpty();
      if (!single) {
        throw new UsageException(
            option + "=" + name + ": there is no such column; the columns are " + names);
      }
    }

    /**
     * Refuses columns that the rows have already, and a program adds.
     *
     * @throws UsageException if there is one
     */
    void checkAdded(List<String> added) {
      for (ArraySpec column : embeddings.schema().columns()) {
        if (added.contains(column.name())) {
          throw new UsageException(
              "--input="
                  + embeddings.prefix()
                  + " has a column '"
                  + column.name()
                  + "' already, which would be lost");
        }
      }
    }
  }

  private static final class UnpackFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final Vectors vectors;

    UnpackFn(Vectors vectors) {
      this.vectors = vectors;
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<Batch> out) {
      PackedValues packed = Objects.requireNonNull(vectors.packed);
      out.output(batch.with(vectors.column, packed.unpack(batch.column(vectors.column))));
    }
  }
}
