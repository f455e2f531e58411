// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.hubbeam.batch.Batch;
import org.junit.jupiter.api.Test;

/** The sink that docs/search.md shows. */
class SinkExampleTest {

  @Test
  void theSinkOfThePageIsTheOneThatIsTested() throws IOException {
    String page = Files.readString(Path.of(System.getProperty("hubbeam.root"), "docs/search.md"));
    String source = Files.readString(Path.of("src/test/java/org/hubbeam/sinks/QdrantSink.java"));
    assertThat(page)
        .contains("```java\n" + source.substring(source.indexOf("record QdrantSink")) + "```");
  }

  @Test
  void itWritesTriesAgainAndFindsWhatIsRefused() throws IOException {
    List<JsonNode> points = new CopyOnWriteArrayList<>();
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/collections/docs/points",
        exchange -> {
          JsonNode body = new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes());
          boolean bad = body.toString().contains("bad");
          int code = requests.incrementAndGet() == 1 ? 503 : bad ? 400 : 200;
          if (code == 200) {
            body.path("points").forEach(points::add);
          }
          byte[] answer = "answer".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(code, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      Batch rows = WriteVectorsTest.batch("f", "one", "bad", "three");
      QdrantSink sink =
          new QdrantSink("http://127.0.0.1:" + server.getAddress().getPort() + "/collections/docs");
      try (RetryingWriter writer =
          new RetryingWriter(
              sink, VectorSchema.of(rows, "id", "embedding"), RetryPolicy.DEFAULT, millis -> {})) {
        assertThat(writer.write(rows)).isEqualTo(Map.of(1, "answer"));
      }
    } finally {
      server.stop(0);
    }
    assertThat(points)
        .extracting(point -> point.at("/payload/id").asText())
        .containsExactlyInAnyOrder("one", "three");
    assertThat(points.get(0).path("vector").toString()).isEqualTo("[3.0,0.0]");
  }
}
