// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.hubbeam.batch.Conversion.ConversionException;
import org.jspecify.annotations.Nullable;

/**
 * Arrays as nested lists of JSON, {@code [[1, 2], [3, 4]]}, as TensorFlow Serving takes and gives
 * them: dtype and shape are told by the input of a function. Values are read by the one rule of
 * {@link Conversion}; strings that are not UTF-8 are {@code {"b64": ...}}, complex numbers pairs
 * {@code [real, imaginary]}.
 */
@Internal
public final class NestedJson {

  /** Reads JSON with {@code NaN} and {@code Infinity}, and numbers with all their digits. */
  public static final ObjectMapper READER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final ArraySpec spec;
  private final @Nullable Integer rank;
  private final ColumnBuilder values;
  private int count;

  private NestedJson(ArraySpec spec) {
    this.spec = spec;
    this.rank = spec.shape().hasRank() ? spec.shape().rank() : null;
    DType part =
        switch (spec.dtype()) {
          case COMPLEX64 -> DType.FLOAT32;
          case COMPLEX128 -> DType.FLOAT64;
          default -> spec.dtype();
        };
    this.values = ColumnBuilder.dense(spec.name(), part, List.of());
  }

  /**
   * An array of the dtype and layout of an input. A dense one has the shape of the lists, which can
   * be another than that of the input; where lists are empty, the input's shape tells the rest.
   *
   * @throws IllegalArgumentException when a value does not fit the dtype, or lists of a dense array
   *     differ in length; the message says where
   */
  public static Array decode(JsonNode json, ArraySpec spec) {
    if (spec.dtype().isOpaque()) {
      throw new IllegalArgumentException("no array holds " + spec.dtype());
    }
    NestedJson reader = new NestedJson(spec);
    return switch (spec.layout()) {
      case DENSE -> reader.dense(json);
      case RAGGED -> reader.ragged(json, reader.raggedLevels(json));
      case SPARSE -> {
        if (reader.rank != null && reader.rank != 2) {
          throw new IllegalArgumentException(
              "a sparse array of "
                  + reader.rank
                  + " dimensions is given with its dtype, shape, values and indices");
        }
        Array.Sparse lists = reader.ragged(json, 1).toSparse();
        yield reader.rank == null ? lists : lists.widened(spec.shape().dims().get(1));
      }
    };
  }

  private Array.Dense dense(JsonNode json) {
    List<Long> dims = new ArrayList<>();
    shape(json, dims);
    add(json, 0, dims, "");
    return new Array.Dense(dims, taken());
  }

  /** The shape that the first of the lists have. */
  private void shape(JsonNode json, List<Long> dims) {
    JsonNode level = json;
    while (!isLeaf(level, dims.size())) {
      dims.add((long) level.size());
      if (level.isEmpty()) {
        for (int d = dims.size(); rank != null && d < rank; d++) {
          dims.add(Math.max(0, spec.shape().dims().get(d)));
        }
        return;
      }
      level = level.get(0);
    }
  }

  private void add(JsonNode json, int depth, List<Long> dims, String place) {
    boolean leaf = isLeaf(json, depth);
    if (leaf != (depth == dims.size()) || !leaf && json.size() != dims.get(depth)) {
      throw new IllegalArgumentException(
          "lists differ in length or depth"
              + (place.isEmpty() ? "" : " at " + place)
              + ": the first have the shape "
              + new Shape(dims));
    }
    if (leaf) {
      value(json, place);
      return;
    }
    for (int i = 0; i < json.size(); i++) {
      add(json.get(i), depth + 1, dims, place + "[" + i + "]");
    }
  }

  private int raggedLevels(JsonNode json) {
    if (rank != null) {
      return Math.max(1, spec.shape().dims().lastIndexOf(-1L));
    }
    int depth = 0;
    for (JsonNode level = json; level.isArray(); level = level.path(0)) {
      depth++;
    }
    return Math.max(1, depth - 1);
  }

