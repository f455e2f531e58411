// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/**
 * An index that is searched: vectors with ids and columns, in one or more shards. It shows one
 * generation; later ones are seen by opening it anew.
 *
 * <p>Safe to use by many threads, which do not wait for each other. Graphs and vectors are read
 * into memory when it is opened: about 650 bytes of the heap for a row of 128 floats, 200 as codes
 * of 8 bits. Ids and columns are read from mapped files.
 */
public final class SearchIndex implements AutoCloseable {

  /** How many rows are looked at for each that is wanted where rows are left out again. */
  private static final int POOL = 5;

  private static final int LEAST_POOL = 50;

  private final Path folder;
  private final IndexDescription description;
  private final List<OpenShard> shards;
  private final Searcher searcher;
  private final SearchGate gate = new SearchGate();
  private volatile float @Nullable [] map;

  private SearchIndex(Path folder, IndexDescription description, List<OpenShard> shards) {
    this.folder = folder;
    this.description = description;
    this.shards = shards;
    searcher = new Searcher(description, shards);
  }

  /** Opens an index with the {@linkplain SearchOptions#defaults defaults}. */
  public static SearchIndex open(Path folder) {
    return open(folder, SearchOptions.defaults());
  }

  /**
   * Opens an index.
   *
   * @param folder on a local disk
   * @throws IndexException when there is none, a file is missing or damaged, the format is newer,
   *     or the heap has no room for it
   */
  public static SearchIndex open(Path folder, SearchOptions options) {
    IndexDescription description = IndexFolder.read(folder);
    while (true) {
      try {
        return new SearchIndex(folder, description, shards(folder, description, options));
      } catch (NoSuchFileException e) {
        IndexDescription now = IndexFolder.read(folder);
        if (now.generation() == description.generation()) {
          throw new IndexException(
              "the index in " + folder + " lacks the file " + e.getFile() + "; build it again", e);
        }
        description = now;
      } catch (IOException e) {
        throw new IndexException(
            "the index in " + folder + " cannot be opened: " + e.getMessage(), e);
      }
    }
  }

