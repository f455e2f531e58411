// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.hubbeam.analysis.AnalyzeAndTransformDataset;
import org.hubbeam.analysis.AnalyzeDataset;
import org.hubbeam.batch.Batch;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.reducer.GoldenCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Of every theme of tf.Transform's golden cases some run on an engine, a row in each batch, so that
 * summaries of many bundles are merged; all cases of a theme in one pipeline.
 */
class GoldenFunctionsOnBeamTest {

  /** One case in so many. */
  private static final int SHARE = 5;

  private static final Map<String, List<Batch>> FEATURES = new ConcurrentHashMap<>();
  private static final Map<String, AnalyzerResults> FOUND = new ConcurrentHashMap<>();

  @TempDir private Path temp;

  @TestFactory
  Stream<DynamicTest> someCasesOfEveryThemeAreAsInPython() {
    return GoldenCases.themes().entrySet().stream()
        .map(
            theme ->
                DynamicTest.dynamicTest(
                    theme.getKey(), () -> check(theme.getKey(), chosen(theme.getValue()))));
  }

  private static List<JsonNode> chosen(List<JsonNode> cases) {
    List<JsonNode> fit = new ArrayList<>();
    for (JsonNode golden : cases) {
      boolean departs = GoldenFunctionsTest.departures().containsKey(golden.get("name").asText());
      boolean oneBatch = golden.path("single_batch").asBoolean();
      if (golden.has("expected") && !departs && !oneBatch && golden.get("rows").size() > 1) {
        fit.add(golden);
      }
    }
    List<JsonNode> chosen = new ArrayList<>();
    for (int i = 0; i < fit.size(); i += SHARE) {
      chosen.add(fit.get(i));
    }
    return chosen;
  }

  private void check(String theme, List<JsonNode> cases) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    List<GoldenFunction> functions = new ArrayList<>();
    for (JsonNode golden : cases) {
      String name = golden.get("name").asText();
      GoldenFunction function = new GoldenFunction(golden);
      Preprocessor preprocessor = function.preprocessor();
      functions.add(function);
      AnalyzeAndTransformDataset.Result result =
          pipeline
              .apply(
                  name, Create.of(rows(golden, function, preprocessor)).withCoder(BatchCoder.of()))
              .apply(
                  name + " fit",
                  AnalyzeAndTransformDataset.of(
                      AnalyzeDataset.of(preprocessor)
                          .withTempLocation(temp.resolve(theme).toString())));
      FEATURES.put(name, new ArrayList<>());
      result.batches().apply(name + " features", ParDo.of(new KeepFn(name)));
      result.results().apply(name + " found", ParDo.of(new FoundFn(name)));
    }
    pipeline.run().waitUntilFinish();
    for (int i = 0; i < cases.size(); i++) {
      compare(cases.get(i), functions.get(i));
    }
  }

  private static void compare(JsonNode golden, GoldenFunction function) {
    String name = golden.get("name").asText();
    List<Batch> features = FEATURES.get(name);
    assertThat(features).as(name).hasSize(golden.get("rows").size());
    features.sort(Comparator.comparingLong(b -> b.origin().records()[0]));
    GoldenComparison comparison = new GoldenComparison(golden);
    Batch all = Batch.concat(features);
    comparison.rows("rows", all);
    comparison.analyzers(function, all);
    comparison.vocabularies(FOUND.get(name));
    comparison.finish();
  }

  /** Batches of one row each, which know their locations. */
  private static List<Batch> rows(
      JsonNode golden, GoldenFunction function, Preprocessor preprocessor) {
    List<String> names = preprocessor.schema().columns().stream().map(c -> c.name()).toList();
    Batch all = function.batch(golden.get("rows"), names);
    List<Batch> rows = new ArrayList<>();
    for (int row = 0; row < all.rows(); row++) {
      rows.add(all.slice(row, row + 1));
    }
    return rows;
  }

  private static final class KeepFn extends DoFn<Batch, Void> {
    private static final long serialVersionUID = 1;
    private final String name;

    KeepFn(String name) {
      this.name = name;
    }

    @ProcessElement
    public void process(@Element Batch batch) {
      synchronized (FEATURES) {
        FEATURES.get(name).add(batch);
      }
    }
  }

  private static final class FoundFn extends DoFn<AnalyzerResults, Void> {
    private static final long serialVersionUID = 1;
    private final String name;

    FoundFn(String name) {
      this.name = name;
    }

    @ProcessElement
    public void process(@Element AnalyzerResults results) {
      FOUND.put(name, results);
    }
  }
}
