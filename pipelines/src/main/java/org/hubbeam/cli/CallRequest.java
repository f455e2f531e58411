// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.NestedJson;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleFunction;

/**
 * A call in JSON, in one of three forms, which its answer has, too: inputs by name; {@code
 * {"inputs": ...}} and {@code {"instances": [...]}} as TensorFlow Serving takes them.
 */
final class CallRequest {

  private static final String INPUTS = "inputs";
  private static final String INSTANCES = "instances";
  private static final String SIGNATURE = "signature_name";
  private static final Set<String> TYPED = Set.of("dtype", "shape", "values");

  private final JsonNode json;

  /**
   * A request that was read.
   *
   * @throws UsageException when it is no JSON object
   */
  CallRequest(JsonNode json) {
    if (!json.isObject()) {
      throw new UsageException(
          "expected an object of inputs by name, {\"instances\": [...]} or {\"inputs\": ...}, found"
              + " "
              + (json.isArray() ? "an array" : json.isMissingNode() ? "nothing" : json.toString()));
    }
    this.json = json;
  }

  /** The function that the request names, where the options name none. */
  FunctionChoice choice(FunctionChoice asked) {
    boolean serving = json.has(INPUTS) || json.has(INSTANCES);
    return asked.name() == null && serving && json.path(SIGNATURE).isTextual()
        ? new FunctionChoice(json.get(SIGNATURE).asText(), asked.arguments())
        : asked;
  }

  /** Calls the function, and puts its outputs into the form of the request. */
  ObjectNode answer(ModuleFunction function) {
    if (isServing(INSTANCES, function)) {
      return predictions(function, json.get(INSTANCES));
    }
    if (isServing(INPUTS, function)) {
      JsonNode given = json.get(INPUTS);
      boolean named = given.isObject() && NestedJson.isPlain(given) || given.isMissingNode();
      Map<String, Array> inputs = named ? named(function, given) : only(function, given);
      return JsonNodeFactory.instance
          .objectNode()
          .set("outputs", one(nested(function.call(inputs))));
    }
    return ArrayJson.encode(function.call(named(function, json)));
  }

  /** Whether this is a request of TensorFlow Serving's, and no input of that name is given. */
  private boolean isServing(String key, ModuleFunction function) {
    Set<String> keys = new LinkedHashSet<>();
    json.fieldNames().forEachRemaining(keys::add);
    keys.remove(SIGNATURE);
    if (!keys.equals(Set.of(key))) {
      return false;
    }
    boolean input =
        function.input(key).isPresent()
            || function.inputs().stream().anyMatch(i -> i.name().startsWith(key + "/"));
    return !input || json.get(key).has(key) || key.equals(INSTANCES) && json.get(key).isArray();
  }

  private static Map<String, Array> only(ModuleFunction function, JsonNode value) {
    List<ArraySpec> inputs = function.inputs();
    if (inputs.size() != 1) {
      throw new UsageException("the function takes several inputs, each by its name: " + inputs);
    }
    String name = inputs.get(0).name();
    return Map.of(name, array(function, name, value, List.of()));
  }

  private static Map<String, Array> named(ModuleFunction function, JsonNode object) {
    Map<String, Array> inputs = new LinkedHashMap<>();
    add(function, "", object, inputs);
    return inputs;
  }

