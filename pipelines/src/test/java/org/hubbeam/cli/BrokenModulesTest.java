// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/** Modules whose structure is wrong end every program with one line. */
class BrokenModulesTest {

  /** Those of the hostile modules whose structure alone is wrong. */
  private static final List<String> HOSTILE =
      List.of(
          "obj_asset_index",
          "obj_asset_nul",
          "obj_child_out_of_range",
          "obj_functions_empty",
          "obj_self_recursion",
          "obj_variable_dtype77",
          "obj_variable_huge",
          "obj_variable_negative",
          "pb_empty",
          "tf1_bad_index",
          "tf1_cycle_to_fileop",
          "tf1_default_dtype99",
          "tf1_default_huge",
          "tf1_default_negative",
          "tf1_default_short_content",
          "tf1_fileop_no_inputs");

  @TempDir static Path work;

  @BeforeAll
  static void write() throws IOException {
    Files.writeString(work.resolve("in.txt"), "1\n2\n");
    Files.writeString(work.resolve("in.json"), "{\"texts\": [\"1\"]}");
  }

  @Test
  void hostileOnesAreOneLine() {
    Path modules = TestFiles.cases("hostile/modules");
    HOSTILE.forEach(name -> isOneLine(modules.resolve(name), " is broken: "));
  }

  @Test
  void aChildThatIsNotThere() throws IOException {
    Path module =
        changed(
            "child",
            m ->
                m.getObjectGraphDefBuilder()
                    .getNodesBuilder(0)
                    .addChildrenBuilder()
                    .setNodeId(9999));

    isOneLine(module, " is broken: object 0: refers to object 9999, but there are ");
  }

  @Test
  void nodesThatWaitForThemselves() throws IOException {
    Path module =
        changed("cycle", m -> m.getGraphDefBuilder().getNodeBuilder(0).addInput("^" + first(m)));

    isOneLine(module, " waits for itself");
  }

  @Test
  void namesThatMoveTheCursor() throws IOException {
    Path module =
        changed("escape", m -> m.getGraphDefBuilder().getNodeBuilder(0).setName("\u001b[2J\n"));

    isOneLine(module, "'\\u001b[2J\\u000a' is no name of a node");
  }

  private static String first(MetaGraphDef.Builder graph) {
    return graph.getGraphDef().getNode(0).getName();
  }

  private static Path changed(String name, Consumer<MetaGraphDef.Builder> change)
      throws IOException {
    Path module = work.resolve(name);
    CliFixtures.numbers(module);
    Path file = module.resolve("saved_model.pb");
    SavedModel.Builder model = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    change.accept(model.getMetaGraphsBuilder(0));
    Files.write(file, model.build().toByteArray());
    return module;
  }

  private static void isOneLine(Path module, String message) {
    isOneLine(Run.of("inspect", module.toString()), message);
    isOneLine(Run.of("call", module.toString(), "--inputs=" + work.resolve("in.json")), message);
    isOneLine(
        Run.of(
            "embed",
            "--module=" + module,
            "--runner=direct",
            "--input=" + work.resolve("in.txt"),
            "--output=" + work.resolve("out/v")),
        message);
  }

  private static void isOneLine(Run run, String message) {
    assertThat(run.code()).as(run.err()).isEqualTo(Main.FAILED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().filter(l -> l.startsWith("hubbeam "))).as(run.err()).hasSize(1);
    assertThat(run.err()).contains(message).doesNotContain("\tat ", "\u001b");
  }
}
