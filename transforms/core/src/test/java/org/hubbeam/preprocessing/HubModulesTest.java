// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.fixtures.Fixtures;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/** Modules inside a preprocessing function: before and after analyzers, and in what is written. */
class HubModulesTest {

  /** The vector of a word is (i, 10 i, 1), of an unknown one (5, 50, 1). */
  private static final Array.Dense TEXTS = Local.strings("river stone", "", "tree", "Wind");

  private static final float[] VECTORS = {1, 10, 2, 0, 0, 0, 2, 20, 1, 4, 40, 1};

  @TempDir private Path work;

  private String vocabulary() {
    return Fixtures.vocabulary(work.resolve("vocabulary")).toString();
  }

  private static Column lower(Column text) {
    return text.map(v -> text.tracing().tf().strings.lower(text.values(TString.class)));
  }

  @Test
  void aModuleIsAMapperBetweenOthers() {
    String handle = vocabulary();
    Array out =
        Local.over("text", TEXTS).output(in -> HubModules.apply(handle, lower(in.get("text"))));
    assertThat(out).isEqualTo(Local.rows(3, VECTORS));
  }

  @Test
  void outputsThatNoArrayHoldsDoNotMatter() {
    HubModule module = HubModule.of(TestFiles.zoo("opaque_out").toString()).withOutput("scale");
    Array out =
        Local.over("x", Local.rows(3, 1, -0.5f, 0.25f, 0, 1.9f, -2))
            .output(in -> HubModules.output(module, Map.of("x", in.get("x"))));
    assertThat(((Values.Numbers) out.values()).toFloats()).containsExactly(1, 2);
  }

  @Test
  void analyzersStandAfterIt() {
    String handle = vocabulary();
    Batch out =
        Local.over("text", TEXTS)
            .outputs(
                in -> {
                  Column vectors = HubModules.apply(handle, lower(in.get("text")));
                  return Map.of(
                      "whole",
                      Scaling.scaleTo01(vectors),
                      "cells",
                      Scaling.scaleTo01(vectors, Analyzers.Over.CELLS));
                });
    float[] whole = new float[VECTORS.length];
    float[] cells = new float[VECTORS.length];
    float[] most = {4, 40, 2};
    for (int i = 0; i < VECTORS.length; i++) {
      whole[i] = VECTORS[i] / 40;
      cells[i] = VECTORS[i] / most[i % 3];
    }
    assertThat(Local.floats(out.column("whole"))).isEqualTo(whole);
    assertThat(Local.floats(out.column("cells"))).isEqualTo(cells);
  }

  @Test
  void anEmbeddingIsProjectedToItsPrincipalComponents() {
    String handle = vocabulary();
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("text", TEXTS);
    columns.put("same", Local.rows(3, VECTORS));
    Batch out =
        Local.over(columns)
            .outputs(
                in ->
                    Map.of(
                        "module", projected(HubModules.apply(handle, lower(in.get("text")))),
                        "column", projected(in.get("same"))));
    assertThat(out.column("module")).isEqualTo(out.column("column"));
  }

  private static Column projected(Column x) {
    return x.map(
        v ->
            x.tracing()
                .tf()
                .linalg
                .matMul(
                    x.values(TFloat32.class),
                    Analyzers.pca(x, 2, DType.FLOAT32).as(TFloat32.class)));
  }

  @Test
  void analyzersStandBeforeIt() {
    String handle = Fixtures.signatures(work.resolve("signatures")).toString();
    HubModule both = HubModule.of(handle).withFunction(FunctionChoice.of("both"));
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("text", Local.strings("a", "b", "a"));
    columns.put("x", Local.rows(2, 0, 4, 8, 2, 4, 4));
    Batch out =
        Local.over(columns)
            .outputs(
                in -> {
                  Column label =
                      HubModules.apply(
                              both,
                              Map.of(
                                  "x", Scaling.scaleByMinMax(in.get("x"), new OutputRange(0, 16)),
                                  "text", in.get("text")))
                          .get("label");
                  return Map.of("id", Vocabularies.computeAndApplyVocabulary(label));
                });
    // labels: a8, b20, a16; equally frequent ones are numbered from the last on
    assertThat(Local.longs(out.column("id"))).containsExactly(1, 0, 2);
  }

