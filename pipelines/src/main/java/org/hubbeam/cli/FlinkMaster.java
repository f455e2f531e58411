// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a Flink cluster.
 *
 * @param host a name or an address
 * @param port that of Flink's REST interface
 */
record FlinkMaster(String host, int port) {

  private static final int TIMEOUT_MILLIS = 5000;
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int DEFAULT_PORT = 8081;
  private static final Pattern ADDRESS =
      Pattern.compile("(?:https?://)?(\\[[0-9a-fA-F:]+]|[^:/\\s]+)(?::(\\d{1,5}))?/?");

  /** How its REST interface is reached. */
  enum Access {
    /** Plain HTTP, as without a Flink configuration. */
    PLAIN,
    /** Encrypted, as a Flink configuration says. */
    ENCRYPTED
  }

  /**
   * Parses the value of {@code --flinkMaster}.
   *
   * @return empty for {@code [local]} and other engines in this process
   * @throws UsageException if it is no address
   */
  static Optional<FlinkMaster> parse(String text) {
    if (text.startsWith("[") && text.endsWith("]")) {
      return Optional.empty();
    }
    Matcher address = ADDRESS.matcher(text);
    int port =
        !address.matches()
            ? 0
            : address.group(2) == null ? DEFAULT_PORT : Integer.parseInt(address.group(2));
    if (port < 1 || port > 65535) {
      throw new UsageException(
          "--flinkMaster=" + text + " must be HOST:PORT, such as localhost:8081, or [local]");
    }
    return Optional.of(new FlinkMaster(address.group(1), port));
  }

  /**
   * Checks that a cluster answers, within seconds.
   *
   * @throws EnvironmentException if it does not
   */
  void check(Access access) {
    try {
      connect();
      if (access == Access.PLAIN && version().isEmpty()) {
        throw new EnvironmentException(
            "--flinkMaster: what answers at "
                + this
                + " is not Flink; give the port of its REST interface, which is 8081 by default");
      }
    } catch (IOException e) {
      throw new EnvironmentException(
          "--flinkMaster: no Flink answers at "
              + this
              + " ("
              + reason(e)
              + "); start the cluster, correct the address, or leave the option out to run here");
    }
  }

  /** The version of what answers; empty if it is not Flink. One that starts is waited for. */
  private String version() throws FlinkRest.NotReadyException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    while (true) {
      try {
        return new FlinkRest(this).overview().version();
      } catch (FlinkRest.NotReadyException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        Waiting.pause(LOOK);
      } catch (IOException e) {
        return "";
      }
    }
  }

  private void connect() throws IOException {
    try (Socket socket = new Socket(Proxy.NO_PROXY)) {
      socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
    }
  }

  private static String reason(IOException failure) {
    return failure instanceof UnknownHostException
        ? "unknown host"
        : Errors.ownMessage(failure).toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
