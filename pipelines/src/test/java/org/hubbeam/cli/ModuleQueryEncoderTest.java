// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.search.QueryKind;
import org.hubbeam.testdata.DemoFiles;
import org.hubbeam.testdata.SampleTexts;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.Example;

/** A query gets the vector that {@code embed} gave the same row. */
class ModuleQueryEncoderTest {

  private static final ModuleQueryEncoder.Access HERE =
      new ModuleQueryEncoder.Access(List.of(), List.of(), new PrintWriter(new StringWriter()));

  @TempDir static Path demo;
  private static DemoFiles files;

  @TempDir Path work;

  @BeforeAll
  static void write() throws IOException {
    files = DemoFiles.write(demo);
  }

  private Path embed(Path module, String input, String... more) {
    Path output = work.resolve("v");
    Run run =
        Run.of(
            Stream.concat(
                    Stream.of("embed", "--module=" + module, "--input=" + input, "--runner=direct"),
                    Stream.concat(Stream.of("--output=" + output), Stream.of(more)))
                .toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return output;
  }

  private static JsonNode manifest(Path output) throws IOException {
    return CliFixtures.json(Path.of(output + ".manifest.json"));
  }

  private static void assertSame(float[] vector, List<Float> embedded) {
    assertThat(vector).hasSize(embedded.size());
    for (int i = 0; i < vector.length; i++) {
      assertThat(vector[i]).isCloseTo(embedded.get(i), within(1e-5f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--normalize", "--projection=gaussian:16:7", "--projection=pca:16"})
  void textsAreEmbeddedAsTheirRows(String option) throws IOException {
    Path texts = Files.write(work.resolve("t.txt"), SampleTexts.sentences());
    Path output =
        option.isEmpty()
            ? embed(files.textModule(), texts.toString())
            : embed(files.textModule(), texts.toString(), option);

    try (ModuleQueryEncoder encoder =
        ModuleQueryEncoder.open(manifest(output), EmbedJob.EMBEDDING, HERE)) {
      assertThat(encoder.accepts()).containsExactly(QueryKind.TEXT);
      for (Example row : CliFixtures.examples(output).subList(0, 10)) {
        assertSame(
            encoder.text(CliFixtures.text(row, "text")),
            CliFixtures.floats(row, EmbedJob.EMBEDDING));
      }
      assertThatThrownBy(() -> encoder.text("  "))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the query is empty, or all of it is blank");
      assertThatThrownBy(() -> encoder.image(new byte[] {1}))
          .hasMessageContaining("searched by text (--query)");
    }
  }

  @Test
  void aTableIsAskedWithTextsToo() throws IOException {
    Path table =
        Files.writeString(work.resolve("t.csv"), "id,title\n1,a lost parcel\n2,the weather\n");
    Path output = embed(files.textModule(), table.toString(), "--column=title", "--storage=INT8");

    try (ModuleQueryEncoder encoder =
        ModuleQueryEncoder.open(manifest(output), EmbedJob.EMBEDDING, HERE)) {
      assertThat(encoder.text("a lost parcel")).hasSize(128);
    }
  }

  @Test
  void picturesAreEmbeddedAsTheirRows() throws IOException {
    Path output = embed(files.imageModule(), files.pictures() + "/*", "--inputFormat=image");

    try (ModuleQueryEncoder encoder =
        ModuleQueryEncoder.open(manifest(output), EmbedJob.EMBEDDING, HERE)) {
      assertThat(encoder.accepts()).containsExactly(QueryKind.IMAGE);
      for (Example row : CliFixtures.examples(output).subList(0, 5)) {
        byte[] bytes = Files.readAllBytes(Path.of(CliFixtures.text(row, "file")));
        assertSame(encoder.image(bytes), CliFixtures.floats(row, EmbedJob.EMBEDDING));
      }
      assertThatThrownBy(() -> encoder.image("no image".getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("the image cannot be decoded: ");
    }
  }

  @Test
  void anotherModuleIsRefused() throws IOException {
    Path texts = Files.write(work.resolve("t.txt"), SampleTexts.sentences().subList(0, 3));
    ObjectNode manifest = (ObjectNode) manifest(embed(files.textModule(), texts.toString()));
    ((ObjectNode) manifest.get("modules").get(0)).put("digest", "0".repeat(64));

    assertThatThrownBy(() -> ModuleQueryEncoder.open(manifest, EmbedJob.EMBEDDING, HERE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has the digest")
        .hasMessageContaining("0".repeat(64));
    manifest.remove("recipe");
    assertThatThrownBy(() -> ModuleQueryEncoder.open(manifest, EmbedJob.EMBEDDING, HERE))
        .hasMessageContaining("give a vector (--vector=FILE) or a row (--like=ID)");
  }
}
