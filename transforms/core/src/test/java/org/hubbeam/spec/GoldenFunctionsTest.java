// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hubbeam.batch.Batch;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.reducer.GoldenCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What tf.Transform's own functions give, ours give: rows, serving rows, analyzers, vocabularies,
 * schemas and errors. The cases of which this is not so are listed in {@code departures.txt} with
 * their reasons, and each must still differ.
 */
class GoldenFunctionsTest {

  @TestFactory
  Stream<DynamicTest> everyCaseIsAsInPython() {
    Map<String, String> departures = departures();
    Set<String> names = new TreeSet<>();
    List<DynamicTest> tests = new ArrayList<>();
    GoldenCases.all()
        .forEach(
            golden -> {
              String name = golden.get("name").asText();
              names.add(name);
              tests.add(DynamicTest.dynamicTest(name, () -> check(golden, departures.get(name))));
            });
    if (System.getProperty("tft.goldens", "").isEmpty()) {
      tests.add(
          DynamicTest.dynamicTest(
              "every listed case exists",
              () -> assertThat(names).containsAll(departures.keySet())));
    }
    return tests.stream();
  }

  private static void check(JsonNode golden, String departure) {
    if (departure == null) {
      check(golden);
    } else {
      assertThatThrownBy(() -> check(golden))
          .as("this case passes: take it from the list, where it stands with: %s", departure)
          .isNotNull();
    }
  }

  private static void check(JsonNode golden) {
    if (golden.has("expected")) {
      run(golden, new GoldenComparison(golden));
      return;
    }
    JsonNode error = golden.get("expected_error");
    assertThatThrownBy(
            () -> {
              if (error.get("stage").asText().equals("trace")) {
                new GoldenFunction(golden).preprocessor();
              } else {
                run(golden, null);
              }
            })
        .as(error.get("gist").asText())
        .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class)
        .hasMessageNotContaining("there is no operation")
        .hasMessageNotContaining("there is no argument");
  }

  private static void run(JsonNode golden, GoldenComparison comparison) {
    GoldenFunction function = new GoldenFunction(golden);
    Preprocessor preprocessor = function.preprocessor();
    List<String> all = preprocessor.schema().columns().stream().map(c -> c.name()).toList();
    Batch rows = function.batch(golden.get("rows"), all);
    try (LocalRun run = preprocessor.applyLocally(batches(golden, rows))) {
      Batch found = run.transform(rows);
      Batch served = found;
      if (golden.has("eval_rows")) {
        List<String> present = new ArrayList<>();
        golden.path("eval_columns").forEach(c -> present.add(c.asText()));
        served =
            run.transform(
                function.batch(golden.get("eval_rows"), present.isEmpty() ? all : present));
      }
      if (comparison != null) {
        comparison.rows("rows", found);
        comparison.rows("eval_rows", served);
        comparison.analyzers(function, found.rows() > 0 ? found : served);
        comparison.vocabularies(run.results());
        comparison.schema(run.schema());
        comparison.finish();
      }
    }
  }

  private static List<Batch> batches(JsonNode golden, Batch rows) {
    if (golden.path("single_batch").asBoolean() || rows.rows() < 2) {
      return List.of(rows);
    }
    int half = rows.rows() / 2;
    return List.of(rows.slice(0, half), rows.slice(half, rows.rows()));
  }

  /** Reasons by case. */
  static Map<String, String> departures() {
    Map<String, String> reasons = new LinkedHashMap<>();
    try (InputStream file = GoldenFunctionsTest.class.getResourceAsStream("departures.txt")) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          int colon = line.indexOf(':');
          assertThat(colon).as("'name: reason' in %s", line).isPositive();
          reasons.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TreeMap<>(reasons);
  }
}
