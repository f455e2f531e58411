// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.testing.Python;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Modules that are taken into a written module give, called by its functions, what Python
 * TensorFlow gives for the modules themselves.
 */
class GraftGoldensTest {

  private static final List<String> FOR_PYTHON =
      List.of(
          "nnlm",
          "swivel20",
          "sentence_encoder",
          "bert_preprocess",
          "bert_encoder",
          "image_feature_vector",
          "augment_crop_rotate",
          "half_precision",
          "string_out",
          "ragged_in",
          "nested_dict_out",
          "sparse_in_v2",
          "big_constant",
          "tf1_hub",
          "tf1_main_op");

  /** Their signatures assign to the variables of their graph, which no function can. */
  private static final Pattern REFUSED =
      Pattern.compile(".*saved_model_counter.*@(incr|reset).*|tf2onnx_assign@.*");

  /** Models that differ in nothing that matters here from one that is looked at. */
  private static final Pattern OTHER_COPIES =
      Pattern.compile(".*half_plus_two_(2_versions|cpu|mkl|mlmd).*|java_saved_model.*");

  @TempDir Path work;

  @TestFactory
  Stream<DynamicTest> zoo() {
    return Goldens.files(TestFiles.zoo(), ".golden.json").stream()
        .filter(f -> Goldens.read(f).get("load").asText().equals("ok"))
        .map(Goldens::read)
        .filter(g -> !calls(g).isEmpty())
        .map(g -> test(name(g), g, () -> TestFiles.zoo(name(g))));
  }

  @TestFactory
  Stream<DynamicTest> publishedModels() {
    return Goldens.ofPublishedModels().stream()
        .filter(f -> !calls(Goldens.read(f)).isEmpty())
        .filter(f -> !OTHER_COPIES.matcher(f.getFileName().toString()).matches())
        .map(
            file -> {
              JsonNode golden = Goldens.read(file);
              return test(
                  file.getFileName().toString(),
                  golden,
                  () -> TestFiles.corpus("models/" + name(golden)));
            });
  }

  private static String name(JsonNode golden) {
    return golden.get("module").asText();
  }

  private DynamicTest test(String name, JsonNode golden, Supplier<Path> module) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          Path folder = module.get();
          if (REFUSED.matcher(name).matches()) {
            assertThatThrownBy(() -> write(golden, folder, work.resolve(name)))
                .isInstanceOf(ModuleException.class)
                .hasMessageContaining("changes a variable");
          } else {
            check(golden, folder, work.resolve(name));
          }
        });
  }

  @Test
  void pythonReadsThem() throws Exception {
    String python = Python.with("tensorflow_hub", "tf_keras");
    Path zoo = TestFiles.zoo();
    Path written = Files.createDirectory(work.resolve("written"));
    for (String name : FOR_PYTHON) {
      JsonNode golden = Goldens.read(zoo.resolve(name + ".golden.json"));
      write(golden, zoo.resolve(name), written.resolve(name));
      Files.writeString(written.resolve(name + ".json"), calls(golden).toString());
    }
    Path moved = Files.move(written, work.resolve("moved"));
    Path out = work.resolve("out");
    Python.run(python, getClass(), "use_grafts.py", work, moved.toString(), out.toString());
    assertThat(out).hasContent("");
  }

  private static List<JsonNode> calls(JsonNode golden) {
    List<JsonNode> calls = new ArrayList<>();
    golden
        .path("calls")
        .forEach(
            c -> {
              if (!c.has("error") && !c.path("continues").asBoolean()) {
                calls.add(c);
              }
            });
    return calls;
  }

  private static void check(JsonNode golden, Path folder, Path written) throws IOException {
    write(golden, folder, written);
    SoftAssertions softly = new SoftAssertions();
    int number = 0;
    boolean changed = false;
    Module module = Module.load(written, options(golden).withTags(null));
    try {
      for (JsonNode call : calls(golden)) {
        if (changed) {
          module.close();
          module = Module.load(written, options(golden).withTags(null));
        }
        changed = call.has("variables_after");
        Map<String, Array> outputs =
            module
                .function(FunctionChoice.of("call_" + number++))
                .call(ArrayJson.decode(call.get("inputs")));
        String what = Goldens.choice(call).toString();
        if (call.has("asset_path")) {
          softly.assertThat(outputs).as(what).hasSize(1);
        } else {
          Goldens.compare(softly, what, call.get("outputs"), outputs, call);
        }
      }
    } finally {
      module.close();
    }
    softly.assertAll();
  }

  /** A module with a function for each golden call, {@code call_0, call_1, ...}. */
  private static void write(JsonNode golden, Path folder, Path written) throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    Graft graft = writer.graft("taken", folder, options(golden));
    int number = 0;
    for (JsonNode call : calls(golden)) {
      GraftedFunction function = graft.function(Goldens.choice(call));
      List<ArraySpec> inputs = new ArrayList<>();
      ArrayJson.decode(call.get("inputs")).forEach((n, a) -> inputs.add(a.spec(n)));
      writer.function(
          "call_" + number++,
          FunctionInputs.of(inputs),
          f -> {
            Map<String, ArrayOperand> given = new LinkedHashMap<>();
            inputs.forEach(s -> given.put(s.name(), f.array(s.name())));
            f.call(function, given).forEach(f::output);
          });
    }
    writer.write(written);
  }

  private static ModuleOptions options(JsonNode golden) {
    ModuleOptions options =
        ModuleOptions.DEFAULT.withAllowOps(Set.copyOf(Goldens.strings(golden.path("unsafe_ops"))));
    return golden.hasNonNull("tags")
        ? options.withTags(Set.copyOf(Goldens.strings(golden.get("tags"))))
        : options;
  }
}
