// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code inspect} tells, and {@code resolve} finds. */
class InspectTest {

  @TempDir static Path work;

  @BeforeAll
  static void write() throws IOException {
    DemoModule.write(work.resolve("demo"));
    CliFixtures.numbers(work.resolve("versions/3"));
  }

  @Test
  void functionsAreShownAsTheyAreCalled() {
    Run run = Run.of("inspect", work.resolve("versions").toString());

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("folder       " + work.resolve("versions/3") + "\n")
        .contains("tags         serve\n")
        .contains(
            "  serving_default(texts: string [?]) -> doubled: float32 [?], value: float32 [?]\n")
        .contains("  scaled(texts: string [?], by=2.0) -> output: float32 [?]\n")
        .contains("  scaled(texts: string [?], by=10.0) -> output: float32 [?]\n")
        .contains("missing ops  none\n")
        .doesNotContain("__saved_model_init_op");
  }

  @Test
  void jsonHasAllOfIt() throws IOException {
    JsonNode json = CliFixtures.json(Run.of("inspect", work + "/demo", "--json").out());

    assertThat(json.get("tags").toString()).isEqualTo("[\"serve\"]");
    assertThat(json.at("/signatures/serving_default/0/inputs/0").toString())
        .isEqualTo(
            "{\"name\":\"sentences\",\"dtype\":\"string\",\"shape\":[null],\"layout\":\"dense\"}");
    assertThat(json.at("/members/__call__/0/outputs/0/shape").toString()).isEqualTo("[null,128]");
    assertThat(json.get("variables").findValuesAsText("name")).contains("embeddings", "blank");
    assertThat(json.get("missing_ops")).isEmpty();
    assertThat(json.get("bytes").asLong()).isGreaterThan(8192 * 128 * 4);
  }

  @Test
  void eachFunctionTellsWhatOfItCanBeTrained() throws IOException {
    String module = TestFiles.zoo("image_feature_vector").toString();
    String assigns = TestFiles.zoo("exports").resolve("keras_int8").toString();

    assertThat(Run.of("inspect", module).out())
        .contains("float32 [?, 14]\n    trainable: 5 of 7 variables\n");
    assertThat(Run.of("inspect", assigns).out())
        .contains("trainable: 1 of 6 variables; IdentityN has a gradient of its own");
    JsonNode json = CliFixtures.json(Run.of("inspect", module, "--json").out());
    assertThat(json.at("/trainable/__call__").toString())
        .isEqualTo("{\"trainable\":5,\"variables\":7,\"obstacle\":null}");
  }

  @Test
  void linesAreCutToTheTerminalAndOnlyThere() {
    String module = TestFiles.zoo("int_bool_out").toString();
    String whole = Run.of("inspect", module).out();
    System.setProperty("hubbeam.columns", "60");
    try {
      String cut = Run.of("inspect", module).out();
      assertThat(cut.lines()).hasSameSizeAs(whole.lines().toList());
      assertThat(cut.lines()).allMatch(line -> line.length() <= 60);
      assertThat(cut.lines()).filteredOn(line -> line.endsWith("...")).isNotEmpty();
      assertThat(Run.of("inspect", module, "--json").out())
          .contains("positive")
          .doesNotContain("...");
    } finally {
      System.clearProperty("hubbeam.columns");
    }
    assertThat(whole).contains("positive: bool [?, 3]").doesNotContain("...");
  }

  @Test
  void opsThatMatterAreNamed() throws IOException {
    String library = Run.of("inspect", TestFiles.zoo("unknown_op").toString()).out();
    assertThat(library).containsPattern("missing ops +1\\R +\\S+");

    String reader = Run.of("inspect", TestFiles.zoo("reads_file").toString()).out();
    assertThat(reader)
        .containsPattern(
            "unsafe ops +1\\R +ReadFile in the graph \\(node ReadFile\\), which reads files\\R");
    JsonNode json =
        CliFixtures.json(Run.of("inspect", TestFiles.zoo("writes_file") + "", "--json").out());
    assertThat(json.get("unsafe_ops").toString()).isEqualTo("[\"WriteFile\"]");
    assertThat(json.at("/unsafe_op_places/0/place").asText())
        .matches("in the function __inference_f_\\d+ \\(node WriteFile\\)");
    assertThat(Run.of("inspect", "--ops", work + "/demo").out())
        .contains("all ops: ")
        .contains("StringSplit");
  }

  @Test
  void tagSetsAreShownAndChosen() {
    String module = TestFiles.zoo("tf1_hub").toString();
    assertThat(Run.of("inspect", "--tags=train", module).out())
        .contains("tags         train; other tag sets: (none)");
    Run wrong = Run.of("inspect", "--tags=gpu", module);
    assertThat(wrong.err().strip()).contains("train").contains("gpu").hasLineCount(1);
    assertThat(wrong.code()).isNotZero();
  }

  @Test
  void resolvePrintsTheFolderOnly() throws IOException {
    Run run = Run.of("resolve", work.resolve("versions").toString());

    assertThat(run).isEqualTo(new Run(0, work.resolve("versions/3") + "\n", ""));
    assertThat(Files.exists(Path.of(run.out().strip()).resolve("saved_model.pb"))).isTrue();
  }
}
