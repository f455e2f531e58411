// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Utf8;
import org.hubbeam.search.IndexDescription.Part;
import org.hubbeam.search.IndexDescription.Shard;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of one shard from its rows, which come in the order of their ids. The same rows
 * and options are the same bytes. What comes is kept in temporary files beside those it writes;
 * only the graph that is built has the vectors in memory. For one thread.
 */
@Internal
public final class ShardWriter implements AutoCloseable {

  /** By id; rows of one id by their contents, so that the first is always the same. */
  public static final Comparator<IndexRow> ORDER = ShardWriter::compare;

  private static final Pattern GENERATION = Pattern.compile("generation-(\\d{5,9})-");

  private final Path folder;
  private final String name;
  private final ShardOptions options;
  private final Map<Part, Path> written = new EnumMap<>(Part.class);
  private final SectionFile vectors;
  private int size;
  private final IdsWriter ids;
  private final ColumnsWriter columns;
  private @Nullable IndexRow last;
  private long repeated;
  private boolean finished;

  /**
   * @param folder exists; the files are written there
   * @param name what the names of the files begin with, as from {@link #name}
   */
  public ShardWriter(Path folder, String name, ShardOptions options) throws IOException {
    this.folder = folder;
    this.name = name;
    this.options = options;
    vectors = new SectionFile(folder);
    ids = new IdsWriter(folder);
    columns = new ColumnsWriter(folder, options.columns());
  }

  /** {@code shard-00000-of-00003}: what the names of a shard's files begin with. */
  public static String name(int generation, int shard, int shards) {
    String stem = String.format("shard-%05d-of-%05d", shard, shards);
    return generation == 0 ? stem : String.format("generation-%05d-%s", generation, stem);
  }

  /** Which shard of how many a row belongs to. */
  public static int shardOf(RowId id, int shards) {
    return (int) Long.remainderUnsigned(id.stableHash(), shards);
  }

  private static int compare(IndexRow a, IndexRow b) {
    int order = a.id().compareTo(b.id());
    if (order != 0) {
      return order;
    }
    order = Arrays.compare(a.vector(), b.vector());
    return order != 0 ? order : text(a).compareTo(text(b));
  }

  private static String text(IndexRow row) {
    StringBuilder text = new StringBuilder();
    for (String name : new TreeSet<>(row.columns().keySet())) {
      Object value = Objects.requireNonNull(row.columns().get(name));
      text.append(name).append('\0');
      text.append(value instanceof byte[] bytes ? Arrays.toString(bytes) : value).append('\0');
    }
    return text.toString();
  }

  /**
   * Takes the next row. A row that is the same as the one before in all is counted and left out.
   *
   * @return why it is refused: vector of another dimension, not finite, of zeros under cosine;
   *     value that the column cannot have; another row of this id came before. Empty when it is
   *     taken or left out
   * @throws IllegalArgumentException when it comes before the last one in the order of ids
   */
  public Optional<Refusal> add(IndexRow row) throws IOException {
    Optional<Refusal> refusal = refusal(row);
    if (refusal.isPresent()) {
      return refusal;
    }
    int order = last == null ? -1 : last.id().compareTo(row.id());
    if (order > 0) {
      throw new IllegalArgumentException("the id " + row.id() + " comes behind a larger one");
    }
    if (order == 0) {
      return again(Objects.requireNonNull(last), row);
    }
    vectors.putFloats(Vectors.prepared(row.vector(), options.metric()));
    size++;
    ids.add(row.id());
    columns.add(row.columns());
    last = row;
    return Optional.empty();
  }

  private Optional<Refusal> again(IndexRow before, IndexRow row) {
    boolean vector = Arrays.equals(before.vector(), row.vector());
    if (vector && text(before).equals(text(row))) {
      repeated++;
      return Optional.empty();
    }
    String what = vector ? "values" : "vector";
    return Optional.of(new Refusal("", "another row has the same id and another " + what));
  }

  private Optional<Refusal> refusal(IndexRow row) {
    String fault = Vectors.fault(row.vector(), options.metric(), options.dimension());
    if (fault != null) {
      return Optional.of(new Refusal("", fault));
    }
    for (IndexColumn column : options.columns()) {
      Object value = row.columns().get(column.name());
      if (value != null) {
        String wrong = fault(column, value);
        if (wrong != null) {
          return Optional.of(new Refusal(column.name(), wrong));
        }
      }
    }
    return Optional.empty();
  }

  private static @Nullable String fault(IndexColumn column, Object value) {
    if (!column.type().holds(value)) {
      return "the value is of Java's type "
          + value.getClass().getSimpleName()
          + ", the column is of type "
          + column.type();
    }
    try {
      if (value instanceof String text) {
        Utf8.encode(text);
      }
      return null;
    } catch (IllegalArgumentException e) {
      return Objects.requireNonNull(e.getMessage());
    }
  }

  /**
   * Why a row is refused.
   *
   * @param column which column of it; empty for id and vector
   * @param reason for users
   */
  public record Refusal(String column, String reason) {}

  /** How many rows were left out because they were the same as the row before in all. */
  public long repeated() {
    return repeated;
  }

  /** How many rows were taken. */
  public int size() {
    return size;
  }

  /**
   * Builds the graph and writes the files.
   *
   * @param threads that build
   * @return the shard, with the digests of its files; without files if there are no rows
   */
  public Shard finish(int threads) throws IOException {
    Map<Part, IndexDescription.File> files = new EnumMap<>(Part.class);
    if (size > 0) {
      ids.write(file(Part.IDS));
      columns.write(file(Part.COLUMNS));
      VectorRows rows = new SpilledVectors(vectors.map(), size, options.dimension());
      try (HnswGraph graph = HnswGraph.build(rows, options.metric(), options.graph(), threads)) {
        if (options.storage() != VectorStorage.INT8) {
          graph.write(file(Part.GRAPH));
        }
        if (options.storage() != VectorStorage.FLOAT32) {
          Int8Graph.write(graph, file(Part.CODES));
        }
      }
      for (Map.Entry<Part, Path> part : written.entrySet()) {
        files.put(part.getKey(), Sha256.describe(part.getValue()));
      }
    }
    finished = true;
    return new Shard(generation(), size, 0, files);
  }

  private int generation() {
    Matcher matcher = GENERATION.matcher(name);
    return matcher.lookingAt() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private Path file(Part part) {
    Path file = folder.resolve(name + "." + part.key());
    written.put(part, file);
    return file;
  }

  /** Removes what is temporary, and the files of a shard that was not finished. */
  @Override
  public void close() throws IOException {
    vectors.close();
    ids.close();
    columns.close();
    if (!finished) {
      for (Path file : written.values()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
