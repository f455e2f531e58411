// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Secrets;
import org.hubbeam.search.QueryEncoder;
import org.hubbeam.search.SearchIndex;
import org.jspecify.annotations.Nullable;

/**
 * Serves an index over HTTP: a page to look at it, and JSON for programs. It answers this machine
 * alone, unless {@link ExploreOptions#host} is another address: then it wants a token.
 *
 * <p>Index and encoder stay the caller's: they are closed after this.
 */
@Internal
public final class ExploreServer implements AutoCloseable {

  private static final int THREADS = 32;
  private static final int BACKLOG = 64;

  /** Requests and answers that take longer are cut off, in seconds. */
  private static final int SLOWEST = 60;

  private static final Map<String, String> SETTINGS =
      Map.of(
          "maxReqTime", Integer.toString(SLOWEST),
          "maxRspTime", Integer.toString(SLOWEST),
          "idleInterval", "30",
          "maxIdleConnections", "64",
          "nodelay", "true");

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");

  private final HttpServer server;
  private final ExecutorService threads;
  private final ShownIndex shown;
  private final Access access;
  private final ExploreOptions options;

  private ExploreServer(HttpServer server, ShownIndex shown, ExploreOptions options) {
    this.server = server;
    this.shown = shown;
    this.options = options;
    this.access = Access.at(server.getAddress(), options.host());
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "explore-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts to answer.
   *
   * @param index shown first; it is closed early when a newer one is shown
   * @param newer brings what is shown later, and closed here
   * @param encoder makes vectors of queries; none to search by rows and vectors only
   * @throws IOException when the address is in use or not this machine's
   * @throws IllegalArgumentException when the host is unknown, or there is no such column of
   *     pictures
   */
  public static ExploreServer start(
      SearchIndex index, NewerIndex newer, @Nullable QueryEncoder encoder, ExploreOptions options)
      throws IOException {
    if (options.pictures().isPresent()) {
      Pictures.of(index.description(), List.of(), options.pictures());
    }
    // Read once in a JVM, when the first server is created.
    SETTINGS.forEach(
        (name, value) -> {
          String property = "sun.net.httpserver." + name;
          if (System.getProperty(property) == null) {
            System.setProperty(property, value);
          }
        });
    InetSocketAddress address = new InetSocketAddress(options.address(), options.port());
    HttpServer server;
    try {
      server = HttpServer.create(address, BACKLOG);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen at " + options.host() + ":" + options.port() + ": " + e.getMessage());
    }
    ExploreServer explore =
        new ExploreServer(server, new ShownIndex(index, newer, encoder, options), options);
    server.setExecutor(explore.threads);
    server.createContext("/", explore::handle);
    server.start();
    return explore;
  }

  /** The address to open, with the token if one is asked for. */
  public URI address() {
    String host = options.host();
    if (server.getAddress().getAddress().isAnyLocalAddress()) {
      host = ExploreOptions.LOOPBACK;
    }
    String shown = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return URI.create(
        "http://"
            + shown
            + ":"
            + server.getAddress().getPort()
            + "/"
            + access.token().map(token -> "?" + Access.TOKEN + "=" + token).orElse(""));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer;
      Optional<String> cookie = Optional.empty();
      try {
        Request request = new Request(exchange);
        access.check(request);
        cookie = access.cookie(request);
        answer = answer(request);
      } catch (Refusal e) {
        answer = Answer.refused(e.status(), String.valueOf(e.getMessage()));
      } catch (IllegalArgumentException e) {
        answer = Answer.refused(400, String.valueOf(e.getMessage()));
      } catch (IOException | RuntimeException e) {
        answer =
            Answer.refused(
                500, Secrets.maskedIn(e.getClass().getSimpleName() + ": " + e.getMessage()));
      }
      send(exchange, answer, cookie);
    }
  }

  private Answer answer(Request request) throws IOException {
    if (!METHODS.contains(request.method())) {
      throw new Refusal(405, "only GET, HEAD and POST are answered");
    }
    if (request.path().startsWith("/api/")) {
      return shown.answer(request);
    }
    Optional<Answer> file =
        options.content() == ExploreOptions.Content.PAGE && !request.method().equals("POST")
            ? PageFiles.at(request.path())
            : Optional.empty();
    return file.orElseThrow(
        () -> new Refusal(404, "there is no " + request.path() + "; try /api/info"));
  }

  private static void send(HttpExchange exchange, Answer answer, Optional<String> cookie)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    HEADERS.forEach(headers::set);
    answer.headers().forEach(headers::set);
    headers.set("Content-Type", answer.type());
    cookie.ifPresent(value -> headers.set("Set-Cookie", value));
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(answer.body().length));
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(
        answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
    exchange.getResponseBody().write(answer.body());
  }

  /** Ends to answer; requests that are being answered are finished within a second. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
    try {
      if (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
    shown.close();
  }
}
