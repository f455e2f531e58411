package org.hubbeam.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Questions to servers. Redirects are followed here and not by the client, so that none leads from
 * {@code https:} to {@code http:}, none takes credentials to another server, and the last address
 * is known. The JVM's proxies and trust store hold.
 */
final class Web {
  private static final int MAX_REDIRECTS = 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Duration readTimeout;
  private HttpClient client;

  Web(Duration readTimeout) {
    this.readTimeout = readTimeout;
  }

  /** The client, made when the first question is asked: making one takes long, and a thread. */
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
            .connectTimeout(readTimeout)
            .proxy(new Proxies(ProxySelector.getDefault(), Environment.SYSTEM));
    Authenticator authenticator = Authenticator.getDefault();
    if (authenticator != null) {
      builder.authenticator(authenticator);
    }
    return builder.build();
  }

  /**
   * A question.
   *
   * @param uri where
   * @param authorization sent to that server alone; empty for none
   * @param headers further headers
   */
  record Question(URI uri, String authorization, Map<String, String> headers) {
    Question with(Map<String, String> more) {
      return new Question(uri, authorization, more);
    }

    boolean trusts(URI other) {
      return !authorization.isEmpty()
          && uri.getScheme().equalsIgnoreCase(other.getScheme())
          && uri.getHost().equalsIgnoreCase(other.getHost())
          && port(uri) == port(other);
    }
  }

  /**
   * An answer that is no redirect to another server; the receiver closes its body.
   *
   * @param uri the last address
   */
  record Answer(URI uri, HttpResponse<InputStream> response) implements AutoCloseable {
    int status() {
      return response.statusCode();
    }

    List<String> headers(String name) {
      return response.headers().allValues(name);
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    InputStream body() {
      return response.body();
    }

    @Override
    public void close() throws IOException {
      response.body().close();
    }
  }

  /**
   * Asks, and follows redirects.
   *
   * @throws IOException if the server cannot be reached or breaks off
   * @throws HubException if a redirect may not be followed
   */
  Answer ask(Question question) throws IOException {
    URI uri = question.uri();
    requireAllowed(uri);
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      Answer answer = new Answer(uri, send(question, uri));
      String next = answer.header("location");
      if (!REDIRECTS.contains(answer.status()) || !leadsOn(next)) {
        return answer;
      }
      answer.close();
      uri = redirected(uri, next);
    }
    throw new HubException(
        shown(question.uri()) + " redirects more than " + MAX_REDIRECTS + " times");
  }

  private static boolean leadsOn(String location) {
    // A 303 whose answer is a storage path in the body, or as its location, is no redirect.
    return !location.isEmpty()
        && (!location.matches("(?i)[a-z][a-z0-9+.-]*://.*") || location.matches("(?i)https?://.*"));
  }

  private HttpResponse<InputStream> send(Question question, URI uri) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).timeout(readTimeout).header("User-Agent", "hubbeam");
    question.headers().forEach(request::header);
    if (question.trusts(uri)) {
      request.header("Authorization", question.authorization());
    }
    try {
      return client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("interrupted while asking " + shown(uri), e);
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
    if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new HubException("not an address of a server: " + uri);
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
      throw new HubException("not an address: " + text, e);
    }
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

  /** An address without what may be secret: user, and query but for TF Hub's own parameter. */
  static String shown(URI uri) {
    String query = uri.getRawQuery();
    String kept = "";
    if (query != null) {
      kept = query.matches("tf-hub-format=[a-z]+") ? "?" + query : "?...";
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath() + kept;
  }

  Duration readTimeout() {
    return readTimeout;
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }
}
