// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.hubbeam.batch.Printable;
import org.hubbeam.batch.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * Requests to servers. Redirects are followed here and not by the client, so that none leads from
 * {@code https:} to {@code http:}, none takes credentials to another server, and the last address
 * is known. The JVM's proxies and trust store hold.
 */
final class Web {
  private static final int MAX_REDIRECTS = 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final ServerBody.Pace pace;
  private @Nullable HttpClient client;

  Web(ServerBody.Pace pace) {
    this.pace = pace;
  }

  /** The client, made when the first request is asked: making one takes long, and a thread. */
  private synchronized HttpClient client() {
    if (client == null) {
      client = newClient();
    }
    return client;
  }

  private HttpClient newClient() {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(pace.silence())
            .proxy(new Proxies(ProxySelector.getDefault(), Environment.SYSTEM));
    Authenticator authenticator = Authenticator.getDefault();
    if (authenticator != null) {
      builder.authenticator(authenticator);
    }
    return builder.build();
  }

  /**
   * A request.
   *
   * @param uri where
   * @param authorization sent to that server alone; empty for none
   * @param headers further headers
   */
  record Request(URI uri, String authorization, Map<String, String> headers) {
    Request with(Map<String, String> more) {
      return new Request(uri, authorization, more);
    }

    boolean trusts(URI other) {
      return !authorization.isEmpty()
          && uri.getScheme().equalsIgnoreCase(other.getScheme())
          && uri.getHost().equalsIgnoreCase(other.getHost())
          && port(uri) == port(other);
    }
  }

  /**
   * A response that does not redirect to another server; the caller closes its body.
   *
   * @param uri the last address
   * @param body closed with the response
   */
  record Response(URI uri, HttpResponse<InputStream> http, ServerBody body)
      implements AutoCloseable {
    int status() {
      return http.statusCode();
    }

    List<String> headers(String name) {
      return http.headers().allValues(name);
    }

    String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }

    /** The length that the server says; empty where it says none, or nonsense. */
    OptionalLong length() {
      String length = header("content-length");
      return length.matches("[0-9]{1,18}")
          ? OptionalLong.of(Long.parseLong(length))
          : OptionalLong.empty();
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  /**
   * Sends a request and follows redirects.
   *
   * @throws IOException if the server cannot be reached or breaks off
   * @throws HubException if a redirect may not be followed
   */
  Response send(Request request) throws IOException {
    URI uri = request.uri();
    requireAllowed(uri);
    long until = System.nanoTime() + 2 * pace.silence().toNanos();
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpResponse<InputStream> http = sendOnce(request, uri, until);
      Response response = new Response(uri, http, new ServerBody(http.body(), pace));
      String next = response.header("location");
      if (!REDIRECTS.contains(response.status()) || !leadsOn(next)) {
        return response;
      }
      response.close();
      uri = redirected(uri, next);
    }
    throw new HubException(
        shown(request.uri()) + " redirects more than " + MAX_REDIRECTS + " times");
  }

  private static boolean leadsOn(String location) {
    // A 303 whose response is a storage path in the body, or as its location, is no redirect.
    return !location.isEmpty()
        && (!location.matches("(?i)[a-z][a-z0-9+.-]*://.*") || location.matches("(?i)https?://.*"));
  }

