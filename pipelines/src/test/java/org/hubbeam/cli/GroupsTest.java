// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testdata.SampleTexts;
import org.hubbeam.testing.Python;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.Example;

/** {@code neighbours}, {@code dedup} and {@code cluster} from files to files. */
class GroupsTest {

  @TempDir static Path shared;
  @TempDir Path work;

  private static int sentences;

  /** Sample sentences, each third of them twice with other ids, embedded in two ways. */
  @BeforeAll
  static void embed() throws IOException {
    DemoModule.write(shared.resolve("demo"));
    List<String> texts = new ArrayList<>(new TreeSet<>(SampleTexts.sentences()));
    sentences = texts.size();
    List<String> lines = new ArrayList<>(List.of("id,year,text"));
    for (int i = 0; i < sentences; i++) {
      lines.add("s" + i + "," + (1900 + i) + ",\"" + texts.get(i) + "\"");
    }
    for (int i = 0; i < sentences; i += 3) {
      lines.add("t" + i + ",9999,\"" + texts.get(i) + "\"");
    }
    Files.write(shared.resolve("texts.csv"), lines);
    embed("v");
    embed("bytes", "--storage=int8");
  }

  private static void embed(String output, String... more) {
    Run run =
        run(
            Stream.concat(
                Stream.of(
                    "embed",
                    "--module=" + shared.resolve("demo"),
                    "--input=" + shared.resolve("texts.csv"),
                    "--column=text",
                    "--columnTypes=year:int64",
                    "--runner=direct",
                    "--output=" + shared.resolve(output)),
                Stream.of(more)));
    assertThat(run.code()).as(run.err()).isZero();
  }

  private static Run run(Stream<String> arguments) {
    return Run.of(arguments.toArray(String[]::new));
  }

  private Run run(String program, String input, String... more) {
    return run(
        Stream.concat(
            Stream.of(
                program,
                "--input=" + shared.resolve(input),
                "--output=" + work.resolve("o"),
                "--runner=direct"),
            Stream.of(more)));
  }

