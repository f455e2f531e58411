// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.zip.GZIPInputStream;

/** A service that is sent jobs, keeps the last, and refuses it or lets it fail. */
final class FakeDataflow implements AutoCloseable {

  private static final String REFUSED =
      "{\"error\": {\"code\": 403, \"message\": \"no such project\", \"status\":"
          + " \"PERMISSION_DENIED\"}}";

  private static final String FAILED =
      "{\"id\": \"job-1\", \"projectId\": \"some-project\", \"currentState\":"
          + " \"JOB_STATE_FAILED\"}";

  /** What becomes of jobs. */
  enum Fate {
    /** They are refused. */
    REFUSED,
    /** They are taken, and fail. */
    FAILED
  }

  private final HttpServer server;
  private volatile Fate fate = Fate.REFUSED;
  private volatile String job = "";

  FakeDataflow() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Where it is. */
  String address() {
    return "http://localhost:" + server.getAddress().getPort() + "/";
  }

  /** The job that it was sent last, as JSON. */
  String job() {
    return job;
  }

  /** What becomes of jobs from now on. */
  void set(Fate value) {
    fate = value;
  }

  private void answer(HttpExchange exchange) throws IOException {
    boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    try (InputStream body = exchange.getRequestBody();
        InputStream in = packed ? new GZIPInputStream(body) : body) {
      String sent = new String(in.readAllBytes(), UTF_8);
      if (exchange.getRequestMethod().equals("POST")) {
        job = sent;
      }
    }
    boolean of = exchange.getRequestURI().getPath().matches(".*/jobs(/job-1)?");
    byte[] answer = (fate == Fate.REFUSED ? REFUSED : of ? FAILED : "{}").getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(fate == Fate.REFUSED ? 403 : 200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
