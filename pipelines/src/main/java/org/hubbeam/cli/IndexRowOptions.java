// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.IndexRows;
import org.hubbeam.files.NpySource;
import org.hubbeam.search.IndexColumn;
import org.hubbeam.search.IndexDescription;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the rows that are put into an index. */
@Section(Section.Heading.INPUT)
final class IndexRowOptions {

  private static final String NPY = ".npy";

  @Option(
      names = "--input",
      paramLabel = "PREFIX",
      description = "what embed had as --output, or a matrix NAME.npy of floats with --ids")
  private @Nullable String input;

  @Option(
      names = "--ids",
      paramLabel = "FILE",
      description = "the ids of the rows of a matrix, one on a line")
  private @Nullable String ids;

  @Option(
      names = "--id",
      paramLabel = "COLUMN",
      description =
          "the column of the ids, unique strings or integers (default: 'id'; for images and sounds"
              + " 'file'; else the place of a row in its file)")
  private @Nullable String id;

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "NAME",
      description =
          "the columns to keep, for filters and results; --columns= for none (default: all that"
              + " have one value or none in a row)")
  private @Nullable List<String> columns;

  @Option(
      names = "--vectorColumn",
      paramLabel = "NAME",
      description = "the column of the vectors (default: 'embedding')")
  private @Nullable String vectorColumn;

  /**
   * Rows that are looked at.
   *
   * @param source reads them
   * @param rows how they are rows of an index
   * @param count how many there are
   * @param embeddings what is kept of their manifest
   */
  record Prepared(
      IndexJob.Rows source,
      IndexRows rows,
      int dimension,
      long count,
      Map<String, Object> embeddings) {

    /**
     * Sees to it that an index can take the rows.
     *
     * @throws UsageException if they have another dimension, were made by another module, or lack
     *     ids of their own
     */
    void checkFits(IndexDescription index, String path) {
      if (dimension != index.dimension()) {
        throw new UsageException(
            "the vectors have "
                + Formatting.of(dimension, "number")
                + ", those of the index in "
                + path
                + " "
                + index.dimension());
      }
      if (rows.id() == null) {
        throw new UsageException(
            "--append needs ids that tell rows of one input from those of another; --id=COLUMN"
                + " names their column");
      }
      MadeAlike.check(index, path, embeddings);
    }

    /**
     * How they are rows of an index that is there.
     *
     * @throws UsageException if a column of it is missing or has another type
     */
    IndexRows rowsOf(IndexDescription index) {
      Map<String, IndexColumn> given =
          rows.columns().stream().collect(Collectors.toMap(IndexColumn::name, c -> c));
      for (IndexColumn column : index.columns()) {
        if (!column.equals(given.get(column.name()))) {
          throw new UsageException(
              "the index has the column "
                  + column
                  + "; the new rows have "
                  + (given.containsKey(column.name())
                      ? given.get(column.name())
                      : "no such column"));
        }
      }
      return new IndexRows(rows.id(), rows.vector(), rows.packed(), index.columns());
    }
  }

  /** Whether there are rows. */
  boolean isGiven() {
    return input != null;
  }

  /** What the rows are in. */
  String input() {
    if (input == null) {
      throw new UsageException("--input is missing");
    }
    return input;
  }

  private boolean isMatrix() {
    return input().endsWith(NPY);
  }

  /** The files of the rows. */
  List<String> files() {
    return input == null
        ? List.of()
        : List.of(isMatrix() ? input() : input() + "-?????-of-?????.tfrecord");
  }

  /** How much there is to read. */
  Whole whole() {
    return Whole.bytes(files());
  }

  /** Rows of an index that is written anew, which are read otherwise. */
  static IndexRows none(IndexDescription index) {
    return new IndexRows(null, NpySource.VECTOR, null, index.columns());
  }

  /**
   * Looks at the rows.
   *
   * @throws UsageException if they cannot be rows of an index
   */
  Prepared prepare(JobOptions options) throws IOException {
    if (isMatrix()) {
      return matrix();
    }
    if (ids != null) {
      throw new UsageException("--ids=" + ids + " is for a matrix, --input=NAME.npy");
    }
    Embeddings embeddings = Embeddings.read(input());
    ArraySpec vector = embeddings.vector(vectorColumn);
    IndexRows read = embeddings.indexRows(vector, id, columns == null ? null : chosen(List.of()));
    BatchSource source = options.limited(embeddings.source());
    return new Prepared(
        (pipeline, failures) -> {
          BatchSource.Result result = pipeline.apply("Read", source);
          failures.add(result.failures());
          return result.batches();
        },
        read,
        embeddings.dimension(vector),
        embeddings.rows(),
        MadeAlike.kept(embeddings, vector.name()));
  }

  private List<String> chosen(List<String> otherwise) {
    return (columns == null ? otherwise : columns).stream().filter(c -> !c.isBlank()).toList();
  }

  private Prepared matrix() throws IOException {
    if (ids == null) {
      throw new UsageException(
          "--input=" + input() + " needs --ids=FILE, a text file with one id on each line");
    }
    if (id != null || vectorColumn != null || !chosen(List.of()).isEmpty()) {
      throw new UsageException(
          "a matrix has no columns: leave --id, --columns, --vectorColumn out");
    }
    NpySource source = NpySource.of(input(), ids);
    return new Prepared(
        (pipeline, failures) -> pipeline.apply("Read", source),
        new IndexRows(NpySource.ID, NpySource.VECTOR, null, List.of()),
        source.dimension(),
        source.rows(),
        Map.of());
  }
}
