// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.Suggestions;
import org.hubbeam.search.Filter;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchRequest;
import org.jspecify.annotations.Nullable;

/**
 * What is searched for.
 *
 * @param query the image, text, row or vector; empty for the first rows
 * @param request the rest
 */
record SearchQuery(Query query, SearchRequest request) {

  /** At most so many rows are asked for. */
  static final int MOST_ROWS = 1000;

  private static final int DEFAULT_ROWS = 10;
  private static final Set<String> QUERIES =
      new LinkedHashSet<>(List.of("text", "id", "row", "vector"));
  private static final Set<String> SETTINGS =
      new LinkedHashSet<>(List.of("k", "filter", "ef", "exact", "diverse", "by"));

  /** What rows are compared with. */
  sealed interface Query {
    /** What a search is made by, in answers. */
    String kind();
  }

  record First() implements Query {
    @Override
    public String kind() {
      return "first";
    }
  }

  record Text(String text) implements Query {
    @Override
    public String kind() {
      return "text";
    }
  }

  record Image(byte[] encoded) implements Query {
    @Override
    public String kind() {
      return "image";
    }
  }

  record Row(RowId id) implements Query {
    @Override
    public String kind() {
      return "row";
    }
  }

  record Vector(float[] values) implements Query {
    @Override
    public String kind() {
      return "vector";
    }
  }

  /**
   * Reads a request; with an image, the rest of it are parameters.
   *
   * @throws Refusal when it does not say what to search for in a valid way
   */
  static SearchQuery parse(JsonNode json, byte @Nullable [] image, IndexDescription index) {
    List<String> queries = new ArrayList<>();
    for (String name : (Iterable<String>) json::fieldNames) {
      if (QUERIES.contains(name) && !json.get(name).isNull()) {
        queries.add(name);
      } else if (!QUERIES.contains(name)
          && !SETTINGS.contains(name)
          && !name.equals(Access.TOKEN)) {
        Set<String> all = new LinkedHashSet<>(QUERIES);
        all.addAll(SETTINGS);
        throw new Refusal(
            400,
            "unknown: '" + name + "'" + Suggestions.didYouMean(name, all) + "; known are " + all);
      }
    }
    if (queries.size() + (image == null ? 0 : 1) > 1) {
      throw new Refusal(400, "one of " + QUERIES + " or an image can be searched for, not several");
    }
    Query query =
        image != null
            ? new Image(image)
            : queries.isEmpty() ? new First() : query(queries.get(0), json.get(queries.get(0)));
    return new SearchQuery(query, request(json, index));
  }

  private static Query query(String name, JsonNode value) {
    return switch (name) {
      case "text" -> new Text(text(name, value));
      case "row" -> new Row(RowJson.id(value.asText()));
      case "id" ->
          new Row(
              value.isIntegralNumber() ? RowId.of(value.longValue()) : RowId.of(text(name, value)));
      default -> new Vector(vector(value));
    };
  }

  private static String text(String name, JsonNode value) {
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw new Refusal(
          400, "the " + name + " to search for is " + (value.isTextual() ? "blank" : "no text"));
    }
    return value.textValue();
  }

  private static float[] vector(JsonNode value) {
    List<Double> numbers = new ArrayList<>();
    if (value.isTextual()) {
      try {
        Arrays.stream(value.textValue().split(",")).map(Double::valueOf).forEach(numbers::add);
      } catch (NumberFormatException e) {
        throw new Refusal(400, "the vector must be numbers with commas between them");
      }
    } else {
      for (JsonNode number : value) {
        if (!number.isNumber()) {
          throw new Refusal(400, "the vector has " + number + ", which is not a number");
        }
        numbers.add(number.doubleValue());
      }
    }
    float[] vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = numbers.get(i).floatValue();
    }
    return vector;
  }

  private static SearchRequest request(JsonNode json, IndexDescription index) {
    int k = json.has("k") ? whole(json, "k") : DEFAULT_ROWS;
    if (k < 1 || k > MOST_ROWS) {
      throw new Refusal(400, "k is " + k + "; 1 to " + MOST_ROWS + " rows can be searched for");
    }
    SearchRequest request = SearchRequest.of(k);
    String filter = json.path("filter").asText("");
    if (!filter.isBlank()) {
      request = request.withFilter(Filter.parse(filter, index.columns()));
    }
    if (json.has("ef")) {
      request = request.withEf(whole(json, "ef"));
    }
    if (json.path("exact").asBoolean(false)) {
      request = request.withExact();
    }
    if (json.has("diverse")) {
      request = request.withDiversity(number(json, "diverse"));
    }
    return json.hasNonNull("by") ? request.withGroupBy(json.get("by").asText()) : request;
  }

  private static int whole(JsonNode json, String name) {
    double number = number(json, name);
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw new Refusal(
          400, name + " is " + json.get(name).asText() + "; it must be a whole number");
    }
    return (int) number;
  }

  private static double number(JsonNode json, String name) {
    try {
      return Double.parseDouble(json.get(name).asText());
    } catch (NumberFormatException e) {
      throw new Refusal(400, name + " is " + json.get(name) + "; it must be a number");
    }
  }

  /** The parameters of a request as an object. */
  static ObjectNode object(Request request) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    request.parameters().forEach(node::put);
    return node;
  }
}
