// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.search.Metric;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real server cannot be made to do when it is wanted. */
class OpenSearchStubTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What one bulk request is answered with. */
  private interface Answering {
    void to(HttpExchange exchange, List<JsonNode> lines) throws IOException;
  }

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Answering> next = Collections.synchronizedList(new ArrayList<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
  private final TreeSet<String> stored = new TreeSet<>();
  private HttpServer server;
  private String version = "{\"version\":{\"number\":\"2.19\",\"distribution\":\"opensearch\"}}";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
      body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
    }
    String text = new String(body, StandardCharsets.UTF_8);
    requests.add(
        exchange.getRequestMethod()
            + " "
            + path
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization")
            + (path.contains("template") ? " " + text : ""));
    if (path.equals("/")) {
      reply(exchange, 200, version);
    } else if (path.endsWith("/_bulk")) {
      List<JsonNode> lines = new ArrayList<>();
      for (String line : text.lines().toList()) {
        lines.add(JSON.readTree(line));
      }
      sizes.add(body.length);
      Answering answering = next.isEmpty() ? OpenSearchStubTest.this::store : next.remove(0);
      answering.to(exchange, lines);
    } else if (path.endsWith("/_mapping")) {
      reply(
          exchange,
          200,
          "{\"docs\":{\"mappings\":{\"properties\":{\"embedding\":{\"type\":\"knn_vector\"}}}}}");
    } else {
      reply(exchange, 200, "{}");
    }
  }

  private void store(HttpExchange exchange, List<JsonNode> lines) throws IOException {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < lines.size(); i += 2) {
      stored.add(lines.get(i).at("/index/_id").asText());
      items.add("{\"index\":{\"status\":201}}");
    }
    reply(exchange, 200, "{\"items\":[" + String.join(",", items) + "]}");
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private OpenSearchSink sink() {
    return OpenSearchSink.to(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "docs");
  }

  private static Batch rows(int count) {
    String[] ids = new String[count];
    for (int i = 0; i < count; i++) {
      ids[i] = Integer.toString(i);
    }
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("id", Array.Dense.vector(Values.of(ids)));
    columns.put(
        "embedding", new Array.Dense(List.of((long) count, 2L), Values.of(new float[2 * count])));
    return Batch.of(columns);
  }

  private static final VectorSchema SCHEMA = VectorSchema.of(rows(1), "id", "embedding");

  private WriteOutcome write(OpenSearchSink sink, int count) throws IOException {
    try (VectorSink.Writer writer = sink.open(SCHEMA)) {
      return writer.write(rows(count));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void aServerThatIsTooBusySaysForHowLong(int status) throws Exception {
    next.add(
        (exchange, lines) -> {
          exchange.getResponseHeaders().add("Retry-After", "7");
          reply(exchange, status, "<html>busy</html>");
        });
    assertThatThrownBy(() -> write(sink(), 1))
        .isInstanceOfSatisfying(
            StoreBusyException.class, e -> assertThat(e.getWait()).isEqualTo(Duration.ofSeconds(7)))
        .hasMessage("the server answered " + status + ": <html>busy</html>");
    assertThat(write(sink(), 1)).isEqualTo(WriteOutcome.WRITTEN);
  }

  @Test
  void aSlowAnswerAndACutConnectionAreWorthAnotherTry() throws Exception {
    next.add(
        (exchange, lines) -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertThatThrownBy(() -> write(sink().withTimeout(Duration.ofMillis(300)), 1))
        .isInstanceOf(StoreBusyException.class)
        .hasMessageContaining("gives no answer");
    next.add(
        (exchange, lines) -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write('{');
          exchange.close();
        });
    assertThatThrownBy(() -> write(sink(), 1))
        .isInstanceOf(StoreBusyException.class)
        .hasMessageContaining("gives no answer");
    int port = server.getAddress().getPort();
    server.stop(0);
    assertThatThrownBy(
            () -> write(OpenSearchSink.to(URI.create("http://127.0.0.1:" + port), "docs"), 1))
        .isInstanceOf(StoreBusyException.class);
  }

  @Test
  void documentsAreRefusedOrWrittenAgainOneByOne() throws Exception {
    next.add(
        (exchange, lines) ->
            reply(
                exchange,
                200,
                """
                {"items": [{"index": {"status": 201}},
                  {"index": {"status": 429, "error": {"type": "rejected", "reason": "full"}}},
                  {"index": {"status": 400, "error": {"type": "bad", "reason": "no number",
                    "caused_by": {"reason": "four"}}}},
                  {"index": {"status": 403, "error": {"type": "cluster_block_exception",
                    "reason": "disk"}}}]}
                """));
    WriteOutcome outcome = write(sink(), 4);
    assertThat(outcome.again())
        .isEqualTo(Map.of(1, "rejected: full", 3, "cluster_block_exception: disk"));
    assertThat(outcome.refused()).isEqualTo(Map.of(2, "bad: no number: four"));
  }

  @Test
  void requestsAreNoLargerThanAllowed() throws Exception {
    assertThat(write(sink().withRequestBytes(1000), 100)).isEqualTo(WriteOutcome.WRITTEN);
    assertThat(sizes).hasSizeGreaterThan(4).allMatch(size -> size <= 1000);
    assertThat(stored).hasSize(100);
    sizes.clear();
    write(sink().withRequestBytes(10), 3);
    assertThat(sizes).hasSize(3);
  }

  @Test
  void aRequestThatIsTooLargeIsHalved() throws Exception {
    Answering tooLarge = (exchange, lines) -> reply(exchange, 413, "too large");
    next.add(tooLarge);
    assertThatThrownBy(() -> write(sink(), 2))
        .isInstanceOf(BatchRefusedException.class)
        .hasMessage("the server answered 413: too large");
    next.addAll(List.of(tooLarge, tooLarge));
    try (RetryingWriter writer =
        new RetryingWriter(sink(), SCHEMA, RetryPolicy.DEFAULT, RetryingWriter.Pause.REAL)) {
      assertThat(writer.write(rows(3))).isEqualTo(Map.of(0, "the server answered 413: too large"));
    }
    assertThat(stored).containsExactly("1", "2");
  }

  @Test
  void thePasswordIsSentAndNowhereElse() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "s3cr3t\n");
    OpenSearchSink sink = sink().withUser("writer", Secret.ofFile(file));
    write(sink, 1);
    assertThat(requests).allMatch(request -> request.contains("Basic d3JpdGVyOnMzY3IzdA=="));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sink);
    }
    assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).doesNotContain("s3cr3t", "d3JpdGVy");
    assertThat(sink.describe()).doesNotContain("s3cr3t");
    next.add((exchange, lines) -> reply(exchange, 401, "{\"error\":\"no\"}"));
    assertThatThrownBy(() -> write(sink, 1))
        .isExactlyInstanceOf(IOException.class)
        .hasMessageEndingWith("does not let the user writer do that: the server answered 401: no");
    requests.clear();
    write(sink().withApiKey(Secret.ofFile(file)), 1);
    assertThat(requests).allMatch(request -> request.contains("ApiKey s3cr3t"));
  }

  @Test
  void elasticsearchGetsItsOwnTypeOfVectors() throws Exception {
    version = "{\"version\":{\"number\":\"8.15.0\"}}";
    write(sink().withTemplate(Metric.EUCLIDEAN), 1);
    assertThat(requests)
        .anyMatch(
            request ->
                request.startsWith("PUT /_index_template/hubbeam-docs")
                    && request.contains(
                        "{\"type\":\"dense_vector\",\"dims\":2,\"index\":true,\"similarity\":\"l2_norm\"}")
                    && request.contains("\"index_patterns\":[\"docs\"]"));
    version = "{\"hello\":1}";
    assertThatThrownBy(() -> write(sink(), 1))
        .hasMessageContaining("is neither OpenSearch nor Elasticsearch");
  }

  @Test
  void badAddressesAndNamesAreRefused() {
    for (String address : List.of("ftp://h", "search", "http://u:p@h", "http://h?x=1")) {
      assertThatThrownBy(() -> OpenSearchSink.to(URI.create(address), "docs"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("u:p");
    }
    for (String name : List.of("", "Docs", "a b", "_x", "a/b", "..", "a,b")) {
      assertThatThrownBy(() -> OpenSearchSink.to(URI.create("http://h"), name))
          .hasMessageContaining("is no name of an index");
    }
  }
}
