// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.search.ColumnType;
import org.jspecify.annotations.Nullable;

/** The map as JSON: places, and what the points are colored by. */
final class MapJson {

  private static final float DIGITS = 1e4f;

  private MapJson() {}

  /** All places, x and y in turn, with four digits of the map's width. */
  static ObjectNode places(Survey survey) {
    float largest = 1e-9f;
    for (float[] place : survey.places()) {
      largest = Math.max(largest, Math.max(Math.abs(place[0]), Math.abs(place[1])));
    }
    float unit = Float.parseFloat("1e" + Math.round(Math.floor(Math.log10(largest)))) / DIGITS;
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode xy = node.putArray("xy");
    for (float[] place : survey.places()) {
      xy.add(rounded(place[0], unit)).add(rounded(place[1], unit));
    }
    return node;
  }

  private static float rounded(float value, float unit) {
    return (float) (Math.round(value / unit) * (double) unit);
  }

  /** The values of a column: the most frequent as categories, or numbers. */
  static ObjectNode colors(Survey survey, String column) {
    ColumnFacts facts = survey.colors(column);
    List<@Nullable Object> values = survey.values(column);
    return facts.isCategories() ? categories(facts, values) : numbers(facts, values);
  }

  private static ObjectNode categories(ColumnFacts facts, List<@Nullable Object> values) {
    int most = ColumnFacts.CATEGORIES;
    List<Object> frequent = new ArrayList<>();
    facts.frequent(most).forEach(value -> frequent.add(value.getKey()));
    if (facts.isNumber()) {
      frequent.sort(ColumnFacts::compare);
    }
    Map<Object, Integer> codes = new HashMap<>();
    frequent.forEach(value -> codes.put(value, codes.size()));
    int[] counts = new int[frequent.size()];
    int missing = 0;
    int others = 0;
    for (Object value : values) {
      Integer code = codes.get(value);
      if (value == null) {
        missing++;
      } else if (code == null) {
        others++;
      } else {
        counts[code]++;
      }
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("kind", "categories");
    ArrayNode labels = node.putArray("labels");
    frequent.forEach(value -> RowJson.value(labels, value));
    ArrayNode counted = node.putArray("counts");
    for (int count : counts) {
      counted.add(count);
    }
    node.put("others", others).put("missing", missing);
    int other = frequent.size();
    int none = others > 0 ? other + 1 : other;
    ArrayNode all = node.putArray("codes");
    values.forEach(value -> all.add(value == null ? none : codes.getOrDefault(value, other)));
    return node;
  }

  private static ObjectNode numbers(ColumnFacts facts, List<@Nullable Object> values) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("kind", "numbers");
    node.put("min", facts.min()).put("max", facts.max());
    node.put("whole", facts.type() == ColumnType.INT64);
    ArrayNode all = node.putArray("values");
    for (Object value : values) {
      if (value instanceof Number number && !Double.isNaN(number.doubleValue())) {
        all.add(number.doubleValue());
      } else {
        all.addNull();
      }
    }
    return node;
  }
}
