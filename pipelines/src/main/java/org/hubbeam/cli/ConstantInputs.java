// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;

/**
 * Parses inputs on the command line, {@code --set=truncation=0.5}, {@code --set=size=[224,224]}.
 */
final class ConstantInputs {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ConstantInputs() {}

  /**
   * Sets inputs of a module.
   *
   * @param settings {@code input=value}, with the value as JSON; strings need no quotes
   */
  static ModuleSpec set(ModuleSpec spec, List<String> settings) {
    List<ArraySpec> inputs = settings.isEmpty() ? List.of() : FunctionSignature.find(spec).inputs();
    ModuleSpec set = spec;
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new UsageException("--set=" + setting + " must be input=value");
      }
      String name = setting.substring(0, equals);
      ArraySpec input =
          inputs.stream()
              .filter(i -> i.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new UsageException(
                          "--set=" + setting + ": no such input; the function takes " + inputs));
      set = set.withConstant(name, array(setting, setting.substring(equals + 1), input));
    }
    return set;
  }

  private static Array array(String setting, String text, ArraySpec input) {
    JsonNode json = json(setting, text, input.dtype());
    ObjectNode array = JSON.createObjectNode();
    array.put("dtype", input.dtype().toString());
    ArrayNode shape = array.putArray("shape");
    for (JsonNode level = json; level.isArray(); level = level.path(0)) {
      shape.add(level.size());
    }
    flatten(json, array.putArray("values"));
    try {
      return ArrayJson.decodeArray(array);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--set=" + setting + " does not fit " + input + ": " + e.getMessage());
    }
  }

  private static JsonNode json(String setting, String text, DType dtype) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      if (dtype == DType.STRING) {
        return JSON.getNodeFactory().textNode(text);
      }
      throw new UsageException("--set=" + setting + " is not JSON: " + e.getOriginalMessage());
    }
  }

  private static void flatten(JsonNode json, ArrayNode cells) {
    if (json.isArray()) {
      json.forEach(part -> flatten(part, cells));
    } else {
      cells.add(json);
    }
  }
}
