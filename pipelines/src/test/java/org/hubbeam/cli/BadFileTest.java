// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --onBadFile} does about a file that is cut off, beside one that is whole. */
class BadFileTest {

  @TempDir Path work;
  private Path cut;

  @BeforeEach
  void writeFiles() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write("12345\n".repeat(1000).getBytes(StandardCharsets.UTF_8));
    }
    cut =
        Files.write(
            work.resolve("a.txt.gz"), Arrays.copyOf(packed.toByteArray(), packed.size() - 12));
    Files.writeString(work.resolve("b.txt"), "1\n2\n");
  }

  private Run embed(String... more) throws IOException {
    String[] all = {
      "embed",
      "--module=" + CliFixtures.numbers(work.resolve("numbers" + more.length)),
      "--outputKey=value",
      "--input=" + work.resolve("*.{txt,gz}"),
      "--output=" + work.resolve("out/v"),
      "--runner=direct"
    };
    String[] arguments = Arrays.copyOf(all, all.length + more.length);
    System.arraycopy(more, 0, arguments, all.length, more.length);
    return Run.of(arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--onBadFile=skip", "--onBadFile=skipRecord", "--corrupt=SKIP_FILE"})
  void aCutFileIsOneFailure(String policy) throws IOException {
    Run run = embed(policy);
    assertThat(run.code()).as(run.err()).isZero();
    List<String> failures = Files.readAllLines(work.resolve("out/v.failures.jsonl"));
    assertThat(failures).hasSize(1);
    JsonNode failure = CliFixtures.json(failures.get(0));
    assertThat(failure.get("id").asText()).startsWith(cut + "@");
    assertThat(failure.get("reason").asText()).contains("damaged or cut off");
    assertThat(CliFixtures.examples(work.resolve("out/v")))
        .extracting(e -> CliFixtures.text(e, "text"))
        .contains("1", "2");
  }

  @Test
  void aCutFileEndsTheJobInOneLine() throws IOException {
    Run run = embed();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines().filter(line -> line.startsWith("hubbeam")))
        .singleElement()
        .asString()
        .contains(cut + "@", "the packed data are damaged or cut off: it ends too early");
    assertThat(work.resolve("out").toFile().list()).isNullOrEmpty();
  }

  @Test
  void anotherPolicyIsRefused() throws IOException {
    Run run = embed("--onBadFile=ignore");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("expected one of [fail, skip, skipRecord] but was 'ignore'");
  }
}
