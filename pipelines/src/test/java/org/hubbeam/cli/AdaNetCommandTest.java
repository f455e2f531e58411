// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testing.Python;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaNetCommandTest {

  private static final List<String> WORDS =
      List.of("soup", "bread", "ship", "wave", "exam", "book");
  private static final List<String> PLACES = List.of("kitchen", "sea", "school");

  @TempDir private static Path shared;
  private static Path module;
  private static Path table;

  @TempDir private Path work;

  @BeforeAll
  static void write() throws IOException {
    module = shared.resolve("demo");
    DemoModule.write(module);
    Random random = new Random(3);
    List<String> rows = new ArrayList<>(List.of("title,body,place"));
    for (int i = 0; i < 120; i++) {
      int place = i % 3;
      rows.add(
          word(random, place)
              + " "
              + word(random, random.nextInt(3))
              + ","
              + word(random, random.nextInt(3))
              + " "
              + word(random, place)
              + ","
              + PLACES.get(place));
    }
    table = Files.write(shared.resolve("t.csv"), rows);
  }

  private static String word(Random random, int place) {
    return WORDS.get(2 * place + random.nextInt(2));
  }

  private Run adanet(String output, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "adanet",
                "--modules=" + module,
                "--input=" + table,
                "--column=title,body",
                "--output=" + work.resolve(output),
                "--runner=direct",
                "--epochs=4"));
    all.addAll(List.of(more));
    if (Stream.of(more).noneMatch(o -> o.startsWith("--label="))) {
      all.add("--label=place");
    }
    return Run.of(all.toArray(String[]::new));
  }

  private JsonNode rounds(String output) throws IOException {
    JsonNode rounds =
        CliFixtures.json(work.resolve(output).resolve("report.json")).path("rounds").deepCopy();
    rounds.findParents("seconds").forEach(timed -> ((ObjectNode) timed).remove("seconds"));
    return rounds;
  }

  private byte[] variables(String output) throws IOException {
    return Files.readAllBytes(
        work.resolve(output).resolve("variables/variables.data-00000-of-00001"));
  }

  @Test
  void anyParallelismGivesTheSameRoundsAndModule() throws IOException {
    String[] search = {"--iterations=2", "--strategy=all,grow", "--learnWeights", "--lambda=0.01"};
    Run one = adanet("one", with(search, "--parallelism=1"));
    Run three = adanet("three", with(search, "--parallelism=3"));

    assertThat(one.code()).as(one.err()).isZero();
    assertThat(three.code()).as(three.err()).isZero();
    assertThat(rounds("three")).isEqualTo(rounds("one"));
    assertThat(variables("three")).isEqualTo(variables("one"));
    assertThat(Files.readAllBytes(work.resolve("three/saved_model.pb")))
        .isEqualTo(Files.readAllBytes(work.resolve("one/saved_model.pb")));

    assertThat(one.out()).contains("round 1:", "round 2:", "held out");
    JsonNode report = CliFixtures.json(work.resolve("one/report.json"));
    assertThat(report.path("parts")).hasSize(2);
    assertThat(report.at("/parts/1/accuracy").asDouble()).isGreaterThan(0.8);
    JsonNode rounds = report.path("rounds");
    assertThat(rounds.at("/rounds/1/candidates/0/name").asText()).isEqualTo("previous_ensemble");
    double before = Double.POSITIVE_INFINITY;
    for (JsonNode round : rounds.path("rounds")) {
      JsonNode chosen = round.path("candidates").get(round.path("chosen").asInt());
      double objective = chosen.path("objective").asDouble();
      assertThat(objective).isLessThanOrEqualTo(before);
      assertThat(chosen.path("loss").asDouble() + chosen.path("penalty").asDouble())
          .isCloseTo(objective, within(1e-12));
      before = objective;
    }
    JsonNode members = rounds.at("/architecture/members");
    assertThat(members.size()).isGreaterThanOrEqualTo(2);
    assertThat(members.get(0).path("features").get(0).asText()).isEqualTo("demo");
    assertThat(members.get(0).path("weights")).hasSize(1);
    assertThat(members.get(0).path("complexity").asDouble()).isEqualTo(1);
  }

  private static String[] with(String[] options, String more) {
    List<String> all = new ArrayList<>(List.of(options));
    all.add(more);
    return all.toArray(String[]::new);
  }

  /** By its definition, from the weights in the module and in the manifest. */
  @Test
  void pythonFindsTheSameObjectiveForEachCandidate() throws Exception {
    String python = Python.with("numpy", "tensorflow");
    for (String options :
        List.of(
            "--strategy=all",
            "--strategy=all,solo,grow --mixture=VECTOR --learnWeights --bias --lambda=0.0002")) {
      List<String> all = new ArrayList<>(List.of("--hidden=5"));
      all.addAll(List.of("--iterations=1", "--beta=0.0001", "--heldOut=0", "--overwrite"));
      all.addAll(List.of(options.split(" ")));
      Run run = adanet("out", all.toArray(String[]::new));
      assertThat(run.code()).as(run.err()).isZero();
      Path out = work.resolve("out.json");
      Python.run(
          python,
          getClass(),
          "ensemble_objective.py",
          work,
          work.resolve("out").toString(),
          table.toString(),
          out.toString());
      JsonNode found = CliFixtures.json(out);
      JsonNode candidates = rounds("out").at("/rounds/0/candidates");
      assertThat(candidates).hasSize(options.contains("solo") ? 5 : 1);
      for (int i = 0; i < candidates.size(); i++) {
        for (String part : List.of("objective", "loss", "penalty")) {
          assertThat(found.path("candidates").get(i).path(part).asDouble(-1))
              .as("%s of %s", part, candidates.get(i))
              .isCloseTo(candidates.get(i).path(part).asDouble(), within(1e-5));
        }
      }
      assertThat(found.path("scores_error").asDouble(1)).isLessThan(1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--iterations=0 | --iterations",
        "--iterations=x | --iterations",
        "--lambda=-1 | --lambda",
        "--lambda=NaN | --lambda",
        "--beta=-0.5 | --beta",
        "--bias | --learnWeights",
        "--warmStart | --learnWeights",
        "--mixture=MATRIX | --learnWeights",
        "--mixture=LARGE | SCALAR, VECTOR, MATRIX",
        "--strategy=shrink | GROW, SOLO, ALL",
        "--generator=no.such.Class | modules, modulesInTurn or depth",
        "--generator=java.lang.String | does not implement",
        "--generator=depth --hidden=4 | --width",
        "--generator=depth --width=0 | --width=0",
        "--width=8 | --generator=depth",
        "--chooseBy=OBJECTIVE_HELD_OUT --heldOut=0 | --heldOut=0",
        "--chooseBy=nothing | OBJECTIVE",
        "--label=none | none",
        "--column=none | none",
        "--transform=DIR | --transform",
      })
  void aBadOptionIsOneLine(String options, String told) {
    Run run = adanet("bad", options.split(" "));
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains(told);
    assertThat(work.resolve("bad/manifest.json")).doesNotExist();
  }
}