  @Test
  void whatIsWrittenHoldsTheModule() throws IOException {
    String handle = vocabulary();
    Preprocessor preprocessor =
        Preprocessor.of(
            Local.over("text", TEXTS).schema(),
            in -> Map.of("v", Scaling.scaleTo01(HubModules.apply(handle, lower(in.get("text"))))));
    Batch rows = Batch.of(Map.of("text", TEXTS));
    Array expected;
    try (LocalRun run = preprocessor.applyLocally(List.of(rows))) {
      expected = run.transform(rows).column("v");
      run.write(work.resolve("written"));
    }
    Files.move(Path.of(handle), work.resolve("elsewhere"));
    Path moved = Files.move(work.resolve("written"), work.resolve("moved"));
    try (TransformFn function = TransformFn.load(moved)) {
      assertThat(function.apply(rows).column("v")).isEqualTo(expected);
    }
    try (Module serving = Module.load(moved.resolve("serving"), ModuleOptions.DEFAULT)) {
      assertThat(
              serving
                  .function(FunctionChoice.of("serving_default"))
                  .call(Map.of("text", TEXTS))
                  .get("v"))
          .isEqualTo(expected);
    }
  }

  @Test
  void aPythonArgumentChoosesTheGraph() {
    HubModule module =
        HubModule.of(Fixtures.training(work.resolve("training")).toString())
            .withFunction(FunctionChoice.of("__call__"));
    Batch out =
        Local.over("x", Local.rows(2, 1, 2, 3, 4))
            .outputs(
                in ->
                    Map.of(
                        "plain", HubModules.apply(module, in.get("x")),
                        "training",
                            HubModules.apply(module.withArgument("training", true), in.get("x"))));
    assertThat(Local.floats(out.column("plain"))).containsExactly(2, 4, 6, 8);
    assertThat(Local.floats(out.column("training"))).containsExactly(102, 104, 106, 108);
  }

  @Test
  void whatDoesNotFitIsNamedWhenTheFunctionIsTraced() {
    String handle = vocabulary();
    Local numbers = Local.over("x", Local.floats(1, 2));
    assertThatThrownBy(() -> numbers.output(in -> HubModules.apply(handle, in.get("x"))))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("takes string [?], given is float32 [?]");
    String fixed = Fixtures.fixedBatch(work.resolve("fixed")).toString();
    assertThatThrownBy(() -> numbers.output(in -> HubModules.apply(fixed, in.get("x"))))
        .hasMessageContaining("always 4 rows");
    String several = Fixtures.signatures(work.resolve("signatures")).toString();
    HubModule both = HubModule.of(several).withFunction(FunctionChoice.of("both"));
    assertThatThrownBy(() -> numbers.output(in -> HubModules.apply(both, in.get("x"))))
        .hasMessageContaining("takes 2 inputs: [text, x]");
    assertThatThrownBy(() -> numbers.output(in -> HubModules.apply(several, in.get("x"))))
        .hasMessageContaining("choose one");
  }

  @Test
  void anotherModuleUnderTheSameHandleIsRefused() throws IOException {
    String handle = vocabulary();
    Preprocessor preprocessor =
        Preprocessor.of(
            Local.over("text", TEXTS).schema(),
            in -> Map.of("v", HubModules.apply(handle, in.get("text"))));
    Files.move(Path.of(handle), work.resolve("elsewhere"));
    Fixtures.poison(Path.of(handle));
    assertThatThrownBy(() -> preprocessor.applyLocally(List.of(Batch.of(Map.of("text", TEXTS)))))
        .hasMessageContaining("is not the one that the preprocessing function was traced with");
  }
}
