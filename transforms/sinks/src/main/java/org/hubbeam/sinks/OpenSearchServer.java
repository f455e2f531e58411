// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Asks a server by HTTP. For one thread. */
final class OpenSearchServer {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(20);

  /** How much of an answer a message shows. */
  private static final int SHOWN = 500;

  private final OpenSearchSink.Settings settings;
  private final HttpClient client;
  private final Optional<String> access;
  private boolean elastic;

  private OpenSearchServer(OpenSearchSink.Settings settings) throws IOException {
    this.settings = settings;
    this.access = access(settings);
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
  }

  /** Connects, and finds out which server it is. */
  static OpenSearchServer open(OpenSearchSink.Settings settings) throws IOException {
    OpenSearchServer server = new OpenSearchServer(settings);
    JsonNode version = server.ask("GET", "/", null).orFail().path("version");
    if (!version.has("number")) {
      throw new IOException(
          settings.server() + " is neither OpenSearch nor Elasticsearch: it tells no version");
    }
    server.elastic = !version.path("distribution").asText().equals("opensearch");
    return server;
  }

  private static Optional<String> access(OpenSearchSink.Settings settings) throws IOException {
    Optional<String> secret = settings.secret().read();
    if (settings.user() == null) {
      return secret.map(key -> "ApiKey " + key);
    }
    String both = settings.user() + ":" + secret.orElse("");
    return Optional.of(
        "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
  }

  /** Whether it is Elasticsearch, not OpenSearch. */
  boolean isElastic() {
    return elastic;
  }

  /** A name as part of an address. */
  static String escaped(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * What a server answered.
   *
   * @param body as JSON; missing where it is none
   * @param text the same as it came
   * @param pause that the server asks for; zero if it does not
   */
  record Answer(int status, JsonNode body, String text, Duration pause) {

    boolean isGood() {
      return status >= 200 && status < 300;
    }

    /** The body of a good answer. */
    JsonNode orFail() throws IOException {
      if (!isGood()) {
        throw new IOException(reason());
      }
      return body;
    }

    /** Why the server refused, in its words. */
    String reason() {
      return "the server answered " + status + ": " + reason(body.path("error"), text);
    }

    /** The words of an error. */
    static String reason(JsonNode error, String text) {
      JsonNode cause = error.path("caused_by").path("reason");
      String words =
          error.path("reason").isTextual()
              ? error.path("type").asText("error")
                  + ": "
                  + error.path("reason").asText()
                  + (cause.isTextual() ? ": " + cause.asText() : "")
              : error.isTextual() ? error.asText() : text;
      String line = words.replaceAll("\\s+", " ").strip();
      return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
    }
  }

  /**
   * Asks for something.
   *
   * @param path behind the address of the server
   * @param json of the request; null for none
   * @throws StoreBusyException if the server is too busy, or no answer comes
   * @throws IOException if it does not let this user do so
   */
  Answer ask(String method, String path, @Nullable JsonNode json) throws IOException {
    return json == null
        ? send(method, path, "application/json", new byte[0])
        : send(method, path, "application/json", JSON.writeValueAsBytes(json));
  }

  /** Sends lines of JSON. */
  Answer bulk(String path, byte[] lines) throws IOException {
    return send("POST", path, "application/x-ndjson", lines);
  }

  private Answer send(String method, String path, String type, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .timeout(settings.timeout())
            .header("Accept", "application/json");
    access.ifPresent(value -> request.header("Authorization", value));
    if (body.length > 0) {
      request.header("Content-Type", type).header("Content-Encoding", "gzip");
    }
    request.method(
        method,
        body.length == 0
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(packed(body)));
    return checked(sent(request.build()));
  }

  private URI uri(String path) {
    return URI.create(settings.server().toString().replaceFirst("/+$", "") + path);
  }

  private static byte[] packed(byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 2);
    try (OutputStream out = new GZIPOutputStream(bytes, 1 << 16)) {
      out.write(body);
    }
    return bytes.toByteArray();
  }

  private HttpResponse<byte[]> sent(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while waiting for " + settings.server());
      interrupted.initCause(e);
      throw interrupted;
    } catch (SSLException e) {
      throw new IOException("no secure connection to " + settings.server() + ": " + e, e);
    } catch (IOException e) {
      boolean unknown =
          e instanceof ConnectException
              && e.getCause() != null
              && e.getCause().getCause() instanceof UnresolvedAddressException;
      if (unknown || e.getCause() instanceof UnresolvedAddressException) {
        throw new IOException("there is no host " + settings.server().getHost(), e);
      }
      throw new StoreBusyException(
          settings.server() + " gives no answer: " + (e.getMessage() == null ? e : e.getMessage()),
          e);
    }
  }

  private Answer checked(HttpResponse<byte[]> response) throws IOException {
    String text = new String(response.body(), StandardCharsets.UTF_8);
    JsonNode body = MissingNode.getInstance();
    try {
      body = JSON.readTree(text);
    } catch (IOException e) {
      // A proxy answers in HTML.
    }
    Duration wait =
        response
            .headers()
            .firstValue("Retry-After")
            .filter(seconds -> seconds.matches("\\d{1,4}"))
            .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
            .orElse(Duration.ZERO);
    Answer answer = new Answer(response.statusCode(), body, text, wait);
    int status = response.statusCode();
    if (isBusy(status)) {
      throw new StoreBusyException(answer.reason(), wait);
    }
    if (status == 401 || status == 403) {
      throw new IOException(
          settings.server()
              + (settings.user() == null
                  ? " does not let in who has this key, or none: "
                  : " does not let the user " + settings.user() + " do that: ")
              + answer.reason());
    }
    return answer;
  }

  /** Whether the same may go well later. */
  static boolean isBusy(int status) {
    return status == 429 || status == 408 || status >= 500 && status != 501;
  }
}
