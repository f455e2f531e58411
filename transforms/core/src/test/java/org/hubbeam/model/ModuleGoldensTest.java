// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.SavedModel;

/** Every golden call of the zoo and of published models gives what Python TensorFlow gives. */
class ModuleGoldensTest {

  @TestFactory
  Stream<DynamicTest> zoo() {
    Path zoo = TestFiles.zoo();
    return Goldens.files(zoo, ".golden.json").stream()
        .filter(f -> Goldens.read(f).get("load").asText().equals("ok"))
        .map(
            file -> {
              JsonNode golden = Goldens.read(file);
              String name = golden.get("module").asText();
              return DynamicTest.dynamicTest(
                  name, () -> check(golden, zoo.resolve(name), golden.get("calls")));
            });
  }

  @TestFactory
  Stream<DynamicTest> publishedModels() {
    return Goldens.ofPublishedModels().stream()
        .map(
            file -> {
              JsonNode golden = Goldens.read(file);
              return DynamicTest.dynamicTest(
                  file.getFileName().toString(),
                  () ->
                      check(
                          golden,
                          TestFiles.corpus("models/" + golden.get("module").asText()),
                          golden.get("calls")));
            });
  }

  @Test
  void aGraphWithoutSaverIsRestoredFromItsCollection(@TempDir Path work) throws IOException {
    Path zoo = TestFiles.zoo();
    try (Stream<Path> files = Files.walk(zoo.resolve("tf1_hub"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = work.resolve(zoo.resolve("tf1_hub").relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Path graph = work.resolve("saved_model.pb");
    SavedModel.Builder proto = SavedModel.parseFrom(Files.readAllBytes(graph)).toBuilder();
    proto.getMetaGraphsBuilderList().forEach(m -> m.clearSaverDef());
    Files.write(graph, proto.build().toByteArray());
    JsonNode golden = Goldens.read(zoo.resolve("tf1_hub.golden.json"));
    check(golden, work, golden.get("calls"));
  }

  private static void check(JsonNode golden, Path folder, JsonNode calls) {
    check(
        golden,
        folder,
        calls,
        ModuleOptions.DEFAULT.withAllowOps(Set.copyOf(Goldens.strings(golden.path("unsafe_ops")))));
  }

  static void check(JsonNode golden, Path folder, JsonNode calls, ModuleOptions given) {
    ModuleOptions options = given;
    if (golden.hasNonNull("tags")) {
      options = options.withTags(Set.copyOf(Goldens.strings(golden.get("tags"))));
    }
    SoftAssertions softly = new SoftAssertions();
    Module module = Module.load(folder, options);
    try {
      for (JsonNode call : calls) {
        if (!call.path("continues").asBoolean()) {
          module.close();
          module = Module.load(folder, options);
        }
        call(softly, module, call);
      }
      for (Map.Entry<String, JsonNode> variable : golden.path("variables").properties()) {
        Array wanted = ArrayJson.decodeArray(variable.getValue());
        Array actual = module.variable(variable.getKey()).slice(0, wanted.rows());
        softly
            .assertThat(Goldens.difference(wanted.values(), actual.values()))
            .as("variable " + variable.getKey())
            .isNull();
      }
    } finally {
      module.close();
    }
    softly.assertAll();
  }

  private static void call(SoftAssertions softly, Module module, JsonNode call) {
    FunctionChoice choice = Goldens.choice(call);
    Map<String, Array> inputs = ArrayJson.decode(call.get("inputs"));
    String what = choice + " " + call.path("note").asText("");
    if (call.has("error")) {
      softly
          .assertThatThrownBy(() -> module.function(choice).call(inputs))
          .as(what)
          .isInstanceOf(ModuleException.class);
    } else {
      Map<String, Array> outputs = module.function(choice).call(inputs);
      Goldens.compare(softly, what, call.get("outputs"), outputs, call);
    }
    for (Map.Entry<String, JsonNode> variable : call.path("variables_after").properties()) {
      Map<String, Array> after = new LinkedHashMap<>();
      after.put(variable.getKey(), module.variable(variable.getKey()));
      JsonNode wanted = call.get("variables_after");
      Goldens.compare(
          softly,
          what + " variable after",
          ((com.fasterxml.jackson.databind.node.ObjectNode) wanted.deepCopy())
              .retain(variable.getKey()),
          after,
          call);
    }
  }
}