  private static Map<String, Example> byId(Path prefix) throws IOException {
    return CliFixtures.examples(prefix).stream()
        .collect(Collectors.toMap(e -> CliFixtures.text(e, "id"), e -> e));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v", "bytes"})
  void copiesAreDroppedAndTheRestIsAnInputAgain(String input) throws IOException {
    Run run = run("dedup", input, "--threshold=0.999", "--keep=year", "--report");
    assertThat(run.code()).as(run.err()).isZero();
    int copies = (sentences + 2) / 3;
    assertThat(run.out())
        .contains("threshold 1.00: " + copies + " pairs of " + 2 * copies + " rows");
    assertThat(run.out().strip())
        .contains(sentences + " kept rows, " + copies + " dropped rows, 0 failures");
    Map<String, Example> kept = byId(work.resolve("o"));
    Map<String, Example> dropped = byId(work.resolve("o.dropped"));
    for (int i = 0; i < sentences; i++) {
      assertThat(kept.keySet()).contains((i % 3 == 0 ? "t" : "s") + i);
      if (i % 3 == 0) {
        Example one = dropped.get("s" + i);
        assertThat(CliFixtures.text(one, "duplicate_of")).isEqualTo("t" + i);
        assertThat(CliFixtures.text(one, "resembles")).isEqualTo("t" + i);
        assertThat(CliFixtures.floats(one, "score").get(0)).isGreaterThan(0.999f);
      }
    }
    JsonNode manifest = CliFixtures.json(work.resolve("o.manifest.json"));
    assertThat(manifest.get("rows").asInt()).isEqualTo(sentences);
    assertThat(manifest.get("dropped").get("rows").asInt()).isEqualTo(copies);
    assertThat(manifest.get("modules")).hasSize(1);
    assertThat(manifest.get("pairs")).hasSize(21);

    Run again =
        Run.of(
            "cluster",
            "--input=" + work.resolve("o"),
            "--k=3",
            "--runner=direct",
            "--output=" + work.resolve("c"));
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(byId(work.resolve("c"))).hasSize(sentences);
  }

  @Test
  void clustersAreWrittenPrintedAndReadByNumpy() throws Exception {
    Run run = run("cluster", "v", "--k=4", "--seed=5");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("cluster [0-3]: \\d+ rows, mean distance 0\\.\\d+, nearest: ");
    Map<String, Example> rows = byId(work.resolve("o"));
    Map<Long, Integer> sizes = new HashMap<>();
    rows.values()
        .forEach(
            e ->
                sizes.merge(
                    e.getFeatures().getFeatureOrThrow("cluster").getInt64List().getValue(0),
                    1,
                    Integer::sum));
    JsonNode described = CliFixtures.json(work.resolve("o.manifest.json")).get("clusters");
    assertThat(described).hasSize(4);
    described.forEach(
        c ->
            assertThat(c.get("rows").asInt())
                .isEqualTo(sizes.getOrDefault(c.get("cluster").asLong(), 0)));
    for (int i = 0; i < sentences; i += 3) {
      assertThat(rows.get("t" + i).getFeatures().getFeatureOrThrow("cluster"))
          .isEqualTo(rows.get("s" + i).getFeatures().getFeatureOrThrow("cluster"));
    }
    Python.run(
        Python.with("numpy"),
        GroupsTest.class,
        "centroids.py",
        work,
        work.resolve("o.centroids.npy").toString(),
        "4",
        "128");
  }

  @Test
  void neighboursAreFoundInAnIndexWithoutOneself() throws IOException {
    Run made =
        Run.of(
            "index",
            "--input=" + shared.resolve("v"),
            "--shards=2",
            "--runner=direct",
            "--output=" + work.resolve("ix"));
    assertThat(made.code()).as(made.err()).isZero();
    String index = "--index=" + work.resolve("ix");
    Run run = run("neighbours", "v", index, "--self", "--k=3");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .containsPattern(
            "the index has 2 shards; a worker needs \\d+\\.\\d KiB of its heap for it");
    Map<String, Example> rows = byId(work.resolve("o"));
    for (int i = 0; i < sentences; i += 3) {
      assertThat(CliFixtures.text(rows.get("s" + i), "neighbours")).isEqualTo("t" + i);
      assertThat(CliFixtures.floats(rows.get("t" + i), "scores")).hasSize(3);
    }
    Run apart = run("neighbours", "v", index, "--self", "--k=3", "--shardsApart", "--overwrite");
    assertThat(apart.code()).as(apart.err()).isZero();
    Map<String, Example> others = byId(work.resolve("o"));
    rows.forEach((id, e) -> assertThat(others.get(id)).isEqualTo(e));

    Run more = run("neighbours", "v", index, "--k=100000", "--overwrite");
    assertThat(more.code()).isEqualTo(2);
    assertThat(more.err()).contains("--k=100000: the index in").contains("rows");

    Path json = work.resolve("ix/index.json");
    String other = "\"digest\" : \"" + "0".repeat(64) + '"';
    Files.writeString(
        json, Files.readString(json).replaceFirst("\"digest\" : \"[0-9a-f]{64}\"", other));
    Run refused = run("neighbours", "v", index, "--k=3", "--overwrite");
    assertThat(refused.code()).as(refused.err()).isEqualTo(2);
    assertThat(refused.err()).contains("were made otherwise: modules").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dedup | --threshold=1.5 | --threshold=1.5 must be a cosine above 0 and at most 1",
        "dedup | --keep=nothing | --keep=nothing: there is no such column",
        "dedup | --id=nothing | there is no column 'nothing'",
        "dedup | --vectorColumn=year | --vectorColumn=year",
        "cluster | --k=0 | --k=0 must be 1 or more",
        "cluster | --k=2 --metric=dot | there are no clusters by dot product",
        "cluster | --k=2 --passes=30 | --passes=30 must be from 0 to 20",
        "neighbours | --index=nowhere | there is no index: the folder nowhere does not exist",
      })
  void wrongUseIsRefused(String program, String options, String message) {
    Run run = run(program, "v", options.split(" "));
    assertThat(run.code()).as(run.err()).isNotZero();
    assertThat(run.err()).contains(message).hasLineCount(1);
    Run none = run(program, "none", options.split(" "));
    assertThat(none.code()).isNotZero();
  }

  @Test
  void theCopiesInACorpusAreFound() throws IOException {
    Path module = TestFiles.zoo("nnlm");
    Path corpus = TestFiles.corpus("data/tatoeba");
    List<String> texts = new ArrayList<>();
    for (String pair : List.of("deu-eng", "fra-eng", "nld-eng")) {
      texts.addAll(Files.readAllLines(corpus.resolve("tatoeba." + pair + ".eng")));
    }
    List<String> planted = new ArrayList<>(texts);
    for (int i = 0; i < texts.size(); i += 10) {
      planted.add(texts.get(i).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
      planted.add(texts.get(i) + " " + texts.get(i));
    }
    Files.write(work.resolve("lines.txt"), planted);
    Run embedded =
        Run.of(
            "embed",
            "--module=" + module,
            "--input=" + work.resolve("lines.txt"),
            "--output=" + work.resolve("v"));
    assertThat(embedded.code()).as(embedded.err()).isZero();
    Run run =
        Run.of(
            "dedup",
            "--input=" + work.resolve("v"),
            "--threshold=0.999",
            "--output=" + work.resolve("o"));
    assertThat(run.code()).as(run.err()).isZero();
    List<String> kept =
        CliFixtures.examples(work.resolve("o")).stream()
            .map(e -> CliFixtures.text(e, "text"))
            .toList();
    Set<String> different = new TreeSet<>(texts);
    assertThat(kept).doesNotHaveDuplicates();
    assertThat(kept.size()).isLessThanOrEqualTo(different.size());
    for (int i = 0; i < texts.size(); i += 10) {
      String twice = texts.get(i) + " " + texts.get(i);
      assertThat(kept.contains(twice) && kept.contains(texts.get(i))).as(twice).isFalse();
    }
  }
}
