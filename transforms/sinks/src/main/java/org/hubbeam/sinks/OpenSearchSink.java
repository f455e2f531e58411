// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import org.hubbeam.batch.Secrets;
import org.hubbeam.search.Metric;
import org.jspecify.annotations.Nullable;

/**
 * An index of OpenSearch or Elasticsearch. Which of them a server is, it tells itself.
 *
 * <pre>{@code
 * OpenSearchSink.to(URI.create("https://search.example.org:9200"), "sentences")
 *     .withUser("writer", Secret.ofEnvironment("SEARCH_PASSWORD"))
 *     .withTemplate(Metric.COSINE)
 * }</pre>
 *
 * <p>Each row is a document whose {@code _id} is the id of the row and whose fields are the
 * columns: written twice, it is there once. A column without a value is left out, several are a
 * list. Rows go by {@code _bulk}, packed with gzip. Documents that the server refuses are failures;
 * those that it is too busy for are written again, and so is a request that it is too busy for, or
 * whose answer does not come.
 */
public final class OpenSearchSink implements VectorSink {
  private static final long serialVersionUID = 1;

  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /** Numbers take about three times as much in JSON as in memory. */
  private static final WriteLimits LIMITS = WriteLimits.DEFAULT.withBytes(2L << 20);

  private final Settings settings;

  /**
   * What is written where.
   *
   * @param server its address, without user and password
   * @param user null where no password is sent, or an API key
   * @param template what vectors are compared by in an index that is made; null to make none
   * @param timeout how long an answer may take
   * @param requestBytes how much JSON one request has, unpacked, unless a document has more
   */
  record Settings(
      URI server,
      String index,
      @Nullable String user,
      Secret secret,
      @Nullable Metric template,
      Duration timeout,
      int requestBytes,
      WriteLimits limits)
      implements Serializable {
    Settings withAccess(@Nullable String name, Secret value) {
      return new Settings(server, index, name, value, template, timeout, requestBytes, limits);
    }
  }

  private OpenSearchSink(Settings settings) {
    this.settings = settings;
  }

  /**
   * To an index.
   *
   * @param server {@code http://HOST:PORT} or {@code https://HOST:PORT}, perhaps with a path
   * @param index its name
   * @throws IllegalArgumentException if the address is none, or has a password; or no index can
   *     have this name
   */
  public static OpenSearchSink to(URI server, String index) {
    if (server.getHost() == null
        || !("http".equals(server.getScheme()) || "https".equals(server.getScheme()))) {
      throw new IllegalArgumentException(
          Secrets.masked(server.toString()) + " is no address of a server, as https://HOST:9200");
    }
    if (server.getUserInfo() != null || server.getQuery() != null || server.getFragment() != null) {
      throw new IllegalArgumentException(
          "the address of a server has no user, password or query; the password comes from a file"
              + " or the environment");
    }
    if (!index.matches("[^A-Z\\\\/*?\"<>| ,#:_+-][^A-Z\\\\/*?\"<>| ,#:]*") || index.equals("..")) {
      throw new IllegalArgumentException(
          "'" + index + "' is no name of an index: letters are small, without / * ? \" < > | , #");
    }
    return new OpenSearchSink(
        new Settings(server, index, null, Secret.NONE, null, TIMEOUT, 8 << 20, LIMITS));
  }

  /** Sets the user, and where the password is. */
  public OpenSearchSink withUser(String name, Secret password) {
    return new OpenSearchSink(settings.withAccess(name, password));
  }

  /** Sets where an API key is, as Elasticsearch encodes it. */
  public OpenSearchSink withApiKey(Secret key) {
    return new OpenSearchSink(settings.withAccess(null, key));
  }

  /**
   * Makes an index template of this name, with fields for the columns, and the index, unless there
   * is one: vectors are {@code knn_vector} in OpenSearch, {@code dense_vector} in Elasticsearch,
   * compared by this metric; strings are {@code text} with {@code .keyword}.
   */
  public OpenSearchSink withTemplate(Metric metric) {
    Settings s = settings;
    return new OpenSearchSink(
        new Settings(
            s.server, s.index, s.user, s.secret, metric, s.timeout, s.requestBytes, s.limits));
  }

  /** Sets how long an answer may take; then the request is sent again. */
  public OpenSearchSink withTimeout(Duration value) {
    Settings s = settings;
    return new OpenSearchSink(
        new Settings(
            s.server, s.index, s.user, s.secret, s.template, value, s.requestBytes, s.limits));
  }

  /**
   * Sets how many bytes of JSON a request has, before it is packed; a document that is larger is
   * sent alone. Servers refuse more than 100 MB by default.
   */
  public OpenSearchSink withRequestBytes(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("a request has at least one byte, not " + value);
    }
    Settings s = settings;
    return new OpenSearchSink(
        new Settings(s.server, s.index, s.user, s.secret, s.template, s.timeout, value, s.limits));
  }

  /** Sets how much one write may have; it is one request, or several. */
  public OpenSearchSink withLimits(WriteLimits value) {
    Settings s = settings;
    return new OpenSearchSink(
        new Settings(
            s.server, s.index, s.user, s.secret, s.template, s.timeout, s.requestBytes, value));
  }

  @Override
  public String describe() {
    return settings.server + " index " + settings.index;
  }

  @Override
  public WriteLimits limits() {
    return settings.limits;
  }

  @Override
  public Writer open(VectorSchema schema) throws IOException {
    OpenSearchServer server = OpenSearchServer.open(settings);
    new OpenSearchMapping(settings, schema).prepare(server);
    return new OpenSearchWriter(settings, schema, server);
  }

  /** Lets searches find all rows. */
  @Override
  public void finish(VectorSchema schema) throws IOException {
    OpenSearchServer.open(settings)
        .ask("POST", "/" + OpenSearchServer.escaped(settings.index) + "/_refresh", null)
        .orFail();
  }
}
