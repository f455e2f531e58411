// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testdata.SampleTexts;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code explore} and {@code search --serve}: programs that answer until they are interrupted. */
class ServingTest {

  private static final long MOST_SECONDS = 300;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir static Path shared;

  private static Path module;
  private static Path index;

  @BeforeAll
  static void build() throws IOException {
    module = shared.resolve("demo");
    index = shared.resolve("ix");
    DemoModule.write(module);
    Files.write(shared.resolve("texts.txt"), SampleTexts.sentences());
    Path vectors = shared.resolve("v");
    run(
        "embed",
        "--module=" + module,
        "--input=" + shared.resolve("texts.txt"),
        "--output=" + vectors);
    run("index", "--input=" + vectors, "--output=" + index);
  }

  private static void run(String... arguments) {
    Run run = Run.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
  }

  /** A program that runs until it is closed. */
  private static final class Running implements AutoCloseable {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CompletableFuture<Integer> code = new CompletableFuture<>();
    private final Thread thread;

    Running(String... arguments) {
      thread =
          new Thread(
              () ->
                  code.complete(
                      Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments)),
              "serving");
      thread.start();
    }

    URI address() throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
      while (!out.toString().contains("\n")) {
        assertThat(System.nanoTime()).as(() -> "no address: " + err).isLessThan(end);
        assertThat(code).as(() -> err.toString()).isNotDone();
        TimeUnit.MILLISECONDS.sleep(20);
      }
      return URI.create(out.toString().strip());
    }

    @Override
    public void close() {
      thread.interrupt();
      assertThat(code.orTimeout(MOST_SECONDS, TimeUnit.SECONDS).join()).isZero();
    }
  }

  private static HttpResponse<String> get(URI address) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static URI search(URI address, String text) {
    String query = URLEncoder.encode(text, StandardCharsets.UTF_8);
    return address.resolve("/api/search?k=2&text=" + query);
  }

  @Test
  void theIndexIsExplored() throws Exception {
    try (Running explore = new Running("explore", "--index=" + index)) {
      URI address = explore.address();
      assertThat(address.getHost()).isEqualTo("127.0.0.1");
      assertThat(get(address).body()).contains("<title>hubbeam explore</title>");
      JsonNode info = CliFixtures.json(get(address.resolve("/api/info")).body());
      assertThat(info.path("name").asText()).isEqualTo("ix");
      assertThat(info.path("rows").asInt()).isEqualTo(SampleTexts.sentences().size());
      assertThat(info.path("module").asText()).isEqualTo(module.toString());
      assertThat(info.path("accepts").toString()).isEqualTo("[\"text\"]");
      String sentence = SampleTexts.sentences().get(7);
      JsonNode found = CliFixtures.json(get(search(address, sentence)).body()).path("hits").get(0);
      assertThat(found.path("score").asDouble()).isGreaterThan(0.999);
      assertThat(found.path("columns").toString()).contains(sentence);
    }
  }

  @Test
  void programsAreServedWithoutThePage() throws Exception {
    try (Running serve = new Running("search", "--index=" + index, "--serve=0")) {
      URI address = serve.address();
      assertThat(get(address).statusCode()).isEqualTo(404);
      assertThat(CliFixtures.json(get(search(address, "a")).body()).path("hits")).hasSize(2);
    }
  }

  @Test
  void whatIsAppendedIsServedWithoutARestart() throws Exception {
    Path grows = shared.resolve("grows");
    Path more = shared.resolve("more");
    vectors("id,text\n1,one\n2,two\n3,three\n4,four\n", shared.resolve("four"));
    vectors("id,text\n5,a sentence that nobody wrote\n", more);
    run("index", "--input=" + shared.resolve("four"), "--output=" + grows);
    try (Running serve = new Running("search", "--index=" + grows, "--serve=0")) {
      URI info = serve.address().resolve("/api/info");
      assertThat(rows(info)).isEqualTo(4);
      run("index", "--input=" + more, "--output=" + grows, "--append");
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
      while (rows(info) == 4) {
        assertThat(System.nanoTime()).isLessThan(end);
      }
      assertThat(rows(info)).isEqualTo(5);
      assertThat(get(search(serve.address(), "nobody wrote")).body())
          .contains("a sentence that nobody wrote");
    }
  }

  private static void vectors(String csv, Path output) throws IOException {
    Path input = Files.writeString(shared.resolve(output.getFileName() + ".csv"), csv);
    run("embed", "--module=" + module, "--input=" + input, "--column=text", "--output=" + output);
  }

  private static int rows(URI info) throws Exception {
    return CliFixtures.json(get(info).body()).path("rows").asInt();
  }

  @Test
  void withoutItsModuleAnIndexIsLookedAt() throws Exception {
    Path moved = shared.resolve("moved");
    Files.move(module, moved);
    try (Running explore = new Running("explore", "--index=" + index)) {
      URI address = explore.address();
      assertThat(explore.err.toString()).contains("texts and images cannot be searched for: ");
      assertThat(get(search(address, "a")).body()).contains("search by a row or by a vector: ");
      assertThat(CliFixtures.json(get(address.resolve("/api/search")).body()).path("hits"))
          .hasSize(10);
      Run elsewhere = Run.of("explore", "--index=" + index, "--module=" + module);
      assertThat(elsewhere.code()).isNotZero();
    } finally {
      Files.move(moved, module);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "explore | Missing required option: '--index=DIR'",
        "explore --index=IX --port=99999 | the port 99999 must be from 0 to 65535",
        "explore --index=IX --host= | --host= is empty",
        "explore --index=IX --host=nowhere.invalid | does not know the host nowhere.invalid",
        "explore --index=IX --pictures=nothing | there are no pictures in nothing",
        "explore --index=missing | missing",
        "search --index=IX --serve=0 --k=3 | --k is of a single search",
        "search --index=IX --serve=0 --query=a | --serve takes its queries from requests"
      })
  void wrongUseIsSaid(String line, String message) {
    String[] words = line.replace("IX", index.toString()).split(" ", -1);
    Run run = Run.of(words);
    assertThat(run.code()).isNotZero();
    assertThat(List.of(run.err().split("\n", -1))).as(run.err()).anyMatch(l -> l.contains(message));
  }
}
