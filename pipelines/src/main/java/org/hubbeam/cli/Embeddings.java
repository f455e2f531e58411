// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.PackedValues;
import org.hubbeam.batch.Suggestions;
import org.hubbeam.files.BatchSink;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.IndexRows;
import org.hubbeam.search.ColumnType;
import org.hubbeam.search.IndexColumn;
import org.hubbeam.vectors.PostProcessing;
import org.jspecify.annotations.Nullable;

/**
 * What {@code embed} wrote: TFRecords with a common prefix, of which the manifest says how the
 * vectors were made.
 *
 * @param prefix the start of the names of the files
 * @param manifest what {@code PREFIX.manifest.json} has
 * @param schema what {@code PREFIX.schema.pbtxt} has
 */
record Embeddings(String prefix, JsonNode manifest, BatchSchema schema) {

  private static final String ID = "id";

  /**
   * Reads manifest and schema.
   *
   * @throws UsageException if they are not there
   */
  static Embeddings read(String prefix) throws IOException {
    Optional<String> manifest = OutputFiles.text(prefix + ".manifest.json");
    if (manifest.isEmpty()) {
      boolean files = !BatchSink.existing(prefix).isEmpty();
      throw new UsageException(
          "--input="
              + prefix
              + (files
                  ? " has files, but no " + prefix + ".manifest.json: the run of embed did not end"
                  : ": there is no "
                      + prefix
                      + ".manifest.json; give what embed had as --output, or a file NAME.npy"));
    }
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(manifest.get());
    } catch (JsonProcessingException e) {
      throw new UsageException(prefix + ".manifest.json is not JSON: " + e.getOriginalMessage());
    }
    Optional<String> schema = OutputFiles.text(prefix + ".schema.pbtxt");
    return new Embeddings(
        prefix, json, schema.map(BatchSchema::parse).orElse(new BatchSchema(List.of())));
  }

  /** How many rows there are. */
  long rows() {
    return manifest.path("rows").asLong();
  }

  /**
   * The files, with the columns of the schema.
   *
   * @throws UsageException if not all are there
   */
  BatchSource source() {
    List<String> there = OutputFiles.names(BatchSink.existing(prefix));
    List<String> missing = new ArrayList<>();
    manifest.path("files").forEach(file -> missing.add(file.asText()));
    int shards = missing.size();
    missing.removeAll(there);
    if (!missing.isEmpty()) {
      throw new UsageException(
          "of the files that "
              + prefix
              + ".manifest.json names, "
              + missing.get(0)
              + " is missing"
              + (missing.size() > 1 ? ", and " + (missing.size() - 1) + " more" : ""));
    }
    String glob = String.format("%s-?????-of-%05d.tfrecord", prefix, shards);
    return BatchSource.tfrecord(glob, schema);
  }

  /**
   * The column of the vectors.
   *
   * @param wanted null for {@code embedding}, or the only column that is one
   */
  ArraySpec vector(@Nullable String wanted) {
    if (rows() == 0 && schema.columns().isEmpty()) {
      throw new UsageException("--input=" + prefix + " has no rows");
    }
    List<ArraySpec> vectors = schema.columns().stream().filter(this::isVector).toList();
    List<String> names = vectors.stream().map(ArraySpec::name).toList();
    String name =
        wanted != null
            ? wanted
            : names.contains(EmbedJob.EMBEDDING) || names.size() != 1
                ? EmbedJob.EMBEDDING
                : names.get(0);
    return vectors.stream()
        .filter(v -> v.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    (wanted == null ? "" : "--vectorColumn=" + wanted + ": ")
                        + "the embeddings have no vectors of one length in the column '"
                        + name
                        + "'; "
                        + (names.isEmpty()
                            ? "their columns are " + schema.columns()
                            : "--vectorColumn=NAME chooses one of " + names)));
  }

  private boolean isVector(ArraySpec column) {
    if (packed(column.name()) != null) {
      return true;
    }
    return column.layout() == Layout.DENSE
        && column.dtype() == DType.FLOAT32
        && column.shape().rank() > 1
        && column.shape().row().isFull();
  }

  /** How a column is packed into strings; null where it is not. */
  @Nullable PackedValues packed(String column) {
    return schema.domain(column).packed();
  }

  /** The length of the vectors in a column. */
  int dimension(ArraySpec vector) {
    PackedValues packed = packed(vector.name());
    List<Long> dims = packed == null ? vector.shape().row().dims() : packed.dims();
    return Math.toIntExact(dims.stream().reduce(1L, Math::multiplyExact));
  }

  /**
   * How rows are read for an index.
   *
   * @param vector the column of the vectors
   * @param id the column of the ids; null for {@code id}, or for files their names, or else for
   *     places in files
   * @param columns those to keep; null for all that have one value or none
   */
  IndexRows indexRows(ArraySpec vector, @Nullable String id, @Nullable List<String> columns) {
    String ids = id == null ? defaultId() : id;
    if (ids != null) {
      requireId(ids);
    }
    List<IndexColumn> kept = new ArrayList<>();
    if (columns == null) {
      for (ArraySpec column : schema.columns()) {
        if (type(column, vector).isPresent() && !column.name().equals(ids)) {
          kept.add(new IndexColumn(column.name(), type(column, vector).orElseThrow()));
        }
      }
    } else {
      for (String name : columns) {
        kept.add(
            new IndexColumn(
                name,
                type(column("--columns", name), vector)
                    .orElseThrow(
                        () ->
                            new UsageException(
                                "--columns: '"
                                    + name
                                    + "' has no single values, which an index takes: "
                                    + column("--columns", name)))));
      }
    }
    return new IndexRows(ids, vector.name(), packed(vector.name()), kept);
  }

  private @Nullable String defaultId() {
    List<String> names = schema.columns().stream().map(ArraySpec::name).toList();
    if (names.contains(ID)) {
      return ID;
    }
    String input = manifest.path("recipe").path("input").asText();
    boolean files = Set.of("image", "audio").contains(input) && names.contains(MediaOptions.FILE);
    return files ? MediaOptions.FILE : null;
  }

  private void requireId(String name) {
    ArraySpec column = column("--id", name);
    if (column.dtype() != DType.STRING && !column.dtype().isInteger()) {
      throw new UsageException(
          "--id=" + name + " has " + column.dtype() + "; ids are strings or integers");
    }
  }

  private ArraySpec column(String option, String name) {
    return schema.columns().stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> {
              List<String> names = schema.columns().stream().map(ArraySpec::name).toList();
              String near = Suggestions.didYouMean(name, names);
              return new UsageException(
                  option
                      + ": there is no column '"
                      + name
                      + "'"
                      + (near.isEmpty() ? "; the columns are " + names : near));
            });
  }

  /** What a column is in an index; empty where it has not one value or none. */
  private Optional<ColumnType> type(ArraySpec column, ArraySpec vector) {
    boolean scale = column.name().equals(PostProcessing.scaleColumn(vector.name()));
    boolean single =
        column.layout() == Layout.DENSE
            ? column.shape().rank() == 1
            : column.shape().rank() == 2 && column.layout() == Layout.RAGGED;
    if (scale || !single || packed(column.name()) != null) {
      return Optional.empty();
    }
    if (column.dtype() == DType.STRING) {
      return Optional.of(ColumnType.STRING);
    }
    if (column.dtype() == DType.BOOL) {
      return Optional.of(ColumnType.BOOL);
    }
    return column.dtype().isInteger()
        ? Optional.of(ColumnType.INT64)
        : column.dtype().isFloating() ? Optional.of(ColumnType.DOUBLE) : Optional.empty();
  }
}