  private HttpResponse<InputStream> sendOnce(Request request, URI uri, long until)
      throws IOException {
    Duration left = Duration.ofNanos(until - System.nanoTime());
    if (left.isNegative() || left.isZero()) {
      throw new IOException(
          shown(request.uri())
              + " redirects for longer than "
              + Printable.seconds(pace.silence().multipliedBy(2)));
    }
    HttpRequest built =
        build(request, uri, left.compareTo(pace.silence()) < 0 ? left : pace.silence());
    try {
      return client().send(built, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("interrupted while asking " + shown(uri), e);
    } catch (IllegalArgumentException e) {
      // Java's client says so of headers that are none.
      throw new IOException("the answer of " + shown(uri) + " is not HTTP", e);
    } catch (ConnectException | HttpConnectTimeoutException | SSLException e) {
      throw new NoConnectionException(uri, e);
    }
  }

  private static HttpRequest build(Request request, URI uri, Duration timeout) {
    try {
      HttpRequest.Builder builder =
          HttpRequest.newBuilder(uri).timeout(timeout).header("User-Agent", "hubbeam");
      request.headers().forEach(builder::header);
      if (request.trusts(uri)) {
        authorize(builder, request.authorization());
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      // Of an address with a port or name that no server has, where a server has redirected to it.
      throw new HubException("not an address of a server: " + shown(uri), e);
    }
  }

  private static void authorize(HttpRequest.Builder builder, String authorization) {
    try {
      builder.header("Authorization", authorization);
    } catch (IllegalArgumentException e) {
      // Its message has the credentials.
      throw new HubException("the credentials have a character that no header may have");
    }
  }

  /** A server cannot be reached. */
  static final class NoConnectionException extends IOException {
    private static final long serialVersionUID = 1;

    private NoConnectionException(URI uri, IOException cause) {
      super("cannot connect to " + host(uri) + " (" + reason(cause) + ")", cause);
    }

    private static String host(URI uri) {
      return uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    // Java's HTTP client says it in a cause of exceptions without a message.
    private static String reason(IOException failure) {
      if (failure instanceof HttpConnectTimeoutException) {
        return "no answer";
      }
      Throwable first = failure;
      while (first.getCause() != null && first.getCause() != first) {
        first = first.getCause();
      }
      if (first instanceof UnresolvedAddressException || first instanceof UnknownHostException) {
        return "unknown host";
      }
      if (first instanceof ClosedChannelException) {
        return "connection refused";
      }
      return first.getMessage() == null ? first.getClass().getSimpleName() : first.getMessage();
    }
  }

  static URI redirected(URI from, String location) {
    URI to = from.resolve(parse(location));
    if (from.getScheme().equalsIgnoreCase("https") && !to.getScheme().equalsIgnoreCase("https")) {
      throw new HubException(
          shown(from) + " redirects from https to " + shown(to) + ", which is refused");
    }
    requireAllowed(to);
    return to;
  }

  /** Refuses what is neither {@code https:} nor {@code http:} to this machine. */
  static void requireAllowed(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean port = uri.getPort() <= 65535;
    if (uri.getHost() == null || !port || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new HubException("not an address of a server: " + shown(uri));
    }
    if (scheme.equals("http") && !loopback(uri.getHost())) {
      throw new HubException(
          "plain http is allowed to this machine only (localhost, 127.x.x.x, [::1]); use https: "
              + shown(uri));
    }
  }

  static boolean loopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.matches("127(\\.[0-9]{1,3}){3}")
        || host.equals("[::1]");
  }

  static URI parse(String text) {
    try {
      return URI.create(text.replace(" ", "%20"));
    } catch (IllegalArgumentException e) {
      // Its message has the whole address.
      String reason = e.getCause() instanceof URISyntaxException found ? found.getReason() : "";
      throw new HubException("not an address: " + Secrets.masked(text) + " (" + reason + ")");
    }
  }

  /**
   * The header of basic authentication (RFC 7617).
   *
   * @param login user and password with a colon between
   */
  static String basic(String login) {
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  /** An address with one more parameter, before its fragment, the rest as it was. */
  static URI withParameter(URI uri, String parameter) {
    String query = uri.getRawQuery();
    if (query != null && List.of(query.split("&", -1)).contains(parameter)) {
      return uri;
    }
    String text = uri.toString();
    int hash = text.indexOf('#');
    String start = hash < 0 ? text : text.substring(0, hash);
    String joint = query == null ? "?" : query.isEmpty() || query.endsWith("&") ? "" : "&";
    return URI.create(start + joint + parameter + (hash < 0 ? "" : text.substring(hash)));
  }

  /** An address without what may be secret. */
  static String shown(URI uri) {
    return Secrets.masked(uri.toString());
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }
}