  /**
   * Opens one shard of an index, as if it were all of it: its rows alone are found, and only its
   * files need to be there.
   *
   * @param number from 0 on
   * @throws IndexException when there is no such shard, a file is missing or damaged, or the format
   *     is newer
   */
  @Internal
  public static SearchIndex openShard(Path folder, SearchOptions options, int number) {
    IndexDescription whole = IndexFolder.read(folder);
    if (number < 0 || number >= whole.shards().size()) {
      throw new IndexException(
          "the index in " + folder + " has " + whole.shards().size() + " shards, not " + number);
    }
    IndexDescription description = whole.ofShard(number);
    try {
      return new SearchIndex(folder, description, shards(folder, description, options));
    } catch (IOException e) {
      throw new IndexException(
          "the index in " + folder + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private static List<OpenShard> shards(
      Path folder, IndexDescription description, SearchOptions options) throws IOException {
    long heap = Runtime.getRuntime().maxMemory();
    IndexMemory.check(folder, description, heap);
    Verification.check(folder, description, options.digests());
    List<OpenShard> shards = new ArrayList<>();
    try {
      for (IndexDescription.Shard shard : description.shards()) {
        shards.add(OpenShard.open(folder, description, shard));
      }
    } catch (OutOfMemoryError e) {
      shards.forEach(OpenShard::close);
      throw IndexMemory.tooLarge(folder, description, heap);
    } catch (IOException | RuntimeException e) {
      shards.forEach(OpenShard::close);
      throw e;
    }
    return shards;
  }

  /** What {@code index.json} says. */
  public IndexDescription description() {
    return description;
  }

  /** How many rows can be found. */
  public long size() {
    return description.rows();
  }

  /** Whether no newer generation, and no other index, stands in the folder. */
  public boolean isCurrent() {
    IndexDescription now = IndexFolder.read(folder);
    return now.generations().equals(description.generations())
        && now.shards().equals(description.shards());
  }

  /**
   * A filter on the columns of this index.
   *
   * @throws FilterException when it does not parse or fit
   */
  public Filter filter(String text) {
    return Filter.parse(text, description.columns());
  }

  /** The k rows nearest to a vector, the nearest first, rows of the same score by their ids. */
  public List<Hit> nearest(float[] vector, int k) {
    return nearest(vector, SearchRequest.of(k));
  }

  /**
   * The rows nearest to a vector.
   *
   * @return the nearest first, rows of the same score by their ids; with diversity in the order of
   *     choice. Fewer than k only where fewer match
   * @throws IllegalArgumentException when the vector has another dimension, is not finite, or has
   *     only zeros under cosine similarity; or when the request names a column that is not there
   */
  public List<Hit> nearest(float[] vector, SearchRequest request) {
    return nearest(new float[][] {vector}, request).get(0);
  }

  /** The k rows nearest to each of many vectors. */
  public List<List<Hit>> nearest(float[][] vectors, int k) {
    return nearest(vectors, SearchRequest.of(k));
  }

  /**
   * The rows nearest to each of many vectors, as {@link #nearest(float[], SearchRequest)} finds
   * them; on the thread that calls. Where all rows are compared, it is faster than one by one.
   */
  public List<List<Hit>> nearest(float[][] vectors, SearchRequest request) {
    int slot = gate.enter();
    try {
      return found(vectors, request, null);
    } finally {
      gate.leave(slot);
    }
  }

  /** The k rows that are nearest to one of the index, without itself. */
  public List<Hit> like(RowId id, int k) {
    return like(id, SearchRequest.of(k));
  }

  /**
   * The rows that are nearest to one of the index, without itself. Its group may come again.
   *
   * @throws IllegalArgumentException when there is no such row
   */
  public List<Hit> like(RowId id, SearchRequest request) {
    int slot = gate.enter();
    try {
      Candidate self = find(id);
      if (self == null) {
        throw new IllegalArgumentException("the index has no row with the id " + id);
      }
      float[][] vector = {self.shard().vector(self.row())};
      return found(vector, request, self).get(0);
    } finally {
      gate.leave(slot);
    }
  }

  private @Nullable Candidate find(RowId id) {
    for (OpenShard shard : shards) {
      int row = shard.find(id);
      if (row >= 0) {
        return new Candidate(shard, row, 0);
      }
    }
    return null;
  }

  private List<List<Hit>> found(
      float[][] vectors, SearchRequest request, @Nullable Candidate self) {
    request.groupBy().ifPresent(this::checkColumn);
    request.columns().ifPresent(columns -> columns.forEach(this::checkColumn));
    float[][] prepared = new float[vectors.length][];
    for (int i = 0; i < vectors.length; i++) {
      String fault = Vectors.fault(vectors[i], description.metric(), description.dimension());
      if (fault != null) {
        throw new IllegalArgumentException(fault);
      }
      prepared[i] = Vectors.prepared(vectors[i], description.metric());
    }
    List<@Nullable RowBits> accepted = searcher.accepted(request.filter());
    boolean more = request.groupBy().isPresent() || request.diversity().isPresent();
    int own = self == null ? 0 : 1;
    List<List<Hit>> hits = new ArrayList<>();
    if (more) {
      for (float[] query : prepared) {
        hits.add(hits(chosen(query, request, accepted, self), request));
      }
    } else {
      int count = (int) Math.min((long) request.k() + own, Integer.MAX_VALUE);
      for (List<Candidate> found : searcher.nearest(prepared, count, request, accepted)) {
        hits.add(hits(others(found, self), request));
      }
    }
    return hits;
  }

  /** Asks for more and more until there are enough groups. */
  private List<Candidate> chosen(
      float[] query,
      SearchRequest request,
      List<@Nullable RowBits> accepted,
      @Nullable Candidate self) {
    boolean diverse = request.diversity().isPresent();
    long groups = diverse ? pool(request.k()) : request.k();
    long count = pool(groups);
    while (true) {
      int asked = (int) Math.min(count, Math.max(1, size()));
      List<Candidate> all =
          searcher.nearest(new float[][] {query}, asked, request, accepted).get(0);
      List<Candidate> found = others(all, self);
      List<Candidate> first =
          request.groupBy().map(column -> Regrouping.firstOfEach(column, found)).orElse(found);
      if (first.size() >= groups || all.size() < asked || asked >= size()) {
        List<Candidate> enough = first.subList(0, (int) Math.min(groups, first.size()));
        return diverse
            ? Regrouping.diverse(
                enough, request.k(), request.diversity().getAsDouble(), description.metric())
            : enough;
      }
      count *= 4;
    }
  }

  private static long pool(long wanted) {
    return Math.max(LEAST_POOL, POOL * wanted);
  }

  private static List<Candidate> others(List<Candidate> found, @Nullable Candidate self) {
    if (self == null) {
      return found;
    }
    return found.stream().filter(c -> c.row() != self.row() || c.shard() != self.shard()).toList();
  }

  private List<Hit> hits(List<Candidate> found, SearchRequest request) {
    List<Hit> hits = new ArrayList<>();
    for (Candidate each : found.subList(0, Math.min(request.k(), found.size()))) {
      Map<String, Object> columns =
          request.columns().isPresent()
              ? each.shard().columns(each.row(), request.columns().get())
              : each.shard().columns(each.row());
      hits.add(new Hit(each.id(), each.score(), columns));
    }
    return hits;
  }

  private void checkColumn(String name) {
    if (description.column(name).isEmpty()) {
      throw new IllegalArgumentException(FilterText.unknown(name, description.columns()));
    }
  }

  /** The row of this id. */
  public Optional<IndexRow> row(RowId id) {
    int slot = gate.enter();
    try {
      return Optional.ofNullable(find(id)).map(found -> row(found.shard(), found.row()));
    } finally {
      gate.leave(slot);
    }
  }

  /**
   * Where a row lies on the map of {@link IndexDescription#coordinates}: x and y. Empty where the
   * index has no map, or came by the row after it was made.
   */
  public Optional<float[]> coordinates(RowId id) {
    float[] xy = map();
    int slot = gate.enter();
    try {
      long before = 0;
      for (OpenShard shard : shards) {
        int row = shard.find(id);
        if (row >= 0) {
          long at = 2 * (before + row);
          return at + 1 < xy.length && !Float.isNaN(xy[(int) at])
              ? Optional.of(new float[] {xy[(int) at], xy[(int) at + 1]})
              : Optional.empty();
        }
        before += shard.rows();
      }
      return Optional.empty();
    } finally {
      gate.leave(slot);
    }
  }

  /** The map, read when it is first asked for. */
  private float[] map() {
    float[] xy = map;
    if (xy == null) {
      xy =
          description
              .coordinates()
              .map(map -> MapFile.read(folder.resolve(map.file().name())))
              .orElseGet(() -> new float[0]);
      map = xy;
    }
    return xy;
  }

  private static IndexRow row(OpenShard shard, int row) {
    return new IndexRow(shard.id(row), shard.vector(row), shard.columns(row));
  }

  /**
   * All rows, shard after shard, by their ids within each. They are read as they are asked for; the
   * index must stay open as long.
   */
  public Stream<IndexRow> rows() {
    return shards.stream().flatMap(this::rows);
  }

  private Stream<IndexRow> rows(OpenShard shard) {
    return IntStream.range(0, shard.rows())
        .filter(shard::isLive)
        .mapToObj(
            row -> {
              int slot = gate.enter();
              try {
                return row(shard, row);
              } finally {
                gate.leave(slot);
              }
            });
  }

  /** Searches as if a row were not there. The index must stay open as long. */
  EvaluationSearch evaluation() {
    return new EvaluationSearch(description, shards, searcher);
  }

  /** Waits for the searches that are going on, and gives files and memory back. */
  @Override
  public void close() {
    if (gate.close()) {
      shards.forEach(OpenShard::close);
    }
  }
}
