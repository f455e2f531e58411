// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. On loopback: whoever reaches it under a name of this machine, so that a page
 * elsewhere whose name leads here is refused. On other addresses: who has the token, from the
 * address that was printed, a cookie that this sets, or a header. In no case a page of another
 * origin.
 */
final class Access {

  /** The parameter of the address that is printed. */
  static final String TOKEN = "token";

  private static final String COOKIE = "hubbeam_token";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final @Nullable Set<String> hosts;
  private final @Nullable String token;
  private final int port;

  private Access(@Nullable Set<String> hosts, @Nullable String token, int port) {
    this.hosts = hosts;
    this.token = token;
    this.port = port;
  }

  /** For a server that listens at an address, which has the name that was asked for. */
  static Access at(InetSocketAddress listening, String host) {
    int port = listening.getPort();
    InetAddress address = listening.getAddress();
    if (address.isLoopbackAddress()) {
      Set<String> hosts = new HashSet<>(Set.of("127.0.0.1", "localhost", "[::1]"));
      hosts.add(names(host));
      return new Access(Set.copyOf(hosts), null, port);
    }
    byte[] secret = new byte[16];
    RANDOM.nextBytes(secret);
    Set<String> known =
        address.isAnyLocalAddress()
            ? null
            : Stream.of(names(host), names(address.getHostAddress()))
                .collect(Collectors.toUnmodifiableSet());
    return new Access(known, HexFormat.of().formatHex(secret), port);
  }

  private static String names(String host) {
    String plain = host.toLowerCase(Locale.ROOT);
    return plain.contains(":") && !plain.startsWith("[") ? "[" + plain + "]" : plain;
  }

  Optional<String> token() {
    return Optional.ofNullable(token);
  }

  /**
   * Lets a request in.
   *
   * @throws Refusal when it may not be answered
   */
  void check(Request request) {
    String host = request.header("Host").orElse("").toLowerCase(Locale.ROOT);
    if (hosts != null && !hosts.contains(withoutPort(host))) {
      throw new Refusal(403, "this server is not known under the name " + host);
    }
    Optional<String> origin = request.header("Origin");
    if (origin.isPresent() && !origin.get().equalsIgnoreCase("http://" + host)) {
      throw new Refusal(403, "a page from elsewhere may not ask");
    }
    if (request
            .header("Sec-Fetch-Site")
            .filter(Set.of("cross-site", "same-site")::contains)
            .isPresent()
        && !isNavigation(request)) {
      throw new Refusal(403, "a page from elsewhere may not ask");
    }
    if (token != null && Stream.of(given(request)).noneMatch(this::isToken)) {
      throw new Refusal(401, "open the address that was printed at the start: it has the token");
    }
  }

  /** What makes the browser remember the token, when the request has it in its address. */
  Optional<String> cookie(Request request) {
    return token != null && isToken(request.parameters().getOrDefault(TOKEN, ""))
        ? Optional.of(COOKIE + port + "=" + token + "; HttpOnly; SameSite=Strict; Path=/")
        : Optional.empty();
  }

  /** A link elsewhere to the page may be followed; it cannot read what comes. */
  private static boolean isNavigation(Request request) {
    return request.path().equals("/")
        && request.method().equals("GET")
        && request.header("Sec-Fetch-Mode").filter("navigate"::equals).isPresent();
  }

  private String withoutPort(String host) {
    String end = ":" + port;
    return host.endsWith(end) ? host.substring(0, host.length() - end.length()) : host;
  }

  private String[] given(Request request) {
    String cookies = request.header("Cookie").orElse("");
    String cookie =
        Stream.of(cookies.split(";"))
            .map(String::strip)
            .filter(c -> c.startsWith(COOKIE + port + "="))
            .map(c -> c.substring(c.indexOf('=') + 1))
            .findFirst()
            .orElse("");
    String header = request.header("Authorization").orElse("");
    return new String[] {
      request.parameters().getOrDefault(TOKEN, ""),
      cookie,
      header.startsWith("Bearer ") ? header.substring("Bearer ".length()).strip() : ""
    };
  }

  private boolean isToken(String given) {
    return token != null
        && MessageDigest.isEqual(
            given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }
}
