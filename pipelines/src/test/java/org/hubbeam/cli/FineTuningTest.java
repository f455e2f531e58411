// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --trainable}. */
class FineTuningTest {

  private static final String[] WORDS = {"river", "stone", "wind", "tree", "cloud", "sand", "rain"};

  @TempDir Path work;
  private Path table;

  @BeforeEach
  void write() throws IOException {
    Random random = new Random(4);
    List<String> lines = new ArrayList<>(List.of("text,animal"));
    for (int i = 0; i < 120; i++) {
      String animal = i % 2 == 0 ? "cat" : "dog";
      lines.add(
          WORDS[random.nextInt(7)] + " " + animal + " " + WORDS[random.nextInt(7)] + "," + animal);
    }
    table = work.resolve("animals.csv");
    Files.write(table, lines);
  }

  private Run train(String module, String... more) {
    return Run.of(
        Stream.concat(
                Stream.of(
                    "train",
                    "--module=" + TestFiles.zoo(module),
                    "--input=" + table,
                    "--label=animal",
                    "--output=" + work.resolve("out")),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private JsonNode manifest() throws IOException {
    return new ObjectMapper().readTree(work.resolve("out/manifest.json").toFile());
  }

  @Test
  void trainsAModuleWithItsHead() throws IOException {
    Run run =
        train("sentence_encoder", "--trainable", "--epochs=3", "--rate=0.01", "--moduleRate=0.01");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("training a module with a head on 120 rows");
    JsonNode manifest = manifest();
    assertThat(manifest.get("rows").asInt()).isEqualTo(120);
    assertThat(manifest.get("options").toString()).contains("\"--trainable\"");
    assertThat(manifest.at("/features/modules/0/handle").asText()).endsWith("sentence_encoder");
  }

  @Test
  void trainsTheLastOfSeveralModules() throws IOException {
    Run run =
        Run.of(
            "train",
            "--module=" + TestFiles.zoo("bert_preprocess") + "," + TestFiles.zoo("bert_encoder"),
            "--input=" + table,
            "--label=animal",
            "--output=" + work.resolve("out"),
            "--outputKey=pooled_output",
            "--trainable=words,pooler",
            "--freezeFirst=1",
            "--epochs=2");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(manifest().at("/features/modules").size()).isEqualTo(2);
  }

  @Test
  void trainsOneModuleOnly() {
    Run run = train("sentence_encoder", "--module=" + TestFiles.zoo("nnlm"), "--trainable");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--trainable trains one module on one column");
  }

  @Test
  void saysWhatCannotBeTrained() {
    assertThat(train("sentence_encoder", "--trainable=encoder/*").err())
        .contains("--trainable='encoder/*' matches no variable of the function; it has words, ");
    assertThat(train("sentence_encoder", "--freezeFirst=1").err())
        .contains("--freezeFirst is for modules that are trained: give --trainable");
    assertThat(train("sentence_encoder", "--trainable", "--optimizer=lbfgs").err())
        .contains("--optimizer=lbfgs trains heads alone");
    assertThat(train("sentence_encoder", "--trainable", "--moduleRate=0").err())
        .contains("the rate of a module is above 0, not 0.0");
    assertThat(work.resolve("out")).doesNotExist();
  }
}
