// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.hubbeam.explore.PhotoIndex.With;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchIndex;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link ExploreServer} answers, to whom, and what it refuses. */
class ExploreServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path shared;

  private static SearchIndex index;
  private static ExploreServer server;

  @BeforeAll
  static void start() throws IOException {
    index = PhotoIndex.open(shared, 200, With.MAP, With.PICTURES);
    server =
        ExploreServer.start(
            index, NewerIndex.NONE, PhotoIndex.encoder(), ExploreOptions.page("photos"));
  }

  @AfterAll
  static void stop() {
    server.close();
    index.close();
  }

  /** What came back: status line and headers, and the body. */
  private record Reply(String head, byte[] body) {
    int status() {
      return Integer.parseInt(head.split(" ", 3)[1]);
    }

    JsonNode json() throws IOException {
      return JSON.readTree(body);
    }

    String error() throws IOException {
      return json().path("error").asText();
    }
  }

  private static Reply untilShown(ExploreServer shown, int rows) throws IOException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (true) {
      Reply info = ask(shown.address(), "GET", "/api/info", new byte[0]);
      boolean isShown = info.status() != 200 || info.json().path("rows").asInt() == rows;
      if (isShown || System.nanoTime() > end) {
        return info;
      }
      Thread.onSpinWait();
    }
  }

  @Test
  void aNewerGenerationIsShownAndTheOneBeforeIsClosed(@TempDir Path folder) throws IOException {
    SearchIndex first = PhotoIndex.open(folder.resolve("a"), 40, With.MAP);
    AtomicReference<SearchIndex> next = new AtomicReference<>();
    NewerIndex newer = unused -> Optional.ofNullable(next.getAndSet(null));
    try (ExploreServer open =
        ExploreServer.start(first, newer, PhotoIndex.encoder(), ExploreOptions.page("photos"))) {
      assertThat(untilShown(open, 40).status()).isEqualTo(200);
      next.set(PhotoIndex.open(folder.resolve("b"), 50, With.MAP));

      assertThat(untilShown(open, 50).json().path("rows").asInt()).isEqualTo(50);
      assertThatThrownBy(() -> first.nearest(new float[] {1, 0, 0, 0, 0, 0, 0, 0}, 1))
          .hasMessage("the index is closed");
      URI at = open.address();
      assertThat(ask(at, "GET", "/api/search?k=45", new byte[0]).json().path("hits")).hasSize(45);
      assertThat(ask(at, "GET", "/api/map", new byte[0]).json().path("version").asInt())
          .isEqualTo(1);
      assertThat(ask(at, "GET", "/api/colors?column=kind&version=1", new byte[0]).status())
          .isEqualTo(200);
      Reply old = ask(at, "GET", "/api/colors?column=kind&version=0", new byte[0]);
      assertThat(old.status()).isEqualTo(409);
      assertThat(old.error()).contains("the index has changed");
    }
  }

  @Test
  void whatCannotBeOpenedLeavesWhatIsShown(@TempDir Path folder) throws IOException {
    SearchIndex first = PhotoIndex.open(folder.resolve("a"), 40);
    AtomicInteger asked = new AtomicInteger();
    NewerIndex newer =
        unused -> {
          asked.incrementAndGet();
          return Optional.of(SearchIndex.open(folder.resolve("nothing")));
        };
    try (ExploreServer open =
        ExploreServer.start(first, newer, null, ExploreOptions.json("photos"))) {
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
      while (asked.get() < 2 && System.nanoTime() < end) {
        assertThat(ask(open.address(), "GET", "/api/search?k=5", new byte[0]).status())
            .isEqualTo(200);
      }
      assertThat(asked.get()).isGreaterThanOrEqualTo(2);
    }
  }

  private static Reply get(String path, String... headers) throws IOException {
    return ask(server.address(), "GET", path, new byte[0], headers);
  }

  private static Reply post(String path, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return ask(server.address(), "POST", path, bytes, "Content-Type: application/json");
  }

  /** Asks with exactly these headers, and the host of the address unless they have one. */
  private static Reply ask(URI at, String method, String path, byte[] body, String... headers)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getByName(at.getHost()), at.getPort())) {
      StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
      if (List.of(headers).stream().noneMatch(h -> h.startsWith("Host:"))) {
        head.append("Host: " + at.getAuthority() + "\r\n");
      }
      for (String header : headers) {
        head.append(header + "\r\n");
      }
      head.append("Content-Length: " + body.length + "\r\nConnection: close\r\n\r\n");
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      byte[] all = in.readAllBytes();
      int end = new String(all, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
      return new Reply(
          new String(all, 0, end, StandardCharsets.ISO_8859_1),
          Arrays.copyOfRange(all, end + 4, all.length));
    }
  }

  @Test
  void theIndexIsDescribed() throws IOException {
    JsonNode info = get("/api/info").json();
    assertThat(info.path("rows").asInt()).isEqualTo(200);
    assertThat(info.path("score").asText()).isEqualTo("cosine similarity");
    assertThat(info.path("accepts")).extracting(JsonNode::asText).containsExactly("image", "text");
    assertThat(info.path("title").asText()).isEqualTo("text");
    assertThat(info.path("color").asText()).isEqualTo("kind");
    assertThat(info.path("picture").asText()).isEqualTo("picture");
    assertThat(info.path("map").path("points").asInt()).isEqualTo(200);
    JsonNode kind = info.path("columns").get(1);
    assertThat(kind.path("values").toString()).startsWith("[[\"birds\",25],[\"boats\",25]");
    JsonNode year = info.path("columns").get(2);
    assertThat(year.path("min").asInt()).isBetween(1950, 1960);
    assertThat(year.path("colors").asBoolean()).isTrue();
  }

  @Test
  void aTextARowAVectorAndAnImageAreSearchedFor() throws IOException {
    JsonNode text = post("/api/search", "{\"text\": \"cats\", \"k\": 3}").json();
    assertThat(text.path("query").path("kind").asText()).isEqualTo("text");
    assertThat(text.path("hits")).hasSize(3);
    assertThat(text.path("hits"))
        .allMatch(h -> h.path("columns").path("kind").asText().equals("cats"));
    assertThat(text.path("hits").get(0).path("score").asDouble()).isGreaterThan(0.9);
    assertThat(text.path("hits").get(0).path("xy")).hasSize(2);

    JsonNode like = get("/api/search?row=n11&k=2").json();
    assertThat(like.path("query").path("row").path("id").asInt()).isEqualTo(11);
    assertThat(like.path("hits")).noneMatch(h -> h.path("id").asInt() == 11);
    assertThat(post("/api/search", "{\"id\": 11, \"k\": 2}").json().path("hits"))
        .isEqualTo(like.path("hits"));
    assertThat(get("/api/search?id=11&k=2").json().path("hits")).isEqualTo(like.path("hits"));

    JsonNode vector = get("/api/search?vector=0,0,0,0,0,0,0,1&k=1").json();
    assertThat(vector.path("hits").get(0).path("columns").path("kind").asText()).isEqualTo("fish");

    byte[] picture = PhotoIndex.picture(Color.getHSBColor(3 / 8f, 0.5f, 0.8f), 1);
    JsonNode image =
        ask(server.address(), "POST", "/api/search?k=1", picture, "Content-Type: image/png").json();
    assertThat(image.path("query").path("kind").asText()).isEqualTo("image");
    assertThat(image.path("hits").get(0).path("columns").path("kind").asText()).isEqualTo("cats");
  }

  @Test
  void withoutAQueryTheFirstRowsCome() throws IOException {
    JsonNode first = post("/api/search", "{}").json();
    assertThat(first.path("query").path("kind").asText()).isEqualTo("first");
    assertThat(first.path("hits")).hasSize(10);
    assertThat(first.path("hits").get(0).has("score")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\": \"a\", \"k\": 0} | k is 0; 1 to 1000 rows",
        "{\"text\": \"a\", \"k\": 1001} | k is 1001; 1 to 1000 rows",
        "{\"text\": \"a\", \"k\": \"x\"} | it must be a number",
        "{\"text\": \"a\", \"k\": 1.5} | it must be a whole number",
        "{\"text\": \"  \"} | blank",
        "{\"text\": 7} | no text",
        "{\"text\": \"a\", \"row\": \"n1\"} | not several",
        "{\"txt\": \"a\"} | unknown: 'txt'",
        "{\"row\": \"x\"} | is not a row",
        "{\"row\": \"n999\"} | there is no row 999",
        "{\"vector\": [1, \"b\"]} | which is not a number",
        "{\"text\": \"a\" | the request is not JSON",
        "[1] | expected a JSON object"
      })
  void badSearchesSayWhy(String body, String why) throws IOException {
    Reply reply = post("/api/search", body);
    assertThat(reply.status()).isBetween(400, 404);
    assertThat(reply.error()).contains(why).doesNotContain("\n");
  }

  @Test
  void filtersChooseRows() throws IOException {
    JsonNode fish =
        post("/api/search", "{\"text\": \"cats\", \"k\": 3, \"filter\": \"kind == 'fish'\"}")
            .json();
    assertThat(fish.path("hits")).hasSize(3);
    assertThat(fish.path("hits"))
        .allMatch(h -> h.path("columns").path("kind").asText().equals("fish"));
    JsonNode first = post("/api/search", "{\"filter\": \"kind == 'fish'\", \"k\": 2}").json();
    assertThat(first.path("hits")).hasSize(2);
    Reply wrong = post("/api/search", "{\"filter\": \"knd == 'fish'\"}");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.error()).contains("'knd'").contains("kind").endsWith("\n  ^");
  }

  @Test
  void anImageThatDoesNotDecodeIsRefused() throws IOException {
    Reply reply = ask(server.address(), "POST", "/api/search", new byte[] {1, 2, 3});
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error()).contains("does not decode");
  }

  @Test
  void mapAndColorsHaveAValueForEachPoint() throws IOException {
    assertThat(get("/api/map").json().path("xy")).hasSize(400);
    JsonNode kinds = get("/api/colors?column=kind").json();
    assertThat(kinds.path("codes")).hasSize(200);
    assertThat(kinds.path("labels").get(kinds.path("codes").get(3).asInt()).asText())
        .isEqualTo("cats");
    JsonNode weights = get("/api/colors?column=weight").json();
    assertThat(weights.path("kind").asText()).isEqualTo("numbers");
    assertThat(weights.path("values")).hasSize(200);
    assertThat(get("/api/colors?column=text").error()).contains("no column 'text' to color by");
    JsonNode rows = post("/api/points", "{\"points\": [3, 16]}").json().path("rows");
    assertThat(rows.get(0).path("id").asInt()).isEqualTo(3);
    assertThat(rows.get(1).path("columns").path("text").asText()).startsWith("<script>");
    assertThat(post("/api/points", "{\"points\": [200]}").error()).contains("no point 200");
  }

  @Test
  void otherHostsAndOriginsAreRefused() throws IOException {
    int port = server.address().getPort();
    assertThat(get("/api/info", "Host: localhost:" + port).status()).isEqualTo(200);
    assertThat(get("/api/info", "Host: evil.example:" + port).status()).isEqualTo(403);
    assertThat(get("/api/info", "Host: 127.0.0.1.evil.example").status()).isEqualTo(403);
    String own = "http://127.0.0.1:" + port;
    assertThat(get("/api/info", "Origin: " + own).status()).isEqualTo(200);
    assertThat(get("/api/info", "Origin: http://127.0.0.1:1").status()).isEqualTo(403);
    assertThat(get("/api/info", "Origin: https://evil.example").status()).isEqualTo(403);
    assertThat(get("/api/info", "Origin: null").status()).isEqualTo(403);
    assertThat(get("/api/picture?row=n1", "Sec-Fetch-Site: cross-site").status()).isEqualTo(403);
    assertThat(get("/", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate").status())
        .isEqualTo(200);
  }

  @Test
  void answersForbidWhatThePageDoesNotNeed() throws IOException {
    for (String path : List.of("/", "/page.js", "/api/info", "/api/picture?row=n1", "/nothing")) {
      String head = get(path).head();
      assertThat(head)
          .containsIgnoringCase("Content-Security-Policy: default-src 'none'; script-src 'self'")
          .doesNotContain("unsafe")
          .doesNotContainIgnoringCase("Access-Control-Allow-Origin")
          .containsIgnoringCase("X-Content-Type-Options: nosniff");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/../pom.xml", "/%2e%2e/pom.xml", "/Api.class", "/index.html/..", "/api", "/x"})
  void nothingElseIsServed(String path) throws IOException {
    assertThat(get(path).status()).isIn(400, 404);
  }

  @Test
  void otherMethodsAreRefused() throws IOException {
    byte[] nothing = new byte[0];
    assertThat(ask(server.address(), "PUT", "/api/info", nothing).status()).isEqualTo(405);
    assertThat(ask(server.address(), "POST", "/api/info", nothing).status()).isEqualTo(405);
    Reply head = ask(server.address(), "HEAD", "/", nothing);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"application/json, 1048577", "image/png, 16777217", "image/png, 99999999999"})
  void uploadsAreBounded(String type, long length) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      String head =
          "POST /api/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
              + type
              + "\r\nContent-Length: "
              + length
              + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      byte[] start = socket.getInputStream().readNBytes("HTTP/1.1 413".length());
      assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
    }
  }

  @Test
  void clientsThatStallDoNotKeepOthersWaiting() throws IOException {
    List<Socket> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
        socket.getOutputStream().write("POST /api/sea".getBytes(StandardCharsets.US_ASCII));
        stalled.add(socket);
      }
      assertThat(get("/api/info").status()).isEqualTo(200);
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
  }

  @Test
  void aPictureIsGivenByItsRow() throws IOException {
    Reply reply = get("/api/picture?row=n3");
    assertThat(reply.head()).containsIgnoringCase("Content-Type: image/png");
    assertThat(reply.body()).startsWith(0x89, 'P', 'N', 'G');
    assertThat(get("/api/picture?row=n999").status()).isEqualTo(404);
    assertThat(get("/api/picture?row=../../etc/passwd").status()).isEqualTo(400);
    assertThat(get("/api/picture?path=/etc/passwd").status()).isEqualTo(400);
  }

  @Test
  void filesOfRowsAreGivenOnlyIfTheyArePictures(@TempDir Path folder) throws IOException {
    Path picture = Files.write(folder.resolve("a.png"), PhotoIndex.picture(Color.RED, 1));
    Path secret = Files.writeString(folder.resolve("b.png"), "password");
    Path drawing = Files.writeString(folder.resolve("c.png"), "<svg onload='alert(1)'/>");
    List<IndexRow> rows = new ArrayList<>();
    for (Path file : List.of(picture, secret, drawing, folder.resolve("missing.png"))) {
      float[] vector = {1, 0, 0, 0, 0, 0, 0, rows.size()};
      rows.add(new IndexRow(RowId.of(rows.size()), vector, Map.of("text", file.toString())));
    }
    PhotoIndex.write(folder.resolve("index"), rows);
    try (SearchIndex named = SearchIndex.open(folder.resolve("index"));
        ExploreServer files =
            ExploreServer.start(named, NewerIndex.NONE, null, ExploreOptions.page("files"))) {
      URI at = files.address();
      byte[] nothing = new byte[0];
      assertThat(ask(at, "GET", "/api/picture?row=n0", nothing).body())
          .isEqualTo(Files.readAllBytes(picture));
      for (int row = 1; row < 4; row++) {
        assertThat(ask(at, "GET", "/api/picture?row=n" + row, nothing).status()).isEqualTo(404);
      }
      Reply text = ask(at, "GET", "/api/search?text=a", nothing);
      assertThat(text.error()).contains("no module for queries");
    }
  }

  @Test
  void aColumnWithoutPicturesIsRefused() {
    assertThatThrownBy(
            () ->
                ExploreServer.start(
                    index, NewerIndex.NONE, null, ExploreOptions.page("x").withPictures("year")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no pictures in year, a column of int64");
  }

  @Test
  void onOtherAddressesATokenIsWanted() throws IOException {
    ExploreOptions options = ExploreOptions.page("photos").withHost("0.0.0.0");
    try (ExploreServer open = ExploreServer.start(index, NewerIndex.NONE, null, options)) {
      URI at = open.address();
      String token = at.getQuery().substring("token=".length());
      byte[] nothing = new byte[0];
      assertThat(token).hasSize(32);
      assertThat(ask(at, "GET", "/", nothing).status()).isEqualTo(401);
      assertThat(ask(at, "GET", "/api/info?token=" + "0".repeat(32), nothing).status())
          .isEqualTo(401);
      Reply page = ask(at, "GET", "/?token=" + token, nothing);
      assertThat(page.status()).isEqualTo(200);
      String cookie = "hubbeam_token" + at.getPort() + "=" + token;
      assertThat(page.head())
          .containsIgnoringCase("Set-Cookie: " + cookie + "; HttpOnly; SameSite=Strict; Path=/");
      assertThat(ask(at, "GET", "/api/info", nothing, "Cookie: a=b; " + cookie).status())
          .isEqualTo(200);
      assertThat(ask(at, "GET", "/api/info", nothing, "Authorization: Bearer " + token).status())
          .isEqualTo(200);
      assertThat(
              ask(at, "GET", "/api/info", nothing, "Cookie: " + cookie, "Origin: http://evil")
                  .status())
          .isEqualTo(403);
    }
  }

  @Test
  void programsGetNoPage() throws IOException {
    try (ExploreServer json =
        ExploreServer.start(index, NewerIndex.NONE, null, ExploreOptions.json("x"))) {
      byte[] nothing = new byte[0];
      assertThat(ask(json.address(), "GET", "/", nothing).status()).isEqualTo(404);
      assertThat(ask(json.address(), "GET", "/api/search?row=n1", nothing).status()).isEqualTo(200);
    }
  }

  @Test
  void aPortInUseIsSaid() {
    ExploreOptions taken = ExploreOptions.page("x").withPort(server.address().getPort());
    assertThatThrownBy(() -> ExploreServer.start(index, NewerIndex.NONE, null, taken))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen at 127.0.0.1:" + server.address().getPort());
  }
}
