// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.testdata.DemoModule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.Example;

/** {@code embed --chunk}. */
class ChunkTest {

  @TempDir static Path modules;
  @TempDir Path work;

  @BeforeAll
  static void write() throws IOException {
    DemoModule.write(modules.resolve("demo"));
  }

  private Run embed(String input, String... more) {
    return Run.of(
        Stream.concat(
                Stream.of(
                    "embed",
                    "--module=" + modules.resolve("demo"),
                    "--input=" + work.resolve(input),
                    "--output=" + work.resolve("out/v")),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static String row(Example example) {
    long chunk = number(example, "chunk");
    return CliFixtures.text(example, "id")
        + " "
        + CliFixtures.text(example, "document")
        + " "
        + chunk
        + " "
        + number(example, "start")
        + ".."
        + number(example, "end")
        + " "
        + CliFixtures.text(example, "text").replace('\n', '/')
        + " "
        + CliFixtures.floats(example, "embedding").size();
  }

  private static long number(Example example, String feature) {
    return example.getFeatures().getFeatureOrThrow(feature).getInt64List().getValue(0);
  }

  private List<String> rows() throws IOException {
    return CliFixtures.examples(work.resolve("out/v")).stream().map(ChunkTest::row).toList();
  }

  @Test
  void aTextFileIsOneDocument() throws IOException {
    Path a = Files.writeString(work.resolve("a.txt"), "One two\nthree. Four\n\n");
    Path b = Files.writeString(work.resolve("b.txt"), "");
    Run run = embed("*.txt", "--chunk=words:3,overlap:1");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(rows())
        .containsExactlyInAnyOrder(
            a + "#0 " + a + " 0 0..14 One two/three. 128",
            a + "#1 " + a + " 1 8..19 three. Four 128",
            b + "#0 " + b + " 0 0..0  128");
    assertThat(CliFixtures.json(work.resolve("out/v.manifest.json")).get("steps").toString())
        .isEqualTo("[\"chunks of words:3,overlap:1\"]");
  }

  @Test
  void aLineIsOneDocumentWhereThatIsSaid() throws IOException {
    Path a = Files.writeString(work.resolve("a.txt"), "One two\nthree");
    assertThat(embed("a.txt", "--chunk=chars:4", "--inputFormat=text").code()).isZero();
    assertThat(rows())
        .containsExactlyInAnyOrder(
            a + "@0#0 " + a + "@0 0 0..3 One 128",
            a + "@0#1 " + a + "@0 1 4..7 two 128",
            a + "@8#0 " + a + "@8 0 0..4 thre 128",
            a + "@8#1 " + a + "@8 1 4..5 e 128");
  }

  @Test
  void aColumnOfATableIsSplit() throws IOException {
    Files.writeString(
        work.resolve("a.jsonl"),
        """
        {"url": "x", "text": "One. Two.", "lang": "en"}
        {"url": "y", "text": null}
        """);
    Run run =
        embed(
            "a.jsonl",
            "--chunk=sentences:1",
            "--column=text",
            "--idColumn=url",
            "--chunkLanguageColumn=lang");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(rows()).containsExactlyInAnyOrder("x#0 x 0 0..4 One. 128", "x#1 x 1 5..9 Two. 128");
    assertThat(Files.readString(work.resolve("out/v.failures.jsonl")))
        .contains("expected 1 value, found 0");
  }

  @Test
  void aWholeFileIsEmbeddedWithoutChunks() throws IOException {
    Files.writeString(work.resolve("a.txt"), "One\ntwo\n");
    Run run = embed("a.txt", "--inputFormat=document");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(CliFixtures.examples(work.resolve("out/v"))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.txt|--chunk=lines:3|'lines:3': expected words:N, sentences:N, chars:N or paragraphs",
        "a.txt|--chunk=words:5,overlap:5|chunks of 5 can overlap by 0 to 4, not by 5",
        "a.txt|--chunkLanguage=de|--chunkLanguage and --chunkLanguageColumn require --chunk",
        "a.txt|--chunk=words:5 --chunkLanguage=e|--chunkLanguage=e is no language",
        "a.txt|--chunk=words:5 --chunkLanguageColumn=l|no such column; the columns are [file,"
            + " text]",
        "a.csv|--chunk=words:5|--chunk requires --column, the column of the texts; the columns are",
        "a.csv|--chunk=words:5 --column=text|makes columns that the input has already: [start]",
        "a.txt|--chunk=words:5 --column=text|is read as text, whose lines have no columns",
      })
  void wrongUseIsRefusedBeforeTheJob(String input, String options, String message)
      throws IOException {
    Files.writeString(work.resolve("a.txt"), "One\n");
    Files.writeString(work.resolve("a.csv"), "text,start\nOne,1\n");
    Run run = embed(input, options.split(" "));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }
}