  /** Adds inputs by name; what is no input is the structure that inputs are nested in. */
  private static void add(
      ModuleFunction function, String path, JsonNode value, Map<String, Array> into) {
    boolean input = !path.isEmpty() && (isTyped(value) || function.input(path).isPresent());
    if (input) {
      into.put(path, array(function, path, value, List.of()));
    } else if (value.isObject()) {
      value.properties().forEach(f -> add(function, join(path, f.getKey()), f.getValue(), into));
    } else if (value.isArray() && function.input(join(path, "0")).isPresent()) {
      for (int i = 0; i < value.size(); i++) {
        add(function, join(path, Integer.toString(i)), value.get(i), into);
      }
    } else {
      throw new UsageException(
          "there is no input '" + path + "'; the function takes " + function.inputs());
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  private static boolean isTyped(JsonNode value) {
    return value.isObject() && TYPED.stream().allMatch(value::has);
  }

  /**
   * An input as it is given, or of the first dtype that the function takes and the values fit.
   *
   * @param rows dimensions before those of the input
   */
  private static Array array(
      ModuleFunction function, String name, JsonNode value, List<Long> rows) {
    ArraySpec spec =
        function
            .input(name)
            .orElseGet(() -> new ArraySpec(name, DType.STRING, Shape.UNKNOWN, Layout.DENSE));
    try {
      if (isTyped(value)) {
        return ArrayJson.decodeArray(value);
      }
      IllegalArgumentException first = null;
      for (DType dtype : function.dtypes(spec.name())) {
        try {
          ArraySpec wanted = new ArraySpec(name, dtype, shape(spec.shape(), rows), spec.layout());
          Array array = NestedJson.decode(value, wanted);
          if (ConstantInputs.takesList(wanted, array)) {
            throw new IllegalArgumentException(
                "it takes a list, " + wanted + ", given is one value: write [" + value + "]");
          }
          return array;
        } catch (IllegalArgumentException e) {
          first = first == null ? e : first;
        }
      }
      throw first == null ? new IllegalArgumentException("no graph takes it") : first;
    } catch (IllegalArgumentException e) {
      throw new UsageException("the input '" + name + "': " + e.getMessage());
    }
  }

  private static Shape shape(Shape shape, List<Long> rows) {
    return rows.isEmpty() || !shape.hasRank() || shape.rank() > 0 ? shape : new Shape(rows);
  }

  /** One row after the other, each the only input, or inputs by name. */
  private static ObjectNode predictions(ModuleFunction function, JsonNode instances) {
    if (!instances.isArray()) {
      throw new UsageException("\"instances\" is a list of rows, found " + instances);
    }
    Map<String, ArrayNode> columns = new LinkedHashMap<>();
    for (JsonNode row : instances) {
      if (row.isObject() && NestedJson.isPlain(row)) {
        addRow(function, "", row, columns);
      } else {
        columns
            .computeIfAbsent(onlyInput(function), n -> JsonNodeFactory.instance.arrayNode())
            .add(row);
      }
    }
    Map<String, Array> arrays = new LinkedHashMap<>();
    columns.forEach(
        (name, values) -> {
          if (values.size() != instances.size()) {
            throw new UsageException(
                "the input '"
                    + name
                    + "' is in "
                    + values.size()
                    + " of "
                    + instances.size()
                    + " instances");
          }
          arrays.put(name, array(function, name, values, List.of(-1L)));
        });
    ArrayNode predictions = JsonNodeFactory.instance.arrayNode();
    if (!arrays.isEmpty()) {
      Map<String, JsonNode> outputs = nested(function.call(Batch.of(arrays)).columns());
      for (int row = 0; row < instances.size(); row++) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        int number = row;
        outputs.forEach((name, column) -> values.put(name, column.get(number)));
        predictions.add(one(values));
      }
    }
    return JsonNodeFactory.instance.objectNode().set("predictions", predictions);
  }

  private static String onlyInput(ModuleFunction function) {
    List<ArraySpec> inputs = function.inputs();
    if (inputs.size() != 1) {
      throw new UsageException(
          "the function takes several inputs; an instance has each by its name: " + inputs);
    }
    return inputs.get(0).name();
  }

  private static void addRow(
      ModuleFunction function, String path, JsonNode value, Map<String, ArrayNode> columns) {
    boolean input = !path.isEmpty() && function.input(path).isPresent();
    if (!input && value.isObject()) {
      value
          .properties()
          .forEach(f -> addRow(function, join(path, f.getKey()), f.getValue(), columns));
      return;
    }
    String name =
        function
            .input(path)
            .map(ArraySpec::name)
            .orElseThrow(
                () ->
                    new UsageException(
                        "there is no input '"
                            + path
                            + "'; the function takes "
                            + function.inputs()));
    columns.computeIfAbsent(name, n -> JsonNodeFactory.instance.arrayNode()).add(value);
  }

  private static Map<String, JsonNode> nested(Map<String, Array> outputs) {
    Map<String, JsonNode> nested = new LinkedHashMap<>();
    outputs.forEach((name, array) -> nested.put(name, NestedJson.encode(array)));
    return nested;
  }

  /** The only output by itself; several by name. */
  private static JsonNode one(Map<String, JsonNode> outputs) {
    return outputs.size() == 1
        ? new ArrayList<>(outputs.values()).get(0)
        : JsonNodeFactory.instance.objectNode().setAll(outputs);
  }
}
