// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlinkMasterTest {

  @ParameterizedTest
  @CsvSource({
    "host:8082, host:8082",
    "host, host:8081",
    "http://host:1/, host:1",
    "10.0.0.1:8081, 10.0.0.1:8081",
    "[::1]:8081, [::1]:8081",
  })
  void anAddressIsAHostAndAPort(String text, String address) {
    assertThat(FlinkMaster.parse(text)).hasToString("Optional[" + address + "]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[local]", "[auto]", "[collection]"})
  void enginesInThisProcessHaveNone(String text) {
    assertThat(FlinkMaster.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "host:port", "host:0", "host:70000", "ftp://host:1"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> FlinkMaster.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("must be HOST:PORT");
  }

  @ParameterizedTest
  @EnumSource(FlinkMaster.Access.class)
  void aClusterThatIsNotThereIsNamedWithinSeconds(FlinkMaster.Access access) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    FlinkMaster master = new FlinkMaster("localhost", port);

    assertThatThrownBy(() -> master.check(access))
        .hasMessageContaining("no Flink answers at localhost:" + port + " (connection refused)")
        .hasMessageContaining("start the cluster");
    assertThatThrownBy(() -> new FlinkMaster("no-such-host.invalid", 8081).check(access))
        .hasMessageContaining("no Flink answers at no-such-host.invalid:8081 (unknown host)");
  }

  @Test
  void whatIsNotFlinkIsToldFromFlink() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try {
      byte[] flink =
          "{\"taskmanagers\":1,\"flink-version\":\"1.19.0\"}".getBytes(StandardCharsets.UTF_8);
      String[] path = {"/other"};
      server.createContext(
          "/",
          exchange -> {
            boolean known = exchange.getRequestURI().getPath().equals(path[0]);
            exchange.sendResponseHeaders(known ? 200 : 404, known ? flink.length : -1);
            if (known) {
              exchange.getResponseBody().write(flink);
            }
            exchange.close();
          });
      server.start();
      FlinkMaster master = new FlinkMaster("localhost", server.getAddress().getPort());

      assertThatThrownBy(() -> master.check(FlinkMaster.Access.PLAIN))
          .hasMessageContaining("is not Flink; give the port of its REST interface");
      assertThatCode(() -> master.check(FlinkMaster.Access.ENCRYPTED)).doesNotThrowAnyException();
      path[0] = "/v1/overview";
      assertThatCode(() -> master.check(FlinkMaster.Access.PLAIN)).doesNotThrowAnyException();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aJobManagerThatStartsIsWaitedFor() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try {
      byte[] flink = "{\"flink-version\":\"1.19.0\"}".getBytes(StandardCharsets.UTF_8);
      int[] asked = {0};
      server.createContext(
          "/",
          exchange -> {
            boolean ready = ++asked[0] > 2;
            exchange.sendResponseHeaders(ready ? 200 : 503, ready ? flink.length : -1);
            if (ready) {
              exchange.getResponseBody().write(flink);
            }
            exchange.close();
          });
      server.start();
      FlinkMaster master = new FlinkMaster("localhost", server.getAddress().getPort());

      assertThatCode(() -> master.check(FlinkMaster.Access.PLAIN)).doesNotThrowAnyException();
      assertThat(asked[0]).isEqualTo(3);
    } finally {
      server.stop(0);
    }
  }
}
