// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.Example;

/** Values that are no numbers, inside and outside of analyzers. */
class TransformFailuresTest {

  private static final String PRICE = "to_number(regex_replace(price, \"[$,]\", \"\"), float32)";

  @TempDir Path work;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        work.resolve("prices.csv"),
        "price,when\n\"$1,200\",2024-01-02\n$3,2023-12-31\nN/A,2023-12-31\n$5,unknown\n");
  }

  private Path transform(String output, String spec, String... more) throws IOException {
    Path file = work.resolve("spec.yaml");
    Files.writeString(file, "columns: {price: {type: string}, when: {type: string}}\n" + spec);
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of(
                "transform",
                "--spec=" + file,
                "--input=" + work.resolve("prices.csv"),
                "--output=" + work.resolve(output)));
    arguments.addAll(List.of(more));
    Run run = Run.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return work.resolve(output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"flink", "direct"})
  void aRowThatAnAnalyzerCannotTakeIsOneFailure(String engine) throws IOException {
    String spec =
        "outputs:\n"
            + "  p: scale_to_z_score("
            + PRICE
            + ")\n  year: to_number(substr(when, 0, 4), int64)\n";
    for (String output : List.of("first", "cached")) {
      Path out = transform(output, spec, "--runner=" + engine, "--cache=" + work.resolve("saved"));
      assertThat(Files.readAllLines(out.resolve("failures.jsonl")))
          .hasSize(2)
          .anyMatch(
              line -> line.contains("prices.csv@45\",\"column\":\"price\"") && line.contains("N/A"))
          .anyMatch(
              line ->
                  line.contains("prices.csv@60\",\"column\":\"when\"") && line.contains("unkn"));
      double mean = 1208 / 3.0; // of 1200, 3 and 5
      double deviation = Math.sqrt((1200.0 * 1200 + 3 * 3 + 5 * 5) / 3 - mean * mean);
      Map<Long, Float> features = new TreeMap<>();
      for (Example e : CliFixtures.examples(out.resolve("train"))) {
        features.put(
            e.getFeatures().getFeatureOrThrow("year").getInt64List().getValue(0),
            CliFixtures.floats(e, "p").get(0));
      }
      assertThat(features.keySet()).containsExactly(2023L, 2024L);
      assertThat(features.get(2024L).doubleValue())
          .isCloseTo((1200 - mean) / deviation, within(1e-4));
      assertThat(features.get(2023L).doubleValue()).isCloseTo((3 - mean) / deviation, within(1e-4));
    }
  }

  @Test
  void theFunctionForOtherDataNeedsNoMoreThanItsFeatures() throws IOException {
    Path out =
        transform(
            "out",
            "analyzers: {m: 'mean("
                + PRICE.replace("'", "''")
                + ")'}\noutputs: {w: 'to_upper(when)'}\n",
            "--evalInput=" + work.resolve("prices.csv"));
    assertThat(CliFixtures.examples(out.resolve("train"))).hasSize(3);
    assertThat(CliFixtures.examples(out.resolve("eval"))).hasSize(4);
    assertThat(Files.readAllLines(out.resolve("failures.jsonl"))).hasSize(1);
    assertThat(
            CliFixtures.json(out.resolve("transformed_metadata/analyzers.json"))
                .at("/m/values/0")
                .asDouble())
        .isCloseTo(1208 / 3.0, within(1e-3));
  }
}
