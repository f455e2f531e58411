// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.NestedJson;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleFunction;

/** Rows that a function is tried on: inputs by name as JSON, or the lines of a text file. */
final class SampleRows {

  private SampleRows() {}

  /**
   * Reads them.
   *
   * @param option what named the file: {@code --sample}
   * @param inner what the function calls the input of a name
   * @throws UsageException when the file is missing, or has not what the function takes
   */
  static Map<String, Array> read(
      String option, String file, ModuleFunction function, UnaryOperator<String> inner)
      throws IOException {
    String given = option + "=" + file;
    try {
      Path path = Path.of(file);
      return file.endsWith(".json")
          ? inputs(given, NestedJson.READER.readTree(path.toFile()), function, inner)
          : lines(given, Files.readAllLines(path), function);
    } catch (NoSuchFileException | java.io.FileNotFoundException e) {
      throw new UsageException(given + ": no such file");
    } catch (JsonProcessingException e) {
      throw new UsageException(given + " is not JSON: " + e.getOriginalMessage());
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new UsageException(given + " is not UTF-8");
    }
  }

  private static Map<String, Array> inputs(
      String given, JsonNode json, ModuleFunction function, UnaryOperator<String> inner) {
    if (!json.isObject()) {
      throw new UsageException(given + " must be an object of inputs by name");
    }
    Map<String, Array> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      ArraySpec spec =
          function
              .input(inner.apply(entry.getKey()))
              .orElseThrow(
                  () ->
                      new UsageException(
                          given
                              + ": there is no input '"
                              + entry.getKey()
                              + "'; the function takes "
                              + function.inputs()));
      try {
        inputs.put(
            spec.name(),
            entry.getValue().has("dtype")
                ? ArrayJson.decodeArray(entry.getValue())
                : NestedJson.decode(entry.getValue(), spec));
      } catch (IllegalArgumentException e) {
        throw new UsageException(given + ": the input '" + spec.name() + "': " + e.getMessage());
      }
    }
    return inputs;
  }

  private static Map<String, Array> lines(
      String given, List<String> lines, ModuleFunction function) {
    List<ArraySpec> inputs = function.inputs();
    if (inputs.size() != 1 || inputs.get(0).dtype() != org.hubbeam.batch.DType.STRING) {
      throw new UsageException(
          given
              + ": a text file is for functions of one input of texts; this one takes "
              + inputs
              + ": give a .json file with inputs by name");
    }
    return Map.of(
        inputs.get(0).name(), Array.Dense.vector(Values.of(lines.toArray(String[]::new))));
  }
}
