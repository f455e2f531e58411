// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.hubbeam.search.ColumnType;
import org.hubbeam.search.IndexColumn;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchIndex;
import org.jspecify.annotations.Nullable;

/** What one look at all rows tells: facts of the columns, and the rows that are drawn. */
final class Survey {

  /** Of more rows so many are drawn, evenly chosen. */
  static final int MOST_POINTS = 100_000;

  private static final int FEW = 20;
  private static final List<String> TITLES =
      List.of("title", "text", "sentence", "name", "caption", "label");

  private final Map<String, ColumnFacts> columns = new LinkedHashMap<>();
  private final List<IndexRow> few = new ArrayList<>();
  private final List<RowId> points = new ArrayList<>();
  private final List<float[]> places = new ArrayList<>();
  private final Map<String, List<@Nullable Object>> values = new HashMap<>();

  private Survey() {}

  /** Reads all rows. */
  static Survey of(SearchIndex index) {
    Survey survey = new Survey();
    for (IndexColumn column : index.description().columns()) {
      survey.columns.put(column.name(), new ColumnFacts(column));
      survey.values.put(column.name(), new ArrayList<>());
    }
    long size = Math.max(index.size(), MOST_POINTS);
    boolean mapped = index.description().coordinates().isPresent();
    long number = 0;
    try (Stream<IndexRow> all = index.rows()) {
      for (Iterator<IndexRow> each = all.iterator(); each.hasNext(); number++) {
        IndexRow row = each.next();
        survey.count(row);
        if (mapped && number * MOST_POINTS % size < MOST_POINTS) {
          index.coordinates(row.id()).ifPresent(place -> survey.draw(row, place));
        }
      }
    }
    survey.values.keySet().removeIf(name -> !survey.facts(name).hasColors());
    return survey;
  }

  private void count(IndexRow row) {
    if (few.size() < FEW) {
      few.add(row);
    }
    row.columns().forEach((name, value) -> facts(name).add(value));
  }

  private void draw(IndexRow row, float[] place) {
    points.add(row.id());
    places.add(place);
    columns.forEach(
        (name, facts) -> {
          if (facts.type() != ColumnType.BYTES) {
            Objects.requireNonNull(values.get(name)).add(row.columns().get(name));
          }
        });
  }

  private ColumnFacts facts(String name) {
    return Objects.requireNonNull(columns.get(name));
  }

  List<ColumnFacts> columns() {
    return List.copyOf(columns.values());
  }

  /** The first rows. */
  List<IndexRow> few() {
    return few;
  }

  /** The rows that are drawn. */
  List<RowId> points() {
    return points;
  }

  /** Where they are drawn, x and y. */
  List<float[]> places() {
    return places;
  }

  /**
   * The values of the rows that are drawn, none where a row has none.
   *
   * @throws Refusal when points are not colored by this column
   */
  List<@Nullable Object> values(String column) {
    List<@Nullable Object> found = values.get(column);
    if (found == null) {
      throw new Refusal(
          400, "there is no column '" + column + "' to color by; there are " + values.keySet());
    }
    return found;
  }

  /** The facts of a column that points are colored by. */
  ColumnFacts colors(String column) {
    values(column);
    return facts(column);
  }

  /** The column that says best what a row is: by its name, else the one of the longest texts. */
  Optional<String> title() {
    Comparator<ColumnFacts> named =
        Comparator.comparing(
            c -> TITLES.contains(c.name()) ? TITLES.size() - TITLES.indexOf(c.name()) : 0);
    return columns.values().stream()
        .filter(c -> c.type() == ColumnType.STRING && c.length() > 0)
        .max(named.thenComparing(ColumnFacts::length))
        .map(ColumnFacts::name);
  }

  /** The column whose colors tell most at a glance: few categories. */
  Optional<String> color() {
    return columns.values().stream()
        .filter(c -> c.hasColors() && c.isCategories())
        .min(
            Comparator.comparing(
                c -> c.frequent(ColumnFacts.CATEGORIES + 1).size() > ColumnFacts.CATEGORIES))
        .map(ColumnFacts::name);
  }
}
