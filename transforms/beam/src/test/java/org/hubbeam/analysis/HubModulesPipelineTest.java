// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.fixtures.Fixtures;
import org.hubbeam.preprocessing.Analyzers;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.HubModule;
import org.hubbeam.preprocessing.HubModules;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.preprocessing.PreprocessingFunction;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Scaling;
import org.hubbeam.preprocessing.Vocabularies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.types.TFloat32;

/** A function with modules inside gives on an engine what it gives in memory. */
class HubModulesPipelineTest {

  private static final BatchSchema SCHEMA =
      new BatchSchema(List.of(new ArraySpec("text", DType.STRING, Shape.of(-1), Layout.DENSE)));

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  @TempDir Path temp;

  private Preprocessor preprocessor() {
    String words = Fixtures.vocabulary(temp.resolve("words")).toString();
    HubModule lower =
        HubModule.of(Fixtures.signatures(temp.resolve("several")).toString())
            .withFunction(FunctionChoice.of("text"))
            .withOutput("lower");
    PreprocessingFunction function =
        in -> {
          Column text = HubModules.apply(lower, in.get("text"));
          Column vector = HubModules.apply(words, text);
          Column unit = Scaling.scaleTo01(vector, Analyzers.Over.CELLS);
          Column lengths =
              unit.map(v -> in.tf().sum(unit.values(TFloat32.class), in.tf().constant(1)));
          return Map.of(
              "unit",
              unit,
              "length",
              Scaling.scaleTo01(lengths),
              "id",
              Vocabularies.computeAndApplyVocabulary(text));
        };
    return Preprocessor.of(SCHEMA, function);
  }

  private static List<Batch> batches() {
    List<Batch> batches = new ArrayList<>();
    List<String> words = List.of("River", "stone", "TREE", "wind", "x", "");
    for (int i = 0; i < 5; i++) {
      String[] texts = new String[i + 1];
      for (int j = 0; j < texts.length; j++) {
        texts[j] = words.get(i * j % 6) + " " + words.get((i + j) % 6);
      }
      Array.Dense column = Array.Dense.vector(Values.of(texts));
      batches.add(
          new Batch(i + 1, Map.of("text", column), new Batch.Origin("b" + i, new long[i + 1])));
    }
    return batches;
  }

  @Test
  void itIsTheSameAsInMemory() {
    Preprocessor preprocessor = preprocessor();
    assertThat(preprocessor.plan().phases()).hasSize(2);
    AnalyzeAndTransformDataset.Result train =
        pipeline
            .apply(Create.of(batches()).withCoder(BatchCoder.of()))
            .apply(
                AnalyzeAndTransformDataset.of(
                    AnalyzeDataset.of(preprocessor).withTempLocation(temp.toString())));
    List<Batch> expected = new ArrayList<>();
    try (LocalRun run = preprocessor.applyLocally(batches())) {
      batches().forEach(b -> expected.add(run.transform(b)));
    }
    PAssert.that(train.batches()).containsInAnyOrder(expected);
    PAssert.that(train.failures()).empty();
    pipeline.run();
  }

  @Test
  void theJobTellsOfTheModuleOnlyWhereItIs() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(preprocessor());
    }
    assertThat(bytes.toString(StandardCharsets.ISO_8859_1))
        .contains(temp.resolve("words").toString())
        .doesNotContain("UnsortedSegmentSum");
  }
}
