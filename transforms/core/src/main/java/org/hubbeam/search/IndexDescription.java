// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.hubbeam.batch.Internal;

/**
 * What {@code index.json} says of an index. It is written last: an index without it does not exist.
 *
 * @param metric what is compared
 * @param dimension the length of each vector
 * @param storage how the vectors are kept
 * @param graph the parameters of the graphs
 * @param ef how many rows a search in a graph keeps in view unless it says otherwise
 * @param columns the columns beside ids and vectors
 * @param shards the parts of the index, older generations first
 * @param generations what has been done to the index, in order; the first made it
 * @param embeddings the manifest of the embeddings, with the module and its digest; empty where the
 *     vectors came without
 * @param evaluation what was measured of the index; empty where nothing was
 * @param coordinates where the rows lie on a map; empty where there is none
 */
public record IndexDescription(
    Metric metric,
    int dimension,
    VectorStorage storage,
    HnswOptions graph,
    int ef,
    List<IndexColumn> columns,
    List<Shard> shards,
    List<Generation> generations,
    Map<String, Object> embeddings,
    Map<String, Object> evaluation,
    Optional<Coordinates> coordinates) {

  /** The name of the file. */
  public static final String FILE = "index.json";

  /** How many rows a search in a graph keeps in view by default. */
  public static final int DEFAULT_EF = 100;

  public IndexDescription {
    Objects.requireNonNull(metric);
    Objects.requireNonNull(storage);
    Objects.requireNonNull(graph);
    Objects.requireNonNull(coordinates);
    if (dimension < 1) {
      throw new IllegalArgumentException("the dimension is " + dimension + "; it is at least 1");
    }
    if (ef < 1) {
      throw new IllegalArgumentException("ef is " + ef + "; it is at least 1");
    }
    if (generations.isEmpty()) {
      throw new IllegalArgumentException("an index has at least one generation");
    }
    columns = List.copyOf(columns);
    shards = List.copyOf(shards);
    generations = List.copyOf(generations);
    embeddings = Collections.unmodifiableMap(new LinkedHashMap<>(embeddings));
    evaluation = Collections.unmodifiableMap(new LinkedHashMap<>(evaluation));
  }

  /**
   * A file of the index.
   *
   * @param name without a folder
   * @param size in bytes
   * @param sha256 in hexadecimal digits
   */
  public record File(String name, long size, String sha256) {
    public File {
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
        throw new IllegalArgumentException("'" + name + "' is not the name of a file of an index");
      }
      if (size < 0 || !sha256.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("size and sha256 of " + name + " are not valid");
      }
    }
  }

  /** What is in a file of a shard. */
  public enum Part {
    /** Vectors and links, in the format of hnswlib. */
    GRAPH,
    /** Codes of 8 bits and links. */
    CODES,
    /** The ids, sorted. */
    IDS,
    /** The other columns. */
    COLUMNS,
    /** Which rows are deleted or replaced. */
    DELETED;

    /** The key in {@code index.json} and the end of the file's name. */
    String key() {
      return this == GRAPH ? "hnsw" : name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A part of the index that is searched by itself.
   *
   * @param generation which one wrote its rows, from 0 on
   * @param rows how many rows its files have
   * @param deleted how many of them are deleted or replaced
   * @param files by what is in them
   */
  public record Shard(int generation, int rows, int deleted, Map<Part, File> files) {
    public Shard {
      if (rows < 0 || deleted < 0 || deleted > rows) {
        throw new IllegalArgumentException(
            "a shard has " + rows + " rows, of which " + deleted + " are deleted");
      }
      files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    /** How many rows can be found. */
    public int live() {
      return rows - deleted;
    }
  }

  /**
   * A change of the index.
   *
   * @param kind what was done
   * @param rows how many rows came
   * @param replaced how many of them took the place of a row with the same id
   * @param deleted how many rows were deleted
   */
  public record Generation(Change kind, long rows, long replaced, long deleted) {
    public Generation {
      Objects.requireNonNull(kind);
    }
  }

  /** What a generation is. */
  public enum Change {
    /** The index was made. */
    CREATE,
    /** Rows came, or took the place of others. */
    APPEND,
    /** Rows were deleted. */
    DELETE,
    /** All rows were written anew. */
    COMPACT
  }

  /**
   * Where the rows lie on a map in two dimensions.
   *
   * @param method how they were computed: {@code pca}, {@code umap}
   * @param file the numbers, as {@link MapFile} writes them: two floats a row, shard after shard,
   *     deleted rows included; rows of shards behind its end have none
   */
  public record Coordinates(String method, File file) {}

  /** How many rows can be found. */
  public long rows() {
    return shards.stream().mapToLong(Shard::live).sum();
  }

  /** The number of the newest generation, from 0 on. */
  public int generation() {
    return generations.size() - 1;
  }

  /** The name of the score: {@code cosine}, {@code dot} or {@code distance}. */
  public String scoreName() {
    return switch (metric) {
      case COSINE -> "cosine";
      case DOT -> "dot";
      case EUCLIDEAN -> "distance";
    };
  }

  /** All files of the index but {@code index.json}. */
  public Stream<File> files() {
    return Stream.concat(
        shards.stream().flatMap(shard -> shard.files().values().stream()),
        coordinates.stream().map(Coordinates::file));
  }

  /** The column of this name. */
  public Optional<IndexColumn> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /** The same with what was measured; none takes it away. */
  @Internal
  public IndexDescription withEvaluation(Map<String, Object> measured) {
    return new IndexDescription(
        metric,
        dimension,
        storage,
        graph,
        ef,
        columns,
        shards,
        generations,
        embeddings,
        measured,
        coordinates);
  }

  /** The same with other parameters of the graphs. */
  @Internal
  public IndexDescription withGraph(HnswOptions built) {
    return new IndexDescription(
        metric,
        dimension,
        storage,
        built,
        ef,
        columns,
        shards,
        generations,
        embeddings,
        evaluation,
        coordinates);
  }

  /** One shard, as if it were all of the index. */
  @Internal
  public IndexDescription ofShard(int number) {
    return new IndexDescription(
        metric,
        dimension,
        storage,
        graph,
        ef,
        columns,
        List.of(shards.get(number)),
        generations,
        embeddings,
        Map.of(),
        Optional.empty());
  }

  /** The same with another default of ef. */
  @Internal
  public IndexDescription withEf(int size) {
    return new IndexDescription(
        metric,
        dimension,
        storage,
        graph,
        size,
        columns,
        shards,
        generations,
        embeddings,
        evaluation,
        coordinates);
  }

  /** The same with coordinates, whose file is written. */
  @Internal
  public IndexDescription withCoordinates(Coordinates computed) {
    return new IndexDescription(
        metric,
        dimension,
        storage,
        graph,
        ef,
        columns,
        shards,
        generations,
        embeddings,
        evaluation,
        Optional.of(computed));
  }

  /** The same with these shards and one generation more; coordinates of rows that stay are kept. */
  IndexDescription changed(List<Shard> now, Generation by) {
    return new IndexDescription(
        metric,
        dimension,
        storage,
        graph,
        ef,
        columns,
        now,
        Stream.concat(generations.stream(), Stream.of(by)).toList(),
        embeddings,
        Map.of(),
        by.kind() == Change.COMPACT ? Optional.empty() : coordinates);
  }

  /** An index of one generation. Shards without rows are left out. */
  @Internal
  public static IndexDescription create(
      ShardOptions options, List<Shard> shards, Map<String, Object> embeddings) {
    List<Shard> filled = shards.stream().filter(shard -> shard.rows() > 0).toList();
    long rows = filled.stream().mapToLong(Shard::rows).sum();
    return new IndexDescription(
        options.metric(),
        options.dimension(),
        options.storage(),
        options.graph(),
        DEFAULT_EF,
        options.columns(),
        filled,
        List.of(new Generation(Change.CREATE, rows, 0, 0)),
        embeddings,
        Map.of(),
        Optional.empty());
  }

  /** The text of {@code index.json}. */
  @Internal
  public String toJson() {
    return IndexJson.write(this);
  }

  /**
   * Reads the text of an {@code index.json}.
   *
   * @param where the file, for messages
   * @throws IndexException when it is not one, or of a newer format
   */
  @Internal
  public static IndexDescription fromJson(String json, String where) {
    return IndexJson.read(json, where);
  }
}
