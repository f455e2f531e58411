// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request: its path, its parameters, and a body whose size is bounded. */
final class Request {

  private final HttpExchange exchange;
  private final Map<String, String> parameters;

  /**
   * @throws Refusal when the parameters cannot be read
   */
  Request(HttpExchange exchange) {
    this.exchange = exchange;
    this.parameters = parameters(exchange.getRequestURI().getRawQuery());
  }

  String method() {
    return exchange.getRequestMethod();
  }

  String path() {
    return String.valueOf(exchange.getRequestURI().getPath());
  }

  /** The parameters behind the question mark, decoded; of several of one name the last. */
  Map<String, String> parameters() {
    return parameters;
  }

  /**
   * A parameter that must be there.
   *
   * @throws Refusal when it is not
   */
  String parameter(String name) {
    String value = parameters.get(name);
    if (value == null || value.isEmpty()) {
      throw new Refusal(400, path() + " needs the parameter " + name);
    }
    return value;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  boolean isJson() {
    return header("Content-Type")
        .map(t -> t.toLowerCase(Locale.ROOT))
        .orElse("")
        .startsWith("application/json");
  }

  /**
   * The body.
   *
   * @param most how many bytes it may have
   * @throws Refusal when it has more
   */
  byte[] body(int most) throws IOException {
    long announced = header("Content-Length").map(Request::length).orElse(-1L);
    byte[] read = announced > most ? new byte[0] : exchange.getRequestBody().readNBytes(most + 1);
    if (announced > most || read.length > most) {
      throw new Refusal(413, "the request is too large; at most " + most + " bytes are taken");
    }
    return read;
  }

  private static long length(String header) {
    try {
      return Long.parseLong(header.strip());
    } catch (NumberFormatException e) {
      throw new Refusal(400, "the Content-Length is not a number");
    }
  }

  private static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> found = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return found;
    }
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      found.put(decoded(name), equals < 0 ? "" : decoded(part.substring(equals + 1)));
    }
    return found;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "the parameters are not encoded for a URL");
    }
  }
}
