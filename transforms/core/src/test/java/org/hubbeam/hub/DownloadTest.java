// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.mockwebserver.Dispatcher;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;
import okhttp3.mockwebserver.SocketPolicy;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTest {
  private static final byte[] ARCHIVE = TestModule.archive("a b c");

  @TempDir Path temp;
  private final MockWebServer server = new MockWebServer();
  private HubOptions options;
  private String handle;

  @BeforeEach
  void start() throws IOException {
    server.start();
    handle = server.url("/google/nnlm/1").toString();
    options = HubOptions.DEFAULT.withCacheFolder(temp.resolve("cache").toString());
  }

  @AfterEach
  void stop() throws IOException {
    server.shutdown();
  }

  private static MockResponse file(byte[] content) {
    return new MockResponse().setBody(new Buffer().write(content));
  }

  /** An answer that says that it is all, and ends after half. */
  private static MockResponse half() {
    return file(Arrays.copyOf(ARCHIVE, ARCHIVE.length / 2))
        .setHeader("Content-Length", ARCHIVE.length)
        .setHeader("ETag", "\"one\"")
        .setSocketPolicy(SocketPolicy.DISCONNECT_AT_END);
  }

  private Hub.Resolved resolve() {
    return Hub.of(options).resolve(handle);
  }

  private void assertFetched(Hub.Resolved resolved) {
    assertThat(resolved.folder().resolve("assets/vocab.txt")).hasContent("a b c");
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> left = Files.list(temp.resolve("cache"))) {
      assertThat(left).isEmpty();
    }
  }

  private RecordedRequest request() throws InterruptedException {
    RecordedRequest request = server.takeRequest(10, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    return request;
  }

  @ParameterizedTest
  @CsvSource({
    "/m/1, /m/1?tf-hub-format=compressed",
    "/m/1?a=b, /m/1?a=b&tf-hub-format=compressed",
    "/m/1?a=%2Fx&, /m/1?a=%2Fx&tf-hub-format=compressed",
    "/m/1?tf-hub-format=compressed, /m/1?tf-hub-format=compressed",
    "/m/1#part, /m/1?tf-hub-format=compressed",
    "/my m/1, /my%20m/1?tf-hub-format=compressed",
    "/m.tar.gz?signature=1, /m.tar.gz?signature=1"
  })
  void asksByTheProtocol(String path, String asked) throws InterruptedException {
    server.enqueue(file(ARCHIVE));
    String base = server.url("").toString().replaceAll("/$", "");
    assertFetched(Hub.of(options).resolve(base + path));
    assertThat(request().getPath()).isEqualTo(asked);
  }

  @Test
  void tellsItsProgress() {
    server.enqueue(file(ARCHIVE));
    List<Progress> heard = new ArrayList<>();
    Hub.of(options).withListener(heard::add).resolve(handle);
    Progress last = heard.get(heard.size() - 1);
    assertThat(last)
        .isEqualTo(new Progress(handle, ARCHIVE.length, OptionalLong.of(ARCHIVE.length)));
  }

  @Test
  void followsRedirectsAndKeepsSecretsOfTheLastAddress() {
    server.enqueue(new MockResponse().setResponseCode(302).setHeader("Location", "/two"));
    server.enqueue(
        new MockResponse()
            .setResponseCode(307)
            .setHeader("Location", server.url("/three?signature=secret")));
    server.enqueue(file(ARCHIVE));
    Hub.Resolved resolved = resolve();
    assertFetched(resolved);
    assertThat(resolved.url()).isEqualTo(server.url("/three") + "?...");
  }

  @Test
  void redirectsAreBounded() {
    for (int i = 0; i < 20; i++) {
      server.enqueue(new MockResponse().setResponseCode(302).setHeader("Location", "/again"));
    }
    assertThatThrownBy(this::resolve)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("redirects more than 10 times");
    assertThat(server.getRequestCount()).isEqualTo(11);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 410})
  void aRefusalFailsAtOnceWithTheLastAddressAndTheMirrorSetting(int status) throws IOException {
    server.enqueue(new MockResponse().setResponseCode(302).setHeader("Location", "/last"));
    server.enqueue(new MockResponse().setResponseCode(status));
    assertThatThrownBy(this::resolve)
        .isInstanceOf(HubException.class)
        .hasMessageContaining(server.url("/last") + " answered " + status)
        .hasMessageContaining(handle)
        .hasMessageContaining("withMirror")
        .hasMessageContaining("HUBBEAM_MIRRORS");
    assertThat(server.getRequestCount()).isEqualTo(2);
    assertNothingLeft();
  }

  @Test
  void aCutDownloadIsResumed() throws Exception {
    server.enqueue(half());
    int got = ARCHIVE.length / 2;
    server.enqueue(
        file(Arrays.copyOfRange(ARCHIVE, got, ARCHIVE.length))
            .setResponseCode(206)
            .setHeader(
                "Content-Range",
                "bytes " + got + "-" + (ARCHIVE.length - 1) + "/" + ARCHIVE.length));
    assertFetched(resolve());
    request();
    RecordedRequest second = request();
    assertThat(second.getHeader("Range")).isEqualTo("bytes=" + got + "-");
    assertThat(second.getHeader("If-Range")).isEqualTo("\"one\"");
  }

  @Test
  void aDownloadThatIsCutAgainAndAgainIsResumedWhileMoreComes() throws Exception {
    int piece = ARCHIVE.length / 5 + 1;
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            String range = request.getHeader("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
            byte[] rest = Arrays.copyOfRange(ARCHIVE, from, ARCHIVE.length);
            byte[] sent = Arrays.copyOf(rest, Math.min(piece, rest.length));
            return new MockResponse()
                .setResponseCode(range == null ? 200 : 206)
                .setHeader("ETag", "\"one\"")
                .setHeader(
                    "Content-Range",
                    "bytes " + from + "-" + (ARCHIVE.length - 1) + "/" + ARCHIVE.length)
                .setBody(new Buffer().write(sent))
                .setHeader("Content-Length", rest.length)
                .setSocketPolicy(SocketPolicy.DISCONNECT_AT_END);
          }
        });
    assertFetched(resolve());
    assertThat(server.getRequestCount()).isEqualTo(5);
  }

  @Test
  void aServerThatCannotResumeSendsAllAgain() {
    server.enqueue(half());
    server.enqueue(file(ARCHIVE));
    assertFetched(resolve());
  }

  @Test
  void aServerInTroubleIsAskedOnceMore() {
    server.enqueue(new MockResponse().setResponseCode(503));
    server.enqueue(file(ARCHIVE));
    assertFetched(resolve());
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws IOException {
    server.shutdown();
    assertThatThrownBy(this::resolve)
        .isInstanceOf(HubException.class)
        .hasMessageStartingWith(
            "cannot fetch "
                + handle
                + ": cannot connect to "
                + server.getHostName()
                + ":"
                + server.getPort()
                + " (connection refused). ")
        .hasMessageContaining("--mirror=" + handle + "=PLACE")
        .hasMessageContaining("--offline")
        .hasMessageNotContaining("Exception");
  }

  @Test
  void aDownloadCutTwiceSaysWhatCame() throws IOException {
    server.enqueue(half());
    server.enqueue(half());
    assertThatThrownBy(this::resolve)
        .isInstanceOf(HubException.class)
        .hasMessageContaining(handle)
        .hasMessageContaining((ARCHIVE.length / 2) + " bytes of " + ARCHIVE.length)
        .hasMessageContaining(temp.resolve("cache").toString());
    assertThat(server.getRequestCount()).isEqualTo(2);
    assertNothingLeft();
  }

  @Test
  void aServerThatFallsSilentIsLeft() {
    options = options.withReadTimeout(Duration.ofMillis(300));
    for (int i = 0; i < 2; i++) {
      server.enqueue(half().setSocketPolicy(SocketPolicy.KEEP_OPEN));
    }
    assertThatThrownBy(this::resolve)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("silent");
  }

  @Test
  void theServersMd5IsCompared() throws Exception {
    String md5 =
        Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(ARCHIVE));
    byte[] damaged = ARCHIVE.clone();
    damaged[damaged.length / 2] ^= 1;
    server.enqueue(
        file(damaged)
            .addHeader("x-goog-hash", "crc32c=AAAAAA==")
            .addHeader("x-goog-hash", "md5=" + md5));
    server.enqueue(file(ARCHIVE).addHeader("x-goog-hash", "crc32c=AAAAAA==,md5=" + md5));
    assertFetched(resolve());
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void aFullDiskIsNoticedBeforeTheDownload() throws IOException {
    server.enqueue(file(ARCHIVE));
    Hub full = Hub.of(options, Environment.SYSTEM, folder -> 10);
    assertThatThrownBy(() -> full.resolve(handle))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("no room")
        .hasMessageContaining(ARCHIVE.length + " bytes")
        .hasMessageContaining("10 bytes free");
    assertNothingLeft();
  }

  @Test
  void plainHttpIsForThisMachineOnly() {
    assertThatThrownBy(() -> Hub.of(options).resolve("http://example.com/m/1"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("https");
    server.enqueue(
        new MockResponse().setResponseCode(302).setHeader("Location", "http://example.com/x"));
    assertThatThrownBy(this::resolve)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("http://example.com/x");
  }

  @Test
  void noRedirectLeavesHttps() {
    URI from = URI.create("https://tfhub.dev/a");
    assertThat(Web.redirected(from, "//x.org/b")).hasToString("https://x.org/b");
    for (String to : List.of("http://localhost/b", "http://x.org/b", "file:///etc/passwd")) {
      assertThatThrownBy(() -> Web.redirected(from, to)).isInstanceOf(HubException.class);
    }
  }

  @Test
  void aMirrorTakesThePlaceOfTheStartOfAHandle() throws Exception {
    server.enqueue(file(ARCHIVE));
    HubOptions mirrored =
        options
            .withMirror("https://tfhub.dev/", "https://never.asked/")
            .withMirror("https://tfhub.dev/google/", server.url("/mirror/").toString());
    String original = "https://tfhub.dev/google/nnlm/2";
    Hub.Resolved resolved = Hub.of(mirrored).resolve(original);
    assertFetched(resolved);
    assertThat(request().getPath()).isEqualTo("/mirror/nnlm/2?tf-hub-format=compressed");
    assertThat(resolved.folder().getFileName()).hasToString(Digests.sha1(original));
    Path local = TestModule.write(temp.resolve("local/nnlm"), TestModule.files("local"));
    HubOptions toFolder =
        options.withMirror("https://tfhub.dev/google/", temp.resolve("local") + "/");
    assertThat(Hub.of(toFolder).resolve("https://tfhub.dev/google/nnlm").folder()).isEqualTo(local);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc", "http://x/y", "see other", ""})
  void anUncompressedAnswerCannotNameThisMachinesFiles(String body) {
    server.enqueue(new MockResponse().setResponseCode(303).setBody(body));
    assertThatThrownBy(
            () -> Hub.of(options.withFormat(HubOptions.Format.UNCOMPRESSED)).resolve(handle))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("303 without a storage path");
  }
}
