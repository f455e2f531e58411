// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.fixtures.Fixtures;
import org.hubbeam.testing.Python;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/**
 * Modules written from Java give the same numbers in this project's loader, in TensorFlow's C++
 * loader and in Python: those that their definitions say.
 */
class WrittenModulesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path work;
  private static Path modules;
  private static JsonNode expected;

  @BeforeAll
  static void write() throws IOException {
    Path written = Files.createDirectory(work.resolve("written"));
    Fixtures.all(written);
    modules = Files.move(written, work.resolve("moved"));
    expected = JSON.readTree(WrittenModulesTest.class.getResource("written_modules.json"));
  }

  @Test
  void pythonUsesThemAsItsOwn() throws Exception {
    Path out = work.resolve("out.json");
    Path again = Files.createDirectory(work.resolve("again"));
    Python.run(
        Python.with("tensorflow_hub", "tf_keras"),
        getClass(),
        "use_module.py",
        work,
        modules.toString(),
        out.toString(),
        again.toString());
    JsonNode actual = JSON.readTree(out.toFile());
    expected
        .properties()
        .forEach(
            module ->
                assertThat(actual.get(module.getKey()))
                    .as(module.getKey())
                    .isEqualTo(module.getValue()));
    assertThat(actual.size()).isEqualTo(expected.size());
  }

  @Test
  void theCppLoaderFindsVariablesTablesAndAssets() {
    try (SavedModelBundle bundle = load("vocabulary");
        TString text = TString.vectorOf("river stone", "", "wind unheard crème");
        var result = bundle.function("serving_default").call(Map.of("sentences", text))) {
      TFloat32 vectors = (TFloat32) result.get("output_0").get();
      assertThat(StdArrays.array2dCopyOf(vectors))
          .isDeepEqualTo(new float[][] {{1, 10, 2}, {0, 0, 0}, {12, 120, 3}});
    }
  }

  @Test
  void theCppLoaderKeepsState() {
    try (SavedModelBundle bundle = load("counter");
        TString two = TString.vectorOf("a", "b");
        TString one = TString.vectorOf("c");
        var first = bundle.function("serving_default").call(Map.of("text", two));
        var second = bundle.function("serving_default").call(Map.of("text", one))) {
      assertThat(StdArrays.array1dCopyOf((TInt64) first.get("row").get())).containsExactly(0, 1);
      assertThat(StdArrays.array1dCopyOf((TInt64) second.get("row").get())).containsExactly(2);
    }
  }

  @Test
  void theCppLoaderSeesEachSignature() {
    try (SavedModelBundle bundle = load("signatures")) {
      assertThat(bundle.signatures()).extracting(s -> s.key()).contains("numbers", "text", "both");
      assertThat(bundle.function("numbers").signature().outputNames())
          .containsExactlyInAnyOrder("double", "floor", "positive", "total");
    }
  }

  @Test
  void aVocabularyIsUsed() {
    try (Module module = module("vocabulary")) {
      Array text = strings("river stone", "", "wind unheard crème");
      assertThat(floats(call(module, "__call__", Map.of("sentences", text)), "output"))
          .isEqualTo(flat("/vocabulary/call"));
      assertThat(floats(call(module, "serving_default", Map.of("sentences", text)), "output_0"))
          .isEqualTo(flat("/vocabulary/signature/output_0"));
      assertThat(call(module, "word_ids", Map.of("words", strings("crème", "x"))).get("output"))
          .isEqualTo(Array.Dense.vector(Values.of(3L, 5L)));
      Array ids = Array.Dense.vector(Values.of(3L, 99L));
      assertThat(call(module, "words_of", Map.of("ids", ids)).get("output"))
          .isEqualTo(strings("crème", "?"));
      assertThat(((Values.Numbers) module.variable("embeddings").values()).toFloats())
          .isEqualTo(flat("/vocabulary/embeddings"));
      assertThat(module.variable("scaling.factor")).isEqualTo(Array.Dense.scalar(Values.of(1f)));
      assertThat(module.info().assets()).containsExactly("words.txt");
      assertThat(module.info().unsafeOps()).isEmpty();
    }
  }

  @Test
  void aPythonArgumentAndADtypeChooseTheTrace() {
    try (Module module = module("training")) {
      Map<String, Array> floats = Map.of("x", new Array.Dense(List.of(1L, 2L), Values.of(1f, 2f)));
      FunctionChoice call = FunctionChoice.of("__call__");
      assertThat(floats(module.function(call.with("training", true)).call(floats), "output"))
          .isEqualTo(flat("/training/true"));
      assertThat(floats(module.function(call.with("training", false)).call(floats), "output"))
          .isEqualTo(flat("/training/default"));
      Map<String, Array> longs = Map.of("x", new Array.Dense(List.of(1L, 2L), Values.of(3L, 4L)));
      assertThat(module.function(call.with("training", false)).call(longs).get("output").values())
          .isEqualTo(Values.of(30L, 40L));
    }
  }

  @Test
  void stateIsKept() {
    try (Module module = module("counter")) {
      assertThat(call(module, "__call__", Map.of("text", strings("a", "b"))).get("row").values())
          .isEqualTo(Values.of(0L, 1L));
      assertThat(call(module, "serving_default", Map.of("text", strings("c"))).get("row").values())
          .isEqualTo(Values.of(2L));
      assertThat(call(module, "peek", Map.of()).get("output").values()).isEqualTo(Values.of(3L));
      assertThat(module.variable("seen").values()).isEqualTo(Values.of(3L));
    }
  }

  @Test
  void nestedRaggedAndSparseArraysGoInAndOut() {
    try (Module module = module("nested")) {
      Map<String, Array> out =
          call(
              module,
              "__call__",
              Map.of(
                  "inputs/ids", Array.Dense.vector(Values.of(1L, 2L)),
                  "inputs/weights/0", Array.Dense.vector(Values.of(1f, 2f)),
                  "inputs/weights/1", Array.Dense.vector(Values.of(10f, 20f)),
                  "scale", Array.Dense.scalar(Values.of(2f))));
      assertThat(out.keySet()).containsExactlyInAnyOrder("a/sum", "levels/0", "levels/1", "z");
      assertThat(floats(out, "levels/1")).isEqualTo(flat("/nested/call/levels/1"));
      assertThat(floats(out, "a/sum")).isEqualTo(flat("/nested/call/a/sum"));
      Array tokens = Array.Ragged.of(Values.of("a", "bc", "d"), new int[] {0, 2, 2, 3});
      Map<String, Array> lengths = call(module, "lengths", Map.of("tokens", tokens));
      assertThat(lengths.get("upper"))
          .isEqualTo(Array.Ragged.of(Values.of("A", "BC", "D"), new int[] {0, 2, 2, 3}));
      assertThat(lengths.get("length").values()).isEqualTo(Values.of(2L, 0L, 1L));
      Array sparse =
          new Array.Sparse(List.of(2L, 3L), new long[] {0, 1, 1, 0, 1, 2}, Values.of(2f, 3f, 4f));
      assertThat(floats(call(module, "dense", Map.of("x", sparse)), "output"))
          .isEqualTo(flat("/nested/dense"));
      assertThat(call(module, "twice", Map.of("x", sparse)).get("output"))
          .isEqualTo(
              new Array.Sparse(
                  List.of(2L, 3L), new long[] {0, 1, 1, 0, 1, 2}, Values.of(4f, 6f, 8f)));
    }
  }

  @Test
  void onePoisonedRowIsRefused() {
    try (Module module = module("poison")) {
      assertThat(call(module, "__call__", Map.of("text", strings("YQ", "YmM"))).get("bytes"))
          .isEqualTo(strings("a", "bc"));
      assertThatThrownBy(() -> call(module, "__call__", Map.of("text", strings("YQ", "!"))))
          .isInstanceOfSatisfying(
              ModuleException.class,
              e -> assertThat(e.kind()).isEqualTo(ModuleException.Kind.REFUSED));
    }
  }

  private static Module module(String name) {
    return Module.load(modules.resolve(name), ModuleOptions.DEFAULT);
  }

  private static SavedModelBundle load(String name) {
    return SavedModelBundle.load(modules.resolve(name).toString(), "serve");
  }

  private static Map<String, Array> call(Module module, String name, Map<String, Array> inputs) {
    return module.function(FunctionChoice.of(name)).call(inputs);
  }

  private static Array strings(String... values) {
    return Array.Dense.vector(Values.of(values));
  }

  private static float[] floats(Map<String, Array> outputs, String name) {
    return ((Values.Numbers) outputs.get(name).values()).toFloats();
  }

  /** The numbers at a place of the expected results. */
  private static float[] flat(String at) {
    List<Float> values = new java.util.ArrayList<>();
    collect(expected.at(at), values);
    float[] out = new float[values.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = values.get(i);
    }
    return out;
  }

  private static void collect(JsonNode node, List<Float> values) {
    if (node.isArray()) {
      node.forEach(n -> collect(n, values));
    } else {
      values.add((float) node.asDouble());
    }
  }
}
