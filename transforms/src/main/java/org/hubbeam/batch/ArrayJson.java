package org.hubbeam.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Arrays as JSON: {@code {"dtype": "float32", "shape": [2], "values": [1.5, "NaN"]}}, values flat
 * and row-major. Strings are text, or {@code {"base64": ...}} where they are not UTF-8; numbers
 * that JSON cannot hold are {@code "NaN"}, {@code "Infinity"}, {@code "-Infinity"}. A ragged array
 * has {@code row_splits}, outermost first, and null in its shape; a sparse one has {@code indices}.
 */
public final class ArrayJson {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ArrayJson() {}

  /** Arrays by name, in the order of the map. */
  public static ObjectNode encode(Map<String, Array> arrays) {
    ObjectNode object = JSON.objectNode();
    arrays.forEach((name, array) -> object.set(name, encode(array)));
    return object;
  }

  /** One array. */
  public static ObjectNode encode(Array array) {
    ObjectNode object = JSON.objectNode();
    object.put("dtype", array.dtype().toString());
    ArrayNode shape = object.putArray("shape");
    array
        .dims()
        .forEach(
            d -> {
              if (d < 0) {
                shape.addNull();
              } else {
                shape.add(d);
              }
            });
    ArrayNode values = object.putArray("values");
    for (int i = 0; i < array.values().size(); i++) {
      values.add(value(array.values(), i));
    }
    if (array instanceof Array.Ragged ragged) {
      ArrayNode levels = object.putArray("row_splits");
      for (int[] splits : ragged.rowSplits()) {
        ArrayNode level = levels.addArray();
        for (int split : splits) {
          level.add(split);
        }
      }
    } else if (array instanceof Array.Sparse sparse) {
      ArrayNode indices = object.putArray("indices");
      int rank = sparse.dims().size();
      for (int i = 0; i < sparse.values().size(); i++) {
        ArrayNode index = indices.addArray();
        for (int d = 0; d < rank; d++) {
          index.add(sparse.indices()[i * rank + d]);
        }
      }
    }
    return object;
  }

  private static JsonNode value(Values values, int index) {
    Object value = values.get(index);
    if (value instanceof byte[] bytes) {
      return string(bytes);
    }
    if (value instanceof Boolean flag) {
      return JSON.booleanNode(flag);
    }
    if (value instanceof Float f) {
      return Float.isFinite(f) ? JSON.numberNode(f) : JSON.textNode(f.toString());
    }
    if (value instanceof Double d) {
      return Double.isFinite(d) ? JSON.numberNode(d) : JSON.textNode(d.toString());
    }
    long number = (Long) value;
    return values.dtype() == DType.UINT64 && number < 0
        ? JSON.numberNode(new java.math.BigInteger(Long.toUnsignedString(number)))
        : JSON.numberNode(number);
  }

  private static JsonNode string(byte[] bytes) {
    try {
      CharBuffer text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes));
      return JSON.textNode(text.toString());
    } catch (CharacterCodingException e) {
      return JSON.objectNode().put("base64", Base64.getEncoder().encodeToString(bytes));
    }
  }

  /**
   * Arrays by name.
   *
   * @throws IllegalArgumentException telling what is wrong with which array
   */
  public static Map<String, Array> decode(JsonNode object) {
    if (!object.isObject()) {
      throw new IllegalArgumentException("expected an object of arrays by name");
    }
    Map<String, Array> arrays = new LinkedHashMap<>();
    object
        .fields()
        .forEachRemaining(
            field -> {
              try {
                arrays.put(field.getKey(), decodeArray(field.getValue()));
              } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                    "array '" + field.getKey() + "': " + e.getMessage(), e);
              }
            });
    return arrays;
  }

  /** One array. */
  public static Array decodeArray(JsonNode json) {
    for (String field : List.of("dtype", "shape", "values")) {
      if (!json.has(field)) {
        throw new IllegalArgumentException("it lacks \"" + field + "\"");
      }
    }
    DType dtype = DType.of(json.get("dtype").asText());
    Values values = values(dtype, json.get("values"));
    List<Long> dims = new ArrayList<>();
    json.get("shape").forEach(d -> dims.add(d.isNull() ? -1L : d.asLong()));
    if (json.has("row_splits")) {
      List<int[]> levels = new ArrayList<>();
      json.get("row_splits").forEach(level -> levels.add(ints(level)));
      return new Array.Ragged(values, levels, dims.subList(levels.size() + 1, dims.size()));
    }
    if (json.has("indices")) {
      List<Long> indices = new ArrayList<>();
      json.get("indices").forEach(index -> index.forEach(i -> indices.add(i.asLong())));
      return new Array.Sparse(dims, indices.stream().mapToLong(i -> i).toArray(), values);
    }
    return new Array.Dense(dims, values);
  }

  private static int[] ints(JsonNode list) {
    int[] ints = new int[list.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = list.get(i).asInt();
    }
    return ints;
  }

  private static Values values(DType dtype, JsonNode list) {
    if (dtype == DType.STRING) {
      List<byte[]> strings = new ArrayList<>();
      for (JsonNode value : list) {
        strings.add(
            value.isObject()
                ? Base64.getDecoder().decode(value.get("base64").asText())
                : value.asText().getBytes(StandardCharsets.UTF_8));
      }
      return Values.ofBytes(strings);
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(list.size(), dtype.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (JsonNode value : list) {
      put(bytes, dtype, value);
    }
    return new Values.Numbers(dtype, bytes.array());
  }

  private static void put(ByteBuffer bytes, DType dtype, JsonNode value) {
    switch (dtype) {
      case FLOAT32 -> bytes.putFloat((float) number(value));
      case FLOAT64 -> bytes.putDouble(number(value));
      case FLOAT16 -> bytes.putShort(Halves.fromFloat((float) number(value)));
      case BFLOAT16 -> bytes.putShort(Halves.bfloatFromFloat((float) number(value)));
      case INT64 -> bytes.putLong(value.asLong());
      case UINT64 -> bytes.putLong(value.bigIntegerValue().longValue());
      case INT32, UINT32 -> bytes.putInt((int) value.asLong());
      case INT16, UINT16 -> bytes.putShort((short) value.asLong());
      case BOOL -> bytes.put((byte) (value.asBoolean() ? 1 : 0));
      default -> bytes.put((byte) value.asLong());
    }
  }

  private static double number(JsonNode value) {
    if (value.isNumber()) {
      return value.asDouble();
    }
    return switch (value.asText()) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw new IllegalArgumentException("'" + value.asText() + "' is no number");
    };
  }
}
