// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.fixtures.Fixtures;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a module offers is told without loading it, whether it can be loaded or not. */
class ModuleListingTest {

  @Test
  void everyModuleOfTheZooIsListed() {
    checkListings(TestFiles.zooModules());
  }

  @Test
  void everyPublishedModuleIsListed() {
    checkListings(TestFiles.corpusModules());
  }

  private static void checkListings(List<Path> modules) {
    SoftAssertions softly = new SoftAssertions();
    for (Path folder : modules) {
      softly
          .assertThatCode(() -> checkListing(folder, ModuleInfo.read(folder, null)))
          .as("%s", folder)
          .doesNotThrowAnyException();
    }
    softly.assertAll();
  }

  private static void checkListing(Path folder, ModuleInfo info) {
    assertThat(info.callables()).as("%s", folder).isNotEmpty();
    assertThat(info.bytes()).isPositive();
    assertThat(info.ops()).isNotEmpty();
    for (ModuleInfo.Callable callable : info.callables()) {
      assertThat(callable.name()).as("%s", folder).doesNotStartWith("__saved_model_");
      assertThat(callable.variants()).as("%s %s", folder, callable.name()).isNotEmpty();
    }
    for (ModuleInfo.Callable signature : info.signatures()) {
      assertThat(signature.variants().get(0).outputs())
          .as("%s %s", folder, signature.name())
          .isNotEmpty();
    }
  }

  @Test
  void signaturesAreThoseThatPythonCalls() {
    Path models = TestFiles.corpus("models");
    Path goldens = TestFiles.modelGoldens();
    SoftAssertions softly = new SoftAssertions();
    for (JsonNode entry : Goldens.read(goldens.resolve("index.json"))) {
      softly
          .assertThat(
              ModuleInfo.read(models.resolve(entry.get("module").asText()), null).signatures())
          .as(entry.get("module").asText())
          .extracting(ModuleInfo.Callable::name)
          .contains(entry.get("signature").asText());
    }
    softly.assertAll();
  }

  @Test
  void membersAreThoseThatPythonFinds() {
    Path models = TestFiles.corpus("models");
    Path goldens = TestFiles.modelGoldens();
    SoftAssertions softly = new SoftAssertions();
    for (Map.Entry<String, JsonNode> module :
        Goldens.read(goldens.resolve("members.json")).properties()) {
      ModuleInfo info = ModuleInfo.read(models.resolve(module.getKey()), null);
      softly
          .assertThat(info.signatures())
          .as(module.getKey() + ": signatures")
          .extracting(ModuleInfo.Callable::name)
          .containsExactlyInAnyOrderElementsOf(
              Goldens.strings(module.getValue().get("signatures")));
      softly
          .assertThat(atRoot(info.members().stream().map(ModuleInfo.Callable::name).toList()))
          .as(module.getKey() + ": functions")
          .containsExactlyInAnyOrderElementsOf(atRoot(names(module.getValue().get("functions"))));
      softly
          .assertThat(atRoot(info.variables().stream().map(v -> v.name()).toList()))
          .as(module.getKey() + ": variables")
          .containsExactlyInAnyOrderElementsOf(atRoot(names(module.getValue().get("variables"))));
      for (ModuleInfo.Callable member : info.members()) {
        JsonNode traces = module.getValue().get("functions").get(member.name());
        if (traces != null) {
          softly
              .assertThat(member.variants())
              .as(module.getKey() + ": graphs of " + member.name())
              .hasSize(traces.size());
        }
      }
    }
    softly.assertAll();
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static List<String> atRoot(List<String> paths) {
    return paths.stream().filter(p -> !p.contains(".")).toList();
  }

  @Test
  void aFunctionThatGivesNothingRuns(@TempDir Path work) {
    try (Module module =
        Module.load(Fixtures.counter(work.resolve("counter")), ModuleOptions.DEFAULT)) {
      Map<String, Array> text = Map.of("text", Array.Dense.vector(Values.of("a", "b")));
      module.function(FunctionChoice.of("serving_default")).call(text);
      assertThat(module.variable("seen")).isEqualTo(Array.Dense.scalar(Values.of(2L)));
      ModuleFunction reset = module.function(FunctionChoice.of("reset"));
      assertThat(reset.outputs()).isEmpty();
      assertThat(reset.call(Map.of())).isEmpty();
      assertThat(module.variable("seen")).isEqualTo(Array.Dense.scalar(Values.of(0L)));
      module.function(FunctionChoice.of("serving_default")).only(List.of()).call(text);
      assertThat(module.variable("seen")).isEqualTo(Array.Dense.scalar(Values.of(2L)));
    }
  }
}
