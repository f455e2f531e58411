// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.hubbeam.files.NpySource;

/** Reads vectors that a user gives. */
final class VectorFile {

  private static final Pattern BETWEEN = Pattern.compile("[\\s,;]+");

  private VectorFile() {}

  /**
   * The vectors in a file: a vector or matrix of NumPy; a list of numbers, or of such lists, as
   * JSON; or numbers with blanks or commas between them, a vector on each line.
   *
   * @throws UsageException if there are none
   */
  static List<float[]> read(String option, String file) throws IOException {
    List<float[]> vectors =
        file.endsWith(".npy")
            ? NpySource.read(file)
            : parse(option + "=" + file, OutputFiles.requiredText(option, file).strip());
    if (vectors.isEmpty()) {
      throw new UsageException(option + "=" + file + " has no vectors");
    }
    return vectors;
  }

  private static List<float[]> parse(String given, String text) {
    List<float[]> vectors = new ArrayList<>();
    if (text.startsWith("[")) {
      JsonNode json;
      try {
        json = new ObjectMapper().readTree(text);
      } catch (JsonProcessingException e) {
        throw new UsageException(given + " is not JSON: " + e.getOriginalMessage());
      }
      if (json.path(0).isArray()) {
        json.forEach(vector -> vectors.add(floats(given, vector)));
      } else {
        vectors.add(floats(given, json));
      }
      return vectors;
    }
    for (String line : text.lines().filter(l -> !l.isBlank()).toList()) {
      List<String> numbers = BETWEEN.splitAsStream(line.strip()).toList();
      float[] vector = new float[numbers.size()];
      for (int i = 0; i < vector.length; i++) {
        try {
          vector[i] = Float.parseFloat(numbers.get(i));
        } catch (NumberFormatException e) {
          throw new UsageException(
              given + ": '" + Errors.shortened(numbers.get(i)) + "' is not a number");
        }
      }
      vectors.add(vector);
    }
    return vectors;
  }

  private static float[] floats(String given, JsonNode list) {
    float[] vector = new float[list.size()];
    for (int i = 0; i < vector.length; i++) {
      if (!list.get(i).isNumber()) {
        throw new UsageException(given + ": " + Errors.shortened(list.get(i) + " is no number"));
      }
      vector[i] = list.get(i).floatValue();
    }
    return vector;
  }
}
