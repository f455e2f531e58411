// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.hubbeam.model.ModuleException.Kind;
import org.hubbeam.model.fixtures.Fixtures;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

/** Modules that are unsafe, broken or lack something are refused, and the message says why. */
class MisbehavingModulesTest {

  @TestFactory
  Stream<DynamicTest> anUnsafeModuleIsRefusedUnlessItIsTrusted() {
    Path zoo = TestFiles.zoo();
    return Goldens.files(zoo, ".golden.json").stream()
        .map(Goldens::read)
        .filter(golden -> golden.has("unsafe_ops"))
        .map(
            golden -> {
              String name = golden.get("module").asText();
              return DynamicTest.dynamicTest(name, () -> checkUnsafe(golden, zoo.resolve(name)));
            });
  }

  private static void checkUnsafe(JsonNode golden, Path folder) {
    Set<String> ops = new TreeSet<>(Goldens.strings(golden.get("unsafe_ops")));
    assertThat(unsafeOps(folder)).isEqualTo(ops);
    assertThat(refusal(folder, ModuleOptions.DEFAULT, Kind.UNSAFE))
        .contains(folder.toString())
        .endsWith("--allowOps=" + String.join(",", ops));
    Module.load(folder, ModuleOptions.DEFAULT.withAllowOps(ops)).close();
    String warned =
        errors(
            () ->
                Module.load(folder, ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL))
                    .close());
    assertThat(warned).contains("WARN").contains(folder.toString()).contains(ops);
    assertThat(errors(() -> Module.load(folder, ModuleOptions.DEFAULT.withAllowOps(ops)).close()))
        .doesNotContain("WARN");
  }

  @Test
  void aFileThatIsNoAssetOfTheModuleIsUnsafe(@TempDir Path work) throws IOException {
    Path table = Fixtures.vocabulary(work.resolve("table"));
    assertThat(ModuleInfo.read(table, null).unsafeOps()).isEmpty();
    bindConstants(table.resolve("saved_model.pb"), work.resolve("table-of-constants"));
    assertThat(unsafeOps(work.resolve("table-of-constants")))
        .containsExactly("InitializeTableFromTextFileV2");
  }

  @Test
  void aDatasetOfAFileThatIsNoAssetOfTheModuleIsUnsafe(@TempDir Path work) throws IOException {
    Path dataset = TestFiles.transformGoldens("transform_fns/taxi_sparse/transform_fn");
    assertThat(ModuleInfo.read(dataset, null).unsafeOps()).isEmpty();
    bindConstants(dataset.resolve("saved_model.pb"), work.resolve("constants"));
    assertThat(unsafeOps(work.resolve("constants")))
        .containsExactly("InitializeTableFromTextFileV2", "TFRecordDataset");
  }

  private static Set<String> unsafeOps(Path folder) {
    Set<String> names = new TreeSet<>();
    ModuleInfo.read(folder, null).unsafeOps().forEach(u -> names.add(u.name()));
    return names;
  }

  /** Writes a module again with constants where its functions capture assets. */
  private static void bindConstants(Path graph, Path folder) throws IOException {
    var proto = org.tensorflow.proto.SavedModel.parseFrom(Files.readAllBytes(graph)).toBuilder();
    proto
        .getMetaGraphsBuilder(0)
        .getGraphDefBuilder()
        .addNodeBuilder()
        .setName("passwords")
        .setOp("Const")
        .putAttr("dtype", Protos.attr(DataType.DT_STRING))
        .putAttr("value", Protos.attr(Protos.scalar("/etc/passwd")));
    for (var node :
        proto.getMetaGraphsBuilder(0).getObjectGraphDefBuilder().getNodesBuilderList()) {
      if (node.hasAsset()) {
        node.getConstantBuilder().setOperation("passwords");
      }
    }
    Files.createDirectories(folder);
    Files.write(folder.resolve("saved_model.pb"), proto.build().toByteArray());
  }

  @Test
  void noOtherModuleOfTheZooHasUnsafeOps() {
    SoftAssertions softly = new SoftAssertions();
    for (Path folder : TestFiles.zooModules()) {
      Path golden = folder.resolveSibling(folder.getFileName() + ".golden.json");
      if (!Goldens.read(golden).has("unsafe_ops")) {
        softly.assertThat(ModuleInfo.read(folder, null).unsafeOps()).as("%s", folder).isEmpty();
      }
    }
    softly.assertAll();
  }

  @Test
  void noPublishedModuleHasUnsafeOps() {
    assertThat(TestFiles.corpusModules())
        .isNotEmpty()
        .allSatisfy(folder -> assertThat(ModuleInfo.read(folder, null).unsafeOps()).isEmpty());
  }

  @Test
  void allowOpsLetsInExactlyWhatItNames() throws IOException {
    int refused = 0;
    try (Stream<Path> folders = Files.list(TestFiles.cases("hostile/modules"))) {
      for (Path folder : folders.sorted().toList()) {
        Set<String> unsafe;
        try {
          unsafe = unsafeOps(folder);
        } catch (ModuleException e) {
          continue; // broken
        }
        for (String op : unsafe) {
          Set<String> others = new TreeSet<>(unsafe);
          others.remove(op);
          ModuleOptions options = ModuleOptions.DEFAULT.withAllowOps(others);
          assertThatThrownBy(() -> ModuleOutline.read(folder, options))
              .hasMessageContaining(op + " in the ")
              .hasMessageEndingWith("--allowOps=" + op);
          refused++;
        }
        ModuleOutline.read(folder, ModuleOptions.DEFAULT.withAllowOps(unsafe)).close();
      }
    }
    assertThat(refused).isGreaterThan(20);
  }

  @Test
  void missingOpsAreNamed() {
    Path zoo = TestFiles.zoo();
    for (String name : List.of("unknown_op", "unknown_op_unused")) {
      List<String> ops =
          Goldens.strings(Goldens.read(zoo.resolve(name + ".golden.json")).get("missing_ops"));
      assertThat(ops).isNotEmpty();
      assertThat(ModuleInfo.read(zoo.resolve(name), null).missingOps())
          .containsExactlyElementsOf(ops);
      assertThat(refusal(zoo.resolve(name), ModuleOptions.DEFAULT, Kind.NOT_LOADABLE))
          .contains(ops)
          .contains("--opLibraries");
    }
  }

  @Test
  void aPublishedModuleThatNeedsTextOpsSaysSo() {
    Path folder = TestFiles.corpus("models/text_segmenter_hub_module");
    assertThat(refusal(folder, ModuleOptions.DEFAULT, Kind.NOT_LOADABLE))
        .contains("TokenizerFromLogits")
        .contains("--opLibraries");
  }

  @Test
  void aMissingAssetAndBrokenVariablesAreNamed() {
    Path zoo = TestFiles.zoo();
    assertThat(refusal(zoo.resolve("missing_asset"), ModuleOptions.DEFAULT, Kind.NOT_LOADABLE))
        .contains(zoo.resolve("missing_asset").toString())
        .contains("lost_words.txt");
    assertThat(
            refusal(zoo.resolve("truncated_variables"), ModuleOptions.DEFAULT, Kind.NOT_LOADABLE))
        .contains(zoo.resolve("truncated_variables").toString())
        .contains("variables.data-00000-of-00001");
  }

  @Test
  void brokenPublishedModulesGiveClearErrors() {
    Path models = TestFiles.corpus("models");
    List<Path> broken;
    try (Stream<Path> folders = Files.walk(models)) {
      broken =
          folders
              .filter(Files::isDirectory)
              .filter(f -> f.getFileName().toString().matches("[0-9]+"))
              .filter(f -> !Files.exists(f.resolve("saved_model.pb")))
              .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    assertThat(broken).isNotEmpty();
    for (Path folder : broken) {
      assertThat(refusal(folder, ModuleOptions.DEFAULT, Kind.NOT_LOADABLE))
          .contains(folder.toString());
    }
  }

  @Test
  void filesThatAreCutOrGoneAreNamed(@TempDir Path work) throws IOException {
    Path module = Fixtures.vocabulary(work.resolve("module"));
    Path graph = module.resolve("saved_model.pb");
    byte[] whole = Files.readAllBytes(graph);
    for (int length : new int[] {1, 100, whole.length / 2, whole.length - 1}) {
      Files.write(graph, java.util.Arrays.copyOf(whole, length));
      assertThat(refusal(module, ModuleOptions.DEFAULT, Kind.NOT_LOADABLE))
          .contains("saved_model.pb");
    }
    Files.write(graph, whole);
    Path data = module.resolve("variables/variables.data-00000-of-00001");
    byte[] values = Files.readAllBytes(data);
    Files.write(data, java.util.Arrays.copyOf(values, 10));
    assertThat(refusal(module, ModuleOptions.DEFAULT, Kind.NOT_LOADABLE))
        .contains(data.getFileName().toString());
    Files.delete(data);
    assertThat(refusal(module, ModuleOptions.DEFAULT, Kind.NOT_LOADABLE)).contains("variables");
    Files.write(data, values);
    Files.delete(module.resolve("assets/words.txt"));
    assertThat(refusal(module, ModuleOptions.DEFAULT, Kind.NOT_LOADABLE)).contains("words.txt");
    Files.delete(module.resolve("variables/variables.index"));
    assertThat(refusal(module, ModuleOptions.DEFAULT, Kind.NOT_LOADABLE))
        .contains("variables.index");
    Files.delete(graph);
    assertThat(refusal(module, ModuleOptions.DEFAULT, Kind.NOT_LOADABLE))
        .contains("saved_model.pb");
    assertThat(refusal(work.resolve("none"), ModuleOptions.DEFAULT, Kind.NOT_LOADABLE))
        .contains("no such folder");
  }

  @Test
  void tagSetsAreListed(@TempDir Path work) throws IOException {
    Path module = Fixtures.vocabulary(work.resolve("module"));
    assertThat(
            refusal(module, ModuleOptions.DEFAULT.withTags(Set.of("serve", "gpu")), Kind.MISUSED))
        .contains("[gpu, serve]")
        .contains("[[serve]]");
    Path graph = module.resolve("saved_model.pb");
    var proto = org.tensorflow.proto.SavedModel.parseFrom(Files.readAllBytes(graph)).toBuilder();
    var first = proto.getMetaGraphs(0);
    proto.clearMetaGraphs();
    for (List<String> tags : List.of(List.of("tpu", "a"), List.of("train"))) {
      var metaGraph = first.toBuilder();
      metaGraph.getMetaInfoDefBuilder().clearTags().addAllTags(tags);
      proto.addMetaGraphs(metaGraph);
    }
    Files.write(graph, proto.build().toByteArray());
    assertThat(refusal(module, ModuleOptions.DEFAULT, Kind.MISUSED))
        .contains("[[a, tpu], [train]]");
    assertThatThrownBy(() -> ModuleInfo.read(module, null))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("[[a, tpu], [train]]");
    try (Module chosen = Module.load(module, ModuleOptions.DEFAULT.withTags(Set.of("a", "tpu")))) {
      assertThat(chosen.info().tags()).containsExactlyInAnyOrder("a", "tpu");
    }
  }

  @Test
  void aFunctionThatChangesStateIsWarnedOf() {
    Path zoo = TestFiles.zoo();
    try (Module module = Module.load(zoo.resolve("stateful_counter"), ModuleOptions.DEFAULT)) {
      FunctionChoice counting = FunctionChoice.of("serving_default");
      assertThat(errors(() -> module.function(counting)))
          .contains("WARN", "serving_default", "stateful_counter", "AssignAddVariableOp");
      assertThat(errors(() -> module.function(counting))).isEmpty();
      assertThat(errors(() -> module.function(FunctionChoice.of("peek")))).isEmpty();
    }
    for (String name : List.of("nnlm", "tf1_hub", "image_feature_vector", "bert_encoder")) {
      try (Module module = Module.load(zoo.resolve(name), ModuleOptions.DEFAULT)) {
        String function = module.info().callables().get(0).name();
        assertThat(errors(() -> module.function(FunctionChoice.of(function)))).isEmpty();
      }
    }
  }

  private static String refusal(Path folder, ModuleOptions options, Kind kind) {
    ModuleException e =
        catchThrowableOfType(ModuleException.class, () -> Module.load(folder, options).close());
    assertThat(e).as("%s", folder).isNotNull();
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
    return e.getMessage();
  }

  private static String errors(Runnable action) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      action.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
