// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
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
 * Reads and writes arrays as JSON: {@code {"dtype": "float32", "shape": [2], "values": [1.5,
 * "NaN"]}}, values flat and row-major. Strings are text, or {@code {"base64": ...}} (read also as
 * {@code b64}) where they are not UTF-8; numbers that JSON cannot hold are {@code "NaN"}, {@code
 * "Infinity"}, {@code "-Infinity"}; complex numbers are pairs {@code [real, imaginary]}. A ragged
 * array has {@code row_splits}, outermost first, and null in its shape; a sparse one has {@code
 * indices}.
 */
public final class ArrayJson {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ArrayJson() {}

  /** Arrays by name, in the order of the map. */
  public static ObjectNode encode(Map<String, ? extends Array> arrays) {
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

  /** One value. */
  static JsonNode value(Values values, int index) {
    Object value = values.get(index);
    if (value instanceof byte[] bytes) {
      return string(bytes);
    }
    if (value instanceof Boolean flag) {
      return JSON.booleanNode(flag);
    }
    if (value instanceof Float f) {
      return real(f);
    }
    if (value instanceof Double d) {
      return real(d);
    }
    if (value instanceof Complex complex) {
      ArrayNode pair = JSON.arrayNode();
      boolean single = values.dtype() == DType.COMPLEX64;
      for (double part : new double[] {complex.real(), complex.imaginary()}) {
        pair.add(single ? real((float) part) : real(part));
      }
      return pair;
    }
    long number = (Long) value;
    return values.dtype() == DType.UINT64 && number < 0
        ? JSON.numberNode(new BigInteger(Long.toUnsignedString(number)))
        : JSON.numberNode(number);
  }

  private static JsonNode real(float value) {
    return Float.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Float.toString(value));
  }

  private static JsonNode real(double value) {
    return Double.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Double.toString(value));
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
   * @throws IllegalArgumentException if an array is invalid; the message names it
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

  /**
   * One array.
   *
   * @throws IllegalArgumentException if the array is invalid. Nothing is rounded or truncated to
   *     fit a dtype
   */
  public static Array decodeArray(JsonNode json) {
    for (String field : List.of("dtype", "shape", "values")) {
      if (!json.has(field)) {
        throw new IllegalArgumentException("it lacks \"" + field + "\"");
      }
    }
    DType dtype = DType.of(json.get("dtype").asText());
    Values values = values(dtype, list(json.get("values")));
    List<Long> dims = new ArrayList<>();
    list(json.get("shape")).forEach(d -> dims.add(d.isNull() ? -1L : whole(d, 0, Long.MAX_VALUE)));
    if (json.has("row_splits")) {
      List<int[]> levels = new ArrayList<>();
      list(json.get("row_splits")).forEach(level -> levels.add(ints(list(level))));
      return ragged(values, levels, dims);
    }
    if (json.has("indices")) {
      List<Long> indices = new ArrayList<>();
      list(json.get("indices"))
          .forEach(index -> list(index).forEach(i -> indices.add(whole(i, 0, Long.MAX_VALUE))));
      return new Array.Sparse(dims, indices.stream().mapToLong(i -> i).toArray(), values);
    }
    return new Array.Dense(dims, values);
  }

  private static Array ragged(Values values, List<int[]> levels, List<Long> dims) {
    if (dims.size() <= levels.size()) {
      throw new IllegalArgumentException(
          levels.size() + " row_splits in the shape " + new Shape(dims));
    }
    List<Long> inner = dims.subList(levels.size() + 1, dims.size());
    Array array = new Array.Ragged(values, levels, inner);
    if (!array.dims().equals(dims)) {
      throw new IllegalArgumentException(
          "row_splits of the shape " + new Shape(array.dims()) + " in " + new Shape(dims));
    }
    return array;
  }

  private static JsonNode list(JsonNode json) {
    if (!json.isArray()) {
      throw new IllegalArgumentException("expected a list, found " + json);
    }
    return json;
  }

  private static int[] ints(JsonNode list) {
    int[] ints = new int[list.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = (int) whole(list.get(i), 0, Integer.MAX_VALUE);
    }
    return ints;
  }

  private static Values values(DType dtype, JsonNode list) {
    if (dtype == DType.STRING) {
      List<byte[]> strings = new ArrayList<>();
      list.forEach(value -> strings.add(bytes(value)));
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

  private static byte[] bytes(JsonNode value) {
    byte[] bytes = NestedJson.bytes(value);
    if (bytes != null) {
      return bytes;
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException("expected a text, found " + value);
    }
    return value.asText().getBytes(StandardCharsets.UTF_8);
  }

  private static void put(ByteBuffer bytes, DType dtype, JsonNode value) {
    switch (dtype) {
      case FLOAT32 -> bytes.putFloat((float) number(value));
      case FLOAT64 -> bytes.putDouble(number(value));
      case FLOAT16 -> bytes.putShort(Halves.fromFloat((float) number(value)));
      case BFLOAT16 -> bytes.putShort(Halves.bfloatFromFloat((float) number(value)));
      case BOOL -> bytes.put((byte) (flag(value) ? 1 : 0));
      case COMPLEX64 -> {
        Complex complex = complex(value);
        bytes.putFloat((float) complex.real()).putFloat((float) complex.imaginary());
      }
      case COMPLEX128 -> {
        Complex complex = complex(value);
        bytes.putDouble(complex.real()).putDouble(complex.imaginary());
      }
      default -> putWhole(bytes, dtype, value);
    }
  }

  private static void putWhole(ByteBuffer bytes, DType dtype, JsonNode value) {
    int bits = 8 * dtype.bytes();
    boolean unsigned = dtype.name().startsWith("U");
    BigInteger most = BigInteger.ONE.shiftLeft(unsigned ? bits : bits - 1).subtract(BigInteger.ONE);
    BigInteger least = unsigned ? BigInteger.ZERO : most.negate().subtract(BigInteger.ONE);
    long number = whole(value, least, most);
    switch (bits) {
      case 64 -> bytes.putLong(number);
      case 32 -> bytes.putInt((int) number);
      case 16 -> bytes.putShort((short) number);
      default -> bytes.put((byte) number);
    }
  }

  private static long whole(JsonNode value, long least, long most) {
    return whole(value, BigInteger.valueOf(least), BigInteger.valueOf(most));
  }

  /** A whole number between these, as 64 bits. */
  private static long whole(JsonNode value, BigInteger least, BigInteger most) {
    BigInteger number = value.isIntegralNumber() ? value.bigIntegerValue() : null;
    if (number == null || number.compareTo(least) < 0 || number.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "expected a whole number from " + least + " to " + most + ", found " + value);
    }
    return number.longValue();
  }

  private static boolean flag(JsonNode value) {
    if (!value.isBoolean()) {
      throw new IllegalArgumentException("expected true or false, found " + value);
    }
    return value.asBoolean();
  }

  private static Complex complex(JsonNode value) {
    if (!value.isArray()) {
      return new Complex(number(value), 0);
    }
    if (value.size() != 2) {
      throw new IllegalArgumentException("expected [real, imaginary], found " + value);
    }
    return new Complex(number(value.get(0)), number(value.get(1)));
  }

  private static double number(JsonNode value) {
    if (value.isNumber()) {
      return value.asDouble();
    }
    return switch (value.isTextual() ? value.asText() : "") {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw new IllegalArgumentException("expected a number, found " + value);
    };
  }
}
