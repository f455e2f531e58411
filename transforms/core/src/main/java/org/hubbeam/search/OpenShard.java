// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hubbeam.search.IndexDescription.Part;
import org.hubbeam.search.IndexDescription.Shard;
import org.jspecify.annotations.Nullable;

/** A shard that is searched. Thread-safe. */
final class OpenShard implements AutoCloseable {

  private final Shard shard;
  private final ShardGraph graph;
  private final ExactScan scan;
  private final IdsFile ids;
  private final ColumnsFile columns;
  private final @Nullable RowBits live;

  private OpenShard(
      Shard shard, ShardGraph graph, IdsFile ids, ColumnsFile columns, @Nullable RowBits live) {
    this.shard = shard;
    this.graph = graph;
    this.scan = ExactScan.of(graph, graph.metric());
    this.ids = ids;
    this.columns = columns;
    this.live = live;
  }

  static OpenShard open(Path folder, IndexDescription index, Shard shard) throws IOException {
    IdsFile ids = IdsFile.open(file(folder, shard, Part.IDS));
    if (ids.size() != shard.rows()) {
      throw new IndexException(
          file(folder, shard, Part.IDS) + " is damaged: it has " + ids.size() + " ids");
    }
    ColumnsFile columns =
        ColumnsFile.open(file(folder, shard, Part.COLUMNS), shard.rows(), index.columns());
    RowBits live =
        shard.files().containsKey(Part.DELETED)
            ? DeleteMarks.read(file(folder, shard, Part.DELETED), shard).not()
            : null;
    ShardGraph graph = graph(folder, index, shard);
    if (graph.size() != shard.rows()) {
      graph.close();
      throw new IndexException(
          "a shard of "
              + folder
              + " is damaged: it has "
              + graph.size()
              + " vectors, not "
              + shard.rows());
    }
    return new OpenShard(shard, graph, ids, columns, live);
  }

  private static ShardGraph graph(Path folder, IndexDescription index, Shard shard)
      throws IOException {
    Metric metric = index.metric();
    int dimension = index.dimension();
    return switch (index.storage()) {
      case FLOAT32 -> HnswGraph.open(file(folder, shard, Part.GRAPH), metric, dimension);
      case INT8_RESCORED ->
          Int8Graph.open(
              file(folder, shard, Part.CODES), file(folder, shard, Part.GRAPH), metric, dimension);
      case INT8 -> Int8Graph.open(file(folder, shard, Part.CODES), metric, dimension);
    };
  }

  private static Path file(Path folder, Shard shard, Part part) {
    IndexDescription.File file = shard.files().get(part);
    if (file == null) {
      throw new IndexException(
          folder.resolve(IndexDescription.FILE)
              + " is damaged: a shard has no file of "
              + part.key());
    }
    return folder.resolve(file.name());
  }

  int rows() {
    return shard.rows();
  }

  Crossover measure() {
    return Crossover.measure(
        graph, (query, k, accepted) -> scanned(query, k, SearchRequest.Method.AUTO, accepted));
  }

  /** The rows that are not deleted; null for all. */
  @Nullable RowBits live() {
    return live;
  }

  boolean isLive(int row) {
    return live == null || live.contains(row);
  }

  /** The row of an id that is not deleted; -1 if there is none. */
  int find(RowId id) {
    int row = ids.find(id);
    return row >= 0 && isLive(row) ? row : -1;
  }

  RowId id(int row) {
    return ids.get(row);
  }

  float[] vector(int row) {
    float[] vector = new float[graph.dimension()];
    graph.copy(row, vector, 0);
    return vector;
  }

  Map<String, Object> columns(int row) {
    return columns.row(row);
  }

  /** The values of these columns that the row has. */
  Map<String, Object> columns(int row, Iterable<String> names) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : names) {
      Object value = value(row, name);
      if (value != null) {
        values.put(name, value);
      }
    }
    return values;
  }

  @Nullable Object value(int row, String name) {
    StoredColumn column = columns.column(name);
    return column == null ? null : column.value(row);
  }

  /** The rows that match and are not deleted. */
  RowBits matching(Filter filter) {
    RowBits matching = new RowBits(filter.matches(columns, rows()), rows());
    return live == null ? matching : matching.and(live);
  }

  /** The rows nearest to a vector, among those accepted, or all where it is null. */
  Nearest nearest(float[] query, Effort effort, @Nullable RowBits accepted) {
    if (accepted != null && accepted.size() == 0) {
      return Nearest.NONE;
    }
    int candidates = accepted == null ? rows() : accepted.size();
    if (effort.isExact(candidates, rows())) {
      return scanned(query, effort.k, effort.method, accepted);
    }
    if (accepted == null) {
      return graph.search(query, effort.k, effort.ef);
    }
    Nearest found = graph.search(query, effort.k, effort.ef, accepted);
    return found.size() < Math.min(effort.k, candidates)
        ? scanned(query, effort.k, effort.method, accepted)
        : found;
  }

  /** Compares with all; with codes, and the best again, unless it must be exact. */
  private Nearest scanned(
      float[] query, int k, SearchRequest.Method method, @Nullable RowBits accepted) {
    if (graph instanceof Int8Graph codes && method != SearchRequest.Method.EXACT) {
      return codes.scan(query, k, accepted);
    }
    return accepted == null ? scan.nearest(query, k) : scan.nearest(query, k, accepted);
  }

  /** The rows nearest to one of this shard, as if it were not there. */
  Nearest nearestWithout(int row, float[] query, Effort effort, @Nullable RowBits accepted) {
    Effort more = effort.withOneMore();
    int candidates = accepted == null ? rows() : accepted.size();
    Nearest found =
        more.isExact(candidates, rows())
            ? nearest(query, more, accepted)
            : graph.searchWithout(query, more.k, more.ef, accepted, row);
    int[] others =
        IntStream.range(0, found.size())
            .filter(i -> found.rows()[i] != row)
            .limit(effort.k)
            .toArray();
    int[] rows = new int[others.length];
    float[] scores = new float[others.length];
    for (int i = 0; i < others.length; i++) {
      rows[i] = found.rows()[others[i]];
      scores[i] = found.scores()[others[i]];
    }
    return new Nearest(rows, scores);
  }

  /** The rows nearest to each of some vectors. */
  List<Nearest> nearest(float[][] queries, Effort effort, @Nullable RowBits accepted) {
    int candidates = accepted == null ? rows() : accepted.size();
    boolean codes = graph instanceof Int8Graph && effort.method != SearchRequest.Method.EXACT;
    if (!codes && candidates > 0 && effort.isExact(candidates, rows())) {
      return accepted == null
          ? scan.nearest(queries, effort.k)
          : scan.nearest(queries, effort.k, accepted);
    }
    return Arrays.stream(queries).map(query -> nearest(query, effort, accepted)).toList();
  }

  /**
   * How a shard is searched.
   *
   * @param k how many rows are wanted
   * @param ef how many rows a graph keeps in view
   * @param method as in the request
   * @param crossover as measured
   */
  record Effort(int k, int ef, SearchRequest.Method method, Crossover crossover) {

    /** How many accepted rows are always compared one by one. */
    private static final int FEW = 64;

    Effort withOneMore() {
      return new Effort(k + 1, Math.max(ef, k + 1), method, crossover);
    }

    boolean isExact(int candidates, int rows) {
      return switch (method) {
        case EXACT -> true;
        case AUTO -> candidates <= FEW || crossover.prefersExact(candidates, rows, ef);
        case GRAPH -> candidates < rows && candidates <= Math.max(FEW, k);
      };
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
