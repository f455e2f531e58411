// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import okhttp3.mockwebserver.Dispatcher;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes, and what only a fresh JVM can show. */
class ProcessesTest {
  private static final byte[] ARCHIVE = TestModule.archive("a b c");

  @TempDir Path temp;
  private final MockWebServer server = new MockWebServer();
  private final AtomicReference<MockResponse> answer = new AtomicReference<>();
  private String cache;

  @BeforeEach
  void start() {
    cache = temp.resolve("cache").toString();
    answer.set(archive());
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer.get();
          }
        });
  }

  @AfterEach
  void stop() throws IOException {
    server.shutdown();
  }

  private static MockResponse archive() {
    return new MockResponse().setBody(new Buffer().write(ARCHIVE));
  }

  @Test
  void aKilledHoldersLockIsTakenOver() throws Exception {
    server.start();
    String handle = server.url("/m/1").toString();
    answer.set(archive().throttleBody(16, 1, TimeUnit.SECONDS));
    Process holder = HubProcess.start(cache, handle);
    assertThat(server.takeRequest(60, TimeUnit.SECONDS)).isNotNull();
    Path lock = Path.of(cache, Digests.sha1(handle) + ".lock");
    assertThat(Files.readString(lock))
        .matches(
            java.util.regex.Pattern.quote(InetAddress.getLocalHost().getHostName())
                + "\\."
                + holder.pid()
                + "\\.[0-9a-f]{32}");
    holder.destroyForcibly().waitFor();
    assertThat(lock).exists();

    answer.set(archive());
    // Longer than a test may take: it does not pass by waiting.
    Hub hub = Hub.of(HubOptions.DEFAULT.withCacheFolder(cache).withLockWait(Duration.ofHours(10)));
    assertThat(hub.resolve(handle).folder().resolve("assets/vocab.txt")).hasContent("a b c");
    try (Stream<Path> left = Files.list(Path.of(cache))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".lock") || name.endsWith(".tmp"));
    }
  }

  @Test
  void theWaitForALiveHolderIsBoundedAndNamesIt() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            asked.countDown();
            over.await();
            return archive();
          }
        });
    server.start();
    String handle = server.url("/m/1").toString();
    Process holder = HubProcess.start(cache, handle);
    try {
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
      Hub hub =
          Hub.of(HubOptions.DEFAULT.withCacheFolder(cache).withLockWait(Duration.ofMillis(100)));
      assertThatThrownBy(() -> hub.resolve(handle))
          .isInstanceOf(HubException.class)
          .hasMessageContaining(
              "process " + holder.pid() + " on " + InetAddress.getLocalHost().getHostName())
          .hasMessageContaining("since ")
          .hasMessageContaining(Digests.sha1(handle) + ".lock");
    } finally {
      over.countDown();
    }
    assertThat(HubProcess.output(holder))
        .isEqualTo(Path.of(cache, Digests.sha1(handle)).toString());
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void processesThatWantTheSameFetchItOnce() throws Exception {
    server.start();
    String handle = server.url("/m/1").toString();
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(HubProcess.start(cache, handle));
    }
    for (Process each : all) {
      assertThat(HubProcess.output(each))
          .isEqualTo(Path.of(cache, Digests.sha1(handle)).toString());
    }
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  private void startTls() throws Exception {
    Path store = temp.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .start();
    assertThat(HubProcess.output(keytool)).doesNotContain("error");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    server.useHttps(context.getSocketFactory(), false);
    server.start();
  }

  private String[] trusting() {
    return new String[] {
      "-Djavax.net.ssl.trustStore=" + temp.resolve("keys.p12"),
      "-Djavax.net.ssl.trustStorePassword=changeit"
    };
  }

  @Test
  void theJvmsTrustStoreHoldsAndHttpsIsNotLeft() throws Exception {
    startTls();
    String handle = "https://localhost:" + server.getPort() + "/m/1";
    assertThat(HubProcess.output(HubProcess.start(cache, handle)))
        .contains("failed: ")
        .contains("unable to find valid certification path");
    assertThat(HubProcess.output(HubProcess.start(cache, handle, trusting())))
        .isEqualTo(Path.of(cache, Digests.sha1(handle)).toString());
    answer.set(
        new MockResponse()
            .setResponseCode(302)
            .setHeader("Location", "http://localhost:" + server.getPort() + "/plain"));
    int before = server.getRequestCount();
    assertThat(HubProcess.output(HubProcess.start(cache, handle + "0", trusting())))
        .contains("failed: ")
        .contains("redirects from https to http://localhost");
    assertThat(server.getRequestCount()).isEqualTo(before + 1);
  }

  @Test
  void theJvmsProxyIsAskedToConnect() throws Exception {
    startTls();
    try (ConnectProxy proxy = new ConnectProxy(server.getPort())) {
      String handle = "https://hub.example:443/m/1";
      List<String> flags = new ArrayList<>(List.of(trusting()));
      flags.add("-Dhttps.proxyHost=127.0.0.1");
      flags.add("-Dhttps.proxyPort=" + proxy.port());
      // The test's certificate is localhost's; the name is not what is tested here.
      flags.add("-Djdk.internal.httpclient.disableHostnameVerification=true");
      Process process = HubProcess.start(cache, handle, flags.toArray(String[]::new));
      assertThat(HubProcess.output(process))
          .isEqualTo(Path.of(cache, Digests.sha1(handle)).toString());
      assertThat(proxy.asked()).containsExactly("CONNECT hub.example:443 HTTP/1.1");
    }
  }

  /** A proxy that leads every tunnel to one port of this machine. */
  private static final class ConnectProxy implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> asked = java.util.Collections.synchronizedList(new ArrayList<>());
    private final int target;

    ConnectProxy(int target) throws IOException {
      this.target = target;
      start(this::accept);
    }

    int port() {
      return socket.getLocalPort();
    }

    List<String> asked() {
      return List.copyOf(asked);
    }

    private static void start(Runnable task) {
      Thread thread = new Thread(task, "proxy");
      thread.setDaemon(true);
      thread.start();
    }

    private void accept() {
      try {
        while (true) {
          Socket client = socket.accept();
          asked.add(head(client.getInputStream()));
          Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
          client
              .getOutputStream()
              .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          start(() -> pump(client, server));
          start(() -> pump(server, client));
        }
      } catch (IOException e) {
        // Closed: the test is over.
        asked.add("");
      }
    }

    private static String head(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      return head.substring(0, head.indexOf("\r\n"));
    }

    private static void pump(Socket from, Socket to) {
      try (InputStream in = from.getInputStream();
          OutputStream out = to.getOutputStream()) {
        in.transferTo(out);
      } catch (IOException e) {
        // The other side has hung up.
        return;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
