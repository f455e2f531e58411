// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How much of the exact result an index finds, and how fast. Rows of the index are the queries.
 * Each is left out of the search for its own neighbours, as if it were not in the index. The links
 * of others to it lead nowhere then, so the recall of vectors from elsewhere is a little higher.
 *
 * @param queries how many rows were searched for
 * @param k how many nearest rows each search asked for
 * @param threads how many searched at a time for {@link Speed#allThreads}
 * @param ef that of the index
 * @param bytes of all files of the index
 * @param buildSeconds how long the job took that built it; empty where that is not known
 * @param exact how fast exact search is
 * @param ladder for each ef, in ascending order
 * @param filters with the index's ef, for each part of the rows that a filter lets through
 */
public record Evaluation(
    int queries,
    int k,
    int threads,
    int ef,
    long bytes,
    OptionalDouble buildSeconds,
    Speed exact,
    List<Rung> ladder,
    List<Filtered> filters) {

  /** Copies the lists. */
  public Evaluation {
    ladder = List.copyOf(ladder);
    filters = List.copyOf(filters);
  }

  /**
   * Which part of the exact results was found.
   *
   * @param at1 of the nearest row
   * @param at10 of the ten nearest, or of as many as there are
   * @param atK of the k nearest
   */
  public record Recall(double at1, double at10, double atK) {}

  /**
   * How fast searches were.
   *
   * @param median microseconds of the middle search, one at a time
   * @param percentile99 microseconds that 99 of 100 searches do not exceed, one at a time
   * @param oneThread searches a second, one at a time
   * @param allThreads searches a second of several threads
   */
  public record Speed(double median, double percentile99, double oneThread, double allThreads) {}

  /** What was measured with an ef. */
  public record Rung(int ef, Recall recall, Speed speed) {}

  /**
   * What was measured with a filter.
   *
   * @param share the part of all rows that it lets through
   * @param rows how many these are
   */
  public record Filtered(double share, long rows, Recall recall, Speed speed) {}

  /** Measures an index. Takes the time of an exact search for each query, and then some seconds. */
  public static Evaluation of(SearchIndex index, EvaluationSettings settings) {
    return new EvaluationRun(index.evaluation(), settings).evaluate();
  }

  /** What was measured with the ef of the index. */
  public Rung own() {
    return ladder.stream().filter(rung -> rung.ef() == ef).findFirst().orElseThrow();
  }

  /** The same with the seconds that building the index took. */
  public Evaluation withBuildSeconds(double seconds) {
    return new Evaluation(
        queries, k, threads, ef, bytes, OptionalDouble.of(seconds), exact, ladder, filters);
  }

  /** As it is kept in {@code index.json}. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("queries", queries);
    map.put("k", k);
    map.put("threads", threads);
    map.put("ef", ef);
    map.put("bytes", bytes);
    buildSeconds.ifPresent(seconds -> map.put("buildSeconds", seconds));
    map.put("exact", toMap(exact));
    List<Object> rungs = new ArrayList<>();
    for (Rung rung : ladder) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("ef", rung.ef());
      put(rung.recall(), values);
      values.putAll(toMap(rung.speed()));
      rungs.add(values);
    }
    map.put("ladder", rungs);
    List<Object> shares = new ArrayList<>();
    for (Filtered filtered : filters) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("share", filtered.share());
      values.put("rows", filtered.rows());
      put(filtered.recall(), values);
      values.putAll(toMap(filtered.speed()));
      shares.add(values);
    }
    map.put("filters", shares);
    return map;
  }

  private static void put(Recall recall, Map<String, Object> values) {
    values.put("recall@1", recall.at1());
    values.put("recall@10", recall.at10());
    values.put("recall@k", recall.atK());
  }

  private static Map<String, Object> toMap(Speed speed) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("medianMicros", speed.median());
    values.put("percentile99Micros", speed.percentile99());
    values.put("queriesPerSecond", speed.oneThread());
    values.put("queriesPerSecondAllThreads", speed.allThreads());
    return values;
  }

  /**
   * Reads what {@link #toMap} made.
   *
   * @return empty for an empty map, and for one of another version of this project
   */
  public static Optional<Evaluation> fromMap(Map<String, Object> map) {
    try {
      return map.isEmpty() ? Optional.empty() : Optional.of(read(map));
    } catch (ClassCastException | NullPointerException e) {
      return Optional.empty();
    }
  }

  private static Evaluation read(Map<String, Object> map) {
    List<Rung> ladder = new ArrayList<>();
    for (Object item : list(map, "ladder")) {
      Map<?, ?> values = (Map<?, ?>) item;
      ladder.add(new Rung((int) number(values, "ef"), recall(values), speed(values)));
    }
    List<Filtered> filters = new ArrayList<>();
    for (Object item : list(map, "filters")) {
      Map<?, ?> values = (Map<?, ?>) item;
      filters.add(
          new Filtered(
              number(values, "share"),
              (long) number(values, "rows"),
              recall(values),
              speed(values)));
    }
    return new Evaluation(
        (int) number(map, "queries"),
        (int) number(map, "k"),
        (int) number(map, "threads"),
        (int) number(map, "ef"),
        (long) number(map, "bytes"),
        map.containsKey("buildSeconds")
            ? OptionalDouble.of(number(map, "buildSeconds"))
            : OptionalDouble.empty(),
        speed((Map<?, ?>) Objects.requireNonNull(map.get("exact"))),
        ladder,
        filters);
  }

  private static Recall recall(Map<?, ?> values) {
    return new Recall(
        number(values, "recall@1"), number(values, "recall@10"), number(values, "recall@k"));
  }

  private static Speed speed(Map<?, ?> values) {
    return new Speed(
        number(values, "medianMicros"),
        number(values, "percentile99Micros"),
        number(values, "queriesPerSecond"),
        number(values, "queriesPerSecondAllThreads"));
  }

  private static List<?> list(Map<?, ?> values, String name) {
    return (List<?>) Objects.requireNonNull(values.get(name));
  }

  private static double number(Map<?, ?> values, String name) {
    return ((Number) Objects.requireNonNull(values.get(name))).doubleValue();
  }
}
