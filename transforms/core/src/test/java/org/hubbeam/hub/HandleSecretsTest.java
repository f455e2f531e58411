// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is secret in handles, addresses and the environment is in no message and no file. */
class HandleSecretsTest {
  private static final String SECRET = "hUsHhUsH0123456789";

  @TempDir Path temp;
  private final MockWebServer server = new MockWebServer();
  private HubOptions options;

  @BeforeEach
  void start() throws IOException {
    server.start();
    options = HubOptions.DEFAULT.withCacheFolder(temp.resolve("cache").toString());
  }

  @AfterEach
  void stop() throws IOException {
    server.shutdown();
  }

  private String signed(String path, String secret) {
    return server.url(path) + "?X-Amz-Signature=" + secret;
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void aPasswordGoesToItsServerAndIntoNoFile() throws Exception {
    server.enqueue(new MockResponse().setBody(new Buffer().write(TestModule.archive("one"))));
    String address = server.url("/m.tar.gz").toString().replace("://", "://me:" + SECRET + "@");
    Hub.Resolved resolved = Hub.of(options).resolve(address);
    assertThat(server.takeRequest().getHeader("Authorization"))
        .isEqualTo(okhttp3.Credentials.basic("me", SECRET));
    assertThat(resolved.toString()).doesNotContain(SECRET);
  }

  @Test
  void addressesOfFilesHaveNoUser() {
    assertThatThrownBy(() -> Hub.of(options).resolve("file://me:" + SECRET + "@localhost/m.tgz"))
        .isInstanceOf(HubException.class)
        .hasMessage("an address of a file names no host but localhost: file://...@localhost/m.tgz");
  }

  @Test
  void theCacheHasNoneAndStillTellsAddressesApart() throws IOException {
    List<Progress> heard = new ArrayList<>();
    Hub hub = Hub.of(options).withListener(heard::add);
    for (String text : List.of("one", "two")) {
      server.enqueue(new MockResponse().setBody(new Buffer().write(TestModule.archive(text))));
      Hub.Resolved resolved = hub.resolve(signed("/m.tar.gz", SECRET + text));
      assertThat(resolved.folder().resolve("assets/vocab.txt")).hasContent(text);
      assertThat(resolved.toString()).doesNotContain(SECRET);
      assertThat(resolved.handle()).isEqualTo(server.url("/m.tar.gz") + "?...");
    }
    assertThat(server.getRequestCount()).isEqualTo(2);
    assertThat(heard.toString()).contains("/m.tar.gz?...").doesNotContain(SECRET);
    hub.resolve(signed("/m.tar.gz", SECRET + "one"));
    assertThat(server.getRequestCount()).isEqualTo(2);
    try (Stream<Path> files = Files.walk(temp)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(
                new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContain(SECRET);
      }
    }
  }

  @Test
  void anEntryOfAnotherProgramHasNone() throws IOException {
    String handle = signed("/m.tar.gz", SECRET);
    TestModule.write(
        CachePaths.of(temp.resolve("cache"), handle).folder(), TestModule.files("theirs"));
    assertThat(Hub.of(options).resolve(handle).url()).doesNotContain(SECRET);
    assertThat(CachePaths.of(temp.resolve("cache"), handle).manifest())
        .content()
        .doesNotContain(SECRET);
  }

  @Test
  void credentialsThatNoHeaderTakes() {
    HubOptions kaggle =
        options.withKaggle(
            KaggleAccess.OF_MACHINE.withEndpoint(URI.create(server.url("/").toString())));
    for (Map<String, String> variables :
        List.of(
            Map.of("KAGGLE_API_TOKEN", SECRET + "\n" + SECRET),
            Map.of("KAGGLE_API_TOKEN", SECRET + "\u00e9\u0001"))) {
      Environment environment = new Environment(variables::get, temp);
      Hub hub = Hub.of(kaggle, environment, folder -> Long.MAX_VALUE);
      assertThatThrownBy(() -> hub.resolve("google/nnlm/tensorFlow2/en-dim128/1"))
          .isInstanceOf(HubException.class)
          .satisfies(e -> assertThat(trace(e)).doesNotContain(SECRET));
    }
  }

  @Test
  void addressesInTheEnvironment() {
    for (Map<String, String> variables :
        List.of(
            Map.of("KAGGLE_API_ENDPOINT", "https://me:" + SECRET + "@a b"),
            Map.of("HUBBEAM_MIRRORS", "https://me:" + SECRET + "@h.example"),
            Map.of("HUBBEAM_MIRRORS", "https://h.example/m?sig=" + SECRET))) {
      assertThatThrownBy(() -> HubOptions.fromEnvironment(new Environment(variables::get, temp)))
          .satisfies(e -> assertThat(trace(e)).doesNotContain(SECRET));
    }
    Map<String, String> proxy = Map.of("https_proxy", "http://me:" + SECRET + "@a b:1");
    assertThatThrownBy(
            () ->
                new Proxies(null, new Environment(proxy::get, temp))
                    .select(URI.create("https://h.example/")))
        .satisfies(e -> assertThat(trace(e)).doesNotContain(SECRET));
  }

  @Test
  void optionsThatArePrinted() {
    HubOptions all =
        options
            .withMirror("https://h.example/", "https://me:" + SECRET + "@other.example/")
            .withPin(signed("/m.tar.gz", SECRET), "0".repeat(64))
            .withKaggle(KaggleAccess.OF_MACHINE.withToken(SECRET));
    assertThat(all.toString()).contains("other.example").doesNotContain(SECRET);
  }

  @Test
  void messagesHaveOneLineAndNoControlCharacters() {
    assertThat(new HubException("a\u001b[2J\r\nb\u202e", new IOException("c\nd")))
        .hasMessage("a\\u001b[2J | b\\u202e: c | d");
  }
}
