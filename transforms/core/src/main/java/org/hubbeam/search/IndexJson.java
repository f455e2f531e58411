// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hubbeam.search.IndexDescription.Change;
import org.hubbeam.search.IndexDescription.Coordinates;
import org.hubbeam.search.IndexDescription.File;
import org.hubbeam.search.IndexDescription.Generation;
import org.hubbeam.search.IndexDescription.Part;
import org.hubbeam.search.IndexDescription.Shard;

/** {@code index.json}. */
final class IndexJson {

  /** The format that is written. Readers of an older one refuse it. */
  static final int FORMAT = 1;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};

  private IndexJson() {}

  static String write(IndexDescription index) {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT);
    json.put("metric", word(index.metric()));
    json.put("dimension", index.dimension());
    json.put("rows", index.rows());
    json.put("storage", index.storage().toString());
    json.put("m", index.graph().m());
    json.put("efConstruction", index.graph().efConstruction());
    json.put("ef", index.ef());
    ObjectNode columns = json.putObject("columns");
    index.columns().forEach(column -> columns.put(column.name(), column.type().toString()));
    for (Shard shard : index.shards()) {
      ObjectNode part = json.withArray("shards").addObject();
      part.put("generation", shard.generation());
      part.put("rows", shard.rows());
      part.put("deleted", shard.deleted());
      ObjectNode files = part.putObject("files");
      shard.files().forEach((what, file) -> write(file, files.putObject(what.key())));
    }
    for (Generation generation : index.generations()) {
      ObjectNode change = json.withArray("generations").addObject();
      change.put("kind", word(generation.kind()));
      change.put("rows", generation.rows());
      change.put("replaced", generation.replaced());
      change.put("deleted", generation.deleted());
    }
    index
        .coordinates()
        .ifPresent(
            map -> {
              ObjectNode coordinates = json.putObject("map");
              coordinates.put("method", map.method());
              write(map.file(), coordinates);
            });
    if (!index.evaluation().isEmpty()) {
      json.set("evaluation", JSON.valueToTree(index.evaluation()));
    }
    if (!index.embeddings().isEmpty()) {
      json.set("embeddings", JSON.valueToTree(index.embeddings()));
    }
    return json.toPrettyString() + "\n";
  }

  private static void write(File file, ObjectNode json) {
    json.put("file", file.name());
    json.put("size", file.size());
    json.put("sha256", file.sha256());
  }

  static IndexDescription read(String text, String where) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IndexException(where + " is not JSON: " + e.getOriginalMessage(), e);
    }
    JsonNode format = json.path("format");
    if (!format.isInt() || !json.path("metric").isTextual()) {
      throw new IndexException(where + " does not describe an index");
    }
    if (format.asInt() > FORMAT) {
      throw new IndexException(
          where
              + " describes an index of format "
              + format.asInt()
              + "; this version of hubbeam reads up to "
              + FORMAT
              + ": use a newer one, or build the index again");
    }
    try {
      return description(json);
    } catch (IllegalArgumentException e) {
      throw new IndexException(where + " is damaged: " + e.getMessage(), e);
    }
  }

  private static IndexDescription description(JsonNode json) {
    List<IndexColumn> columns = new ArrayList<>();
    for (Map.Entry<String, JsonNode> column : json.path("columns").properties()) {
      columns.add(
          new IndexColumn(column.getKey(), value(ColumnType.values(), column.getValue().asText())));
    }
    List<Shard> shards = new ArrayList<>();
    json.path("shards").forEach(shard -> shards.add(shard(shard)));
    List<Generation> generations = new ArrayList<>();
    for (JsonNode change : json.path("generations")) {
      generations.add(
          new Generation(
              value(Change.values(), text(change, "kind")),
              number(change, "rows"),
              number(change, "replaced"),
              number(change, "deleted")));
    }
    JsonNode map = json.path("map");
    return new IndexDescription(
        value(Metric.values(), text(json, "metric")),
        count(json, "dimension"),
        value(VectorStorage.values(), text(json, "storage")),
        new HnswOptions(count(json, "m"), count(json, "efConstruction")),
        count(json, "ef"),
        columns,
        shards,
        generations,
        object(json.path("embeddings")),
        object(json.path("evaluation")),
        map.isObject()
            ? Optional.of(new Coordinates(text(map, "method"), file(map)))
            : Optional.empty());
  }

  private static Map<String, Object> object(JsonNode json) {
    return json.isObject() ? JSON.convertValue(json, MAP) : Map.of();
  }

  private static Shard shard(JsonNode json) {
    Map<Part, File> files = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      JsonNode file = json.path("files").path(part.key());
      if (file.isObject()) {
        files.put(part, file(file));
      }
    }
    return new Shard(count(json, "generation"), count(json, "rows"), count(json, "deleted"), files);
  }

  private static File file(JsonNode json) {
    return new File(text(json, "file"), number(json, "size"), text(json, "sha256"));
  }

  private static String text(JsonNode json, String key) {
    if (!json.path(key).isTextual()) {
      throw new IllegalArgumentException("there is no text '" + key + "'");
    }
    return json.get(key).asText();
  }

  private static long number(JsonNode json, String key) {
    if (!json.path(key).isIntegralNumber() || !json.get(key).canConvertToLong()) {
      throw new IllegalArgumentException("there is no number '" + key + "'");
    }
    return json.get(key).asLong();
  }

  private static int count(JsonNode json, String key) {
    long number = number(json, key);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("'" + key + "' is " + number);
    }
    return (int) number;
  }

  private static String word(Enum<?> value) {
    return value.toString().toLowerCase(Locale.ROOT);
  }

  private static <T extends Enum<T>> T value(T[] values, String word) {
    for (T value : values) {
      if (word(value).equals(word)) {
        return value;
      }
    }
    throw new IllegalArgumentException("'" + word + "' is not known");
  }
}