  private Array.Ragged ragged(JsonNode json, int levels) {
    List<JsonNode> lists = List.of(json);
    List<int[]> splits = new ArrayList<>();
    for (int level = 0; level <= levels; level++) {
      List<JsonNode> next = new ArrayList<>();
      int[] ends = new int[lists.size() + 1];
      for (int i = 0; i < lists.size(); i++) {
        if (!lists.get(i).isArray()) {
          throw new IllegalArgumentException("expected a list, found " + lists.get(i));
        }
        lists.get(i).forEach(next::add);
        ends[i + 1] = next.size();
      }
      if (level > 0) {
        splits.add(ends);
      }
      lists = next;
    }
    List<Long> inner = new ArrayList<>();
    if (rank != null) {
      inner.addAll(spec.shape().dims().subList(Math.min(rank, levels + 1), rank));
    }
    for (JsonNode item : lists) {
      add(item, 0, inner, "");
    }
    return new Array.Ragged(taken(), splits, inner);
  }

  private boolean isLeaf(JsonNode json, int depth) {
    if (!json.isArray()) {
      return true;
    }
    return spec.dtype().isComplex()
        && json.size() == 2
        && !json.get(0).isArray()
        && (rank == null || depth == rank);
  }

  private void value(JsonNode json, String place) {
    try {
      if (!spec.dtype().isComplex()) {
        scalar(json);
      } else if (json.isArray()) {
        scalar(json.get(0));
        scalar(json.get(1));
      } else {
        scalar(json);
        values.addBits(0);
        count++;
      }
    } catch (ConversionException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          (place.isEmpty() ? "" : "at " + place + ": ") + e.getMessage(), e);
    }
  }

  private void scalar(JsonNode json) throws ConversionException {
    byte[] bytes = bytes(json);
    if (bytes != null && spec.dtype() == DType.STRING) {
      values.addBytes(bytes, 0, bytes.length);
    } else if (json.isTextual()) {
      Conversion.addText(values, json.asText());
    } else if (json.isNumber() || json.isBoolean()) {
      Conversion.addLiteral(values, json.asText());
    } else {
      throw ConversionException.found(spec.dtype(), json.toString());
    }
    count++;
  }

  /** Whether an object is no string of bytes, {@code {"b64": ...}}, but has values under names. */
  public static boolean isPlain(JsonNode object) {
    return bytes(object) == null;
  }

  /** The bytes of {@code {"b64": ...}}; null for other values. */
  static byte @Nullable [] bytes(JsonNode json) {
    for (String key : List.of("b64", "base64")) {
      if (json.size() == 1 && json.path(key).isTextual()) {
        return Base64.getDecoder().decode(json.get(key).asText());
      }
    }
    return null;
  }

  private Values taken() {
    values.endRow(0);
    Values taken = values.take(count).values();
    return spec.dtype().isComplex()
        ? new Values.Numbers(spec.dtype(), ((Values.Numbers) taken).bytes())
        : taken;
  }

  /** The nested lists of an array; a sparse one as {@link ArrayJson} has it. */
  public static JsonNode encode(Array array) {
    return switch (array.layout()) {
      case DENSE -> lists(array.values(), 0, array.dims());
      case RAGGED -> ragged((Array.Ragged) array, 0, 0, array.rows());
      case SPARSE -> ArrayJson.encode(array);
    };
  }

  private static JsonNode lists(Values values, int from, List<Long> dims) {
    if (dims.isEmpty()) {
      return leaf(values, from);
    }
    List<Long> inner = dims.subList(1, dims.size());
    int width = Math.toIntExact(inner.stream().reduce(1L, (a, b) -> a * b));
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < dims.get(0); i++) {
      list.add(lists(values, from + i * width, inner));
    }
    return list;
  }

  private static JsonNode ragged(Array.Ragged array, int level, int from, int to) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    boolean last = level == array.rowSplits().size();
    for (int i = from; i < to; i++) {
      if (last) {
        list.add(lists(array.values(), i * array.innerSize(), array.inner()));
      } else {
        int[] splits = array.rowSplits().get(level);
        list.add(ragged(array, level + 1, splits[i], splits[i + 1]));
      }
    }
    return list;
  }

  private static JsonNode leaf(Values values, int index) {
    JsonNode value = ArrayJson.value(values, index);
    return value.isObject()
        ? JsonNodeFactory.instance.objectNode().set("b64", value.get("base64"))
        : value;
  }
}
