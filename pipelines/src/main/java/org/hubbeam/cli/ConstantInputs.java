// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.NestedJson;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.model.InputNames;

/**
 * Parses inputs on the command line, {@code --set=truncation=0.5}, {@code --set=size=[224,224]}.
 */
final class ConstantInputs {

  private ConstantInputs() {}

  /**
   * Sets inputs of a module.
   *
   * @param settings {@code input=value}, with the value as JSON; strings need no quotes
   */
  static ModuleSpec set(ModuleSpec spec, List<String> settings) {
    ModuleSpec set = spec;
    List<ArraySpec> inputs = settings.isEmpty() ? List.of() : FunctionSignature.find(spec).inputs();
    for (Map.Entry<String, Array> constant : parse(inputs, settings).entrySet()) {
      set = set.withConstant(constant.getKey(), constant.getValue());
    }
    return set;
  }

  /**
   * The arrays of some inputs, by their names.
   *
   * @param inputs what the function takes
   * @param settings {@code input=value}, with the value as JSON; strings need no quotes
   */
  static Map<String, Array> parse(List<ArraySpec> inputs, List<String> settings) {
    Map<String, Array> constants = new LinkedHashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new UsageException("--set=" + setting + " must be input=value");
      }
      String name = setting.substring(0, equals);
      ArraySpec input =
          InputNames.find(inputs, name)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "--set="
                              + setting
                              + ": no such input; the function takes "
                              + inputs
                              + "; Python arguments are set with --arguments"));
      constants.put(input.name(), array(setting, setting.substring(equals + 1), input));
    }
    return constants;
  }

  private static Array array(String setting, String text, ArraySpec input) {
    JsonNode json = json(setting, text, input.dtype());
    Array array;
    try {
      array = NestedJson.decode(json, input);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--set=" + setting + " does not fit " + input + ": " + e.getMessage());
    }
    if (takesList(input, array)) {
      String name = setting.substring(0, setting.indexOf('='));
      throw new UsageException(
          "--set="
              + setting
              + " is one value, but the input takes a list, "
              + input
              + ": write --set='"
              + name
              + "=["
              + json
              + "]'");
    }
    return array;
  }

  /** Whether an array lacks the outermost dimension of an input. */
  static boolean takesList(ArraySpec input, Array array) {
    return input.shape().hasRank() && array.dims().size() == input.shape().rank() - 1;
  }

  private static JsonNode json(String setting, String text, DType dtype) {
    try {
      return NestedJson.READER.readTree(text);
    } catch (JsonProcessingException e) {
      if (dtype == DType.STRING) {
        return JsonNodeFactory.instance.textNode(text);
      }
      throw new UsageException("--set=" + setting + " is not JSON: " + e.getOriginalMessage());
    }
  }
}
