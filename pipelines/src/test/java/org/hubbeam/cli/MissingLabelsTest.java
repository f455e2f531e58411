// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data to come without the columns that are labels. */
class MissingLabelsTest {

  @TempDir Path work;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        work.resolve("spec.yaml"),
        """
        columns:
          x: {type: float32}
          label: {type: string}
        outputs:
          x_z: scale_to_z_score(x)
          n: to_number(label)
        """);
    Files.writeString(work.resolve("train.csv"), "x,label\n1,1\n2,2\n3,1\n");
    Files.writeString(work.resolve("test.csv"), "x\n2\n");
    Files.writeString(work.resolve("test.jsonl"), "{\"x\": 2}\n");
  }

  private Run run(String... arguments) {
    return Run.of(arguments);
  }

  private Run transform(String... more) {
    List<String> all =
        new java.util.ArrayList<>(
            List.of(
                "transform",
                "--spec=" + work.resolve("spec.yaml"),
                "--input=" + work.resolve("train.csv"),
                "--output=" + work.resolve("out"),
                "--shards=1"));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"test.csv", "test.jsonl"})
  void featuresThatNeedNoLabelAreMade(String test) throws IOException {
    Run transformed = transform("--labels=label", "--evalInput=" + work.resolve(test));
    assertThat(transformed.code()).as(transformed.err()).isZero();
    assertThat(transformed.err()).contains("lacks the labels [label]");
    Run applied =
        run(
            "apply",
            "--transformOutput=" + work.resolve("out"),
            "--input=" + work.resolve(test),
            "--output=" + work.resolve("new"),
            "--shards=1");
    assertThat(applied.code()).as(applied.err()).isZero();
    assertThat(applied.err()).contains("the columns [label] are missing: [n]");
    for (String made : List.of("out/eval", "new")) {
      var examples = CliFixtures.examples(work.resolve(made));
      assertThat(examples).hasSize(1);
      assertThat(examples.get(0).getFeatures().getFeatureMap().keySet()).containsExactly("x_z");
      assertThat(CliFixtures.floats(examples.get(0), "x_z")).containsExactly(0f);
    }
    assertThat(CliFixtures.examples(work.resolve("out/train")).get(0).getFeatures().getFeatureMap())
        .containsKeys("x_z", "n");
  }

  @Test
  void theMessageNamesTheWayOut() {
    Run refused = transform("--evalInput=" + work.resolve("test.csv"));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("[label]").contains("--labels");
    assertThat(transform().code()).isZero();
    Run applied =
        run(
            "apply",
            "--transformOutput=" + work.resolve("out"),
            "--input=" + work.resolve("test.csv"),
            "--output=" + work.resolve("new"));
    assertThat(applied.code()).isEqualTo(2);
    assertThat(applied.err()).contains("[label]").contains("--schema");
  }
}
