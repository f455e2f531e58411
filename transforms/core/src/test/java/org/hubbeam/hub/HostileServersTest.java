// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that do what none should: each is left within seconds, with a line. */
@Timeout(20)
class HostileServersTest {
  private static final byte[] ARCHIVE = TestModule.archive("a b c");
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  /** An archive whose first bytes are fine, however much follows. */
  private static final byte[] START = Arrays.copyOf(ARCHIVE, ARCHIVE.length - 8);

  @TempDir Path temp;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final List<Socket> sockets = new ArrayList<>();
  private ServerSocket server;
  private String base;
  private HubOptions options;

  /** What a server does with a request. */
  private interface Answer {
    void write(HostileServersTest test, OutputStream out) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    base = "http://localhost:" + server.getLocalPort();
    options =
        HubOptions.DEFAULT
            .withCacheFolder(temp.resolve("cache").toString())
            .withReadTimeout(Duration.ofMillis(400))
            .withFetchLimits(new FetchLimits(1 << 20, Duration.ofSeconds(3), 1000));
  }

  @AfterEach
  void stop() throws IOException {
    stopped.countDown();
    server.close();
    synchronized (sockets) {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private void serve(Answer answer) {
    daemon(
        () -> {
          while (!server.isClosed()) {
            Socket socket = server.accept();
            synchronized (sockets) {
              sockets.add(socket);
            }
            daemon(() -> answer(answer, socket));
          }
        });
  }

  private void answer(Answer answer, Socket socket) throws IOException {
    try (socket) {
      InputStream in = socket.getInputStream();
      int newLines = 0;
      while (newLines < 2) {
        int b = in.read();
        newLines = b == '\n' ? newLines + 1 : b == '\r' ? newLines : 0;
        if (b < 0) {
          return;
        }
      }
      asked.incrementAndGet();
      answer.write(this, socket.getOutputStream());
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void daemon(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // The client has gone, as it should.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void endless(OutputStream out, byte[] block) throws IOException {
    while (stopped.getCount() > 0) {
      out.write(block);
    }
  }

  /** A piece every 20 milliseconds. */
  private void drip(OutputStream out, String piece) throws IOException {
    try {
      while (!stopped.await(20, TimeUnit.MILLISECONDS)) {
        write(out, piece);
        out.flush();
      }
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private static Arguments of(String name, String message, Answer answer) {
    return Arguments.of(name, message, answer);
  }

  static Stream<Arguments> hostile() {
    byte[] noise = new byte[1 << 16];
    Arrays.fill(noise, (byte) 'x');
    String chunk = "10000\r\n" + "x".repeat(1 << 16) + "\r\n";
    return Stream.of(
        of(
            "a byte at a time",
            "less than 1000 a second",
            (t, out) -> {
              t.write(out, OK + "Content-Length: 1000000\r\n\r\n");
              t.drip(out, "\37");
            }),
        of(
            "without a length, never ending",
            "at most 1048576 are fetched",
            (t, out) -> {
              t.write(out, OK + "\r\n");
              out.write(START);
              t.endless(out, noise);
            }),
        of(
            "no archive, never ending",
            "is not a tar",
            (t, out) -> {
              t.write(out, OK + "\r\n");
              t.endless(out, noise);
            }),
        of(
            "a page, never ending",
            "is a web page",
            (t, out) -> {
              t.write(out, OK + "\r\n<html>");
              t.endless(out, noise);
            }),
        of(
            "chunks without end",
            "is not a tar",
            (t, out) -> {
              t.write(out, OK + "Transfer-Encoding: chunked\r\n\r\n");
              t.endless(out, chunk.getBytes(StandardCharsets.ISO_8859_1));
            }),
        of(
            "a length of 10^17",
            "at most 1048576 are fetched",
            (t, out) -> t.write(out, OK + "Content-Length: 100000000000000000\r\n\r\nx")),
        of(
            "a length that is none",
            "cannot fetch",
            (t, out) -> t.write(out, OK + "Content-Length: many\r\n\r\nx")),
        of(
            "a length beyond numbers",
            "cannot fetch|at most|broke off",
            (t, out) -> t.write(out, OK + "Content-Length: 99999999999999999999\r\n\r\nx")),
        of(
            "a negative length",
            "cannot fetch",
            (t, out) -> t.write(out, OK + "Content-Length: -5\r\n\r\nx")),
        of(
            "two lengths",
            "cannot fetch|is refused|broke off",
            (t, out) ->
                t.write(out, OK + "Content-Length: 5\r\nContent-Length: 9\r\n\r\nabcdefghi")),
        of(
            "headers without end",
            "cannot fetch",
            (t, out) -> {
              t.write(out, OK);
              t.endless(
                  out, ("X-A: " + "y".repeat(1000) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }),
        of(
            "one header without end",
            "cannot fetch",
            (t, out) -> {
              t.write(out, OK + "X-A: ");
              t.endless(out, noise);
            }),
        of(
            "headers, a byte at a time",
            "cannot fetch",
            (t, out) -> {
              t.write(out, OK);
              t.drip(out, "X");
            }),
        of("a status line without end", "cannot fetch", (t, out) -> t.endless(out, noise)),
        of("no HTTP", "cannot fetch", (t, out) -> t.write(out, "SSH-2.0-OpenSSH_9.6\r\n")),
        of("nothing", "cannot fetch", (t, out) -> t.drip(out, "")),
        of("closes", "cannot fetch", (t, out) -> {}),
        of(
            "100 Continue without end",
            "cannot fetch",
            (t, out) ->
                t.endless(
                    out, "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII))),
        of(
            "switches protocols",
            "cannot fetch|answered 101",
            (t, out) -> t.write(out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n")),
        of(
            "an unknown status",
            "answered 999",
            (t, out) -> t.write(out, "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n")),
        of(
            "nothing in it",
            "is refused: it is empty",
            (t, out) -> t.write(out, OK + "Content-Length: 0\r\n\r\n")),
        of(
            "a part that was not asked for",
            "answered 206",
            (t, out) ->
                t.write(
                    out,
                    "HTTP/1.1 206 P\r\nContent-Range: bytes 0-0/1\r\nContent-Length: 1\r\n\r\nx")),
        of(
            "redirects to itself",
            "redirects more than 10 times",
            (t, out) ->
                t.write(out, "HTTP/1.1 302 F\r\nLocation: /m/1\r\nContent-Length: 0\r\n\r\n")),
        of(
            "redirects slowly",
            "redirects (more than|for longer)|cannot fetch",
            (t, out) -> {
              t.write(out, "HTTP/1.1 302 F\r\nLocation: /" + t.asked + "/1\r\n\r\n");
              t.drip(out, "x");
            }),
        of(
            "redirects to a port that is none",
            "not an address|cannot connect",
            (t, out) -> t.redirect(out, "http://localhost:99999/m")),
        of(
            "redirects to port -1",
            "not an address|cannot connect",
            (t, out) -> t.redirect(out, "http://localhost:-1/m")),
        of(
            "redirects to no address",
            "not an address",
            (t, out) -> t.redirect(out, "http://[::x/%")),
        of("redirects to an opaque one", "not an address", (t, out) -> t.redirect(out, "http:m")),
        of(
            "redirects to a file",
            "303|answered 302|not an address",
            (t, out) -> t.redirect(out, "file:///etc/passwd")),
        of(
            "redirects to another machine",
            "plain http is allowed",
            (t, out) -> t.redirect(out, "http://169.254.169.254/latest")),
        of(
            "a name of 300 kB to go to",
            "cannot fetch|redirects more",
            (t, out) -> t.redirect(out, "/" + "a".repeat(300_000))),
        of(
            "sees other without end",
            "303 without|did not end|less than 1000 a second",
            (t, out) -> {
              t.write(out, "HTTP/1.1 303 See\r\n\r\n");
              t.drip(out, "x");
            }),
        of(
            "an error without end",
            "answered 404",
            (t, out) -> {
              t.write(out, "HTTP/1.1 404 N\r\n\r\n");
              t.endless(out, noise);
            }),
        of(
            "is in trouble without end",
            "answered 503",
            (t, out) -> {
              t.write(out, "HTTP/1.1 503 N\r\n\r\n");
              t.drip(out, "x");
            }),
        of(
            "packed in transfer",
            "packed by gzip twice",
            (t, out) -> {
              byte[] twice = TestModule.zip(ARCHIVE);
              t.write(
                  out,
                  OK + "Content-Encoding: gzip\r\nContent-Length: " + twice.length + "\r\n\r\n");
              out.write(twice);
            }),
        of(
            "a wrong MD5",
            "MD5",
            (t, out) -> {
              t.write(
                  out,
                  OK + "x-goog-hash: md5=AAAA\r\nContent-Length: " + ARCHIVE.length + "\r\n\r\n");
              out.write(ARCHIVE);
            }),
        of(
            "chunks of 2^31",
            "cannot fetch|broke off|is refused",
            (t, out) -> {
              t.write(out, OK + "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n");
              t.endless(out, noise);
            }),
        of(
            "chunks of no size",
            "cannot fetch|broke off",
            (t, out) -> t.write(out, OK + "Transfer-Encoding: chunked\r\n\r\n-1\r\nzz\r\n\r\n")),
        of(
            "tiny chunks with long extensions",
            "cannot fetch|broke off|is refused|at most",
            (t, out) -> {
              t.write(out, OK + "Transfer-Encoding: chunked\r\n\r\n");
              t.endless(
                  out, ("1;" + "e".repeat(5000) + "\r\nx\r\n").getBytes(StandardCharsets.US_ASCII));
            }));
  }

  private void redirect(OutputStream out, String to) throws IOException {
    write(out, "HTTP/1.1 302 F\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void isLeftWithALine(String name, String message, Answer answer) throws IOException {
    serve(answer);
    assertThatThrownBy(() -> Hub.of(options).resolve(base + "/m/1"))
        .isInstanceOf(HubException.class)
        .hasMessageMatching("(?s).*(" + message + ").*");
    try (Stream<Path> left = Files.list(temp.resolve("cache"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void timeIsBoundedHoweverMuchComes() {
    options = options.withFetchLimits(FetchLimits.DEFAULT.withTime(Duration.ofMillis(500)));
    serve(
        (t, out) -> {
          write(out, OK + "Content-Length: 900000000\r\n\r\n");
          out.write(START);
          drip(out, "x".repeat(9000));
        });
    assertThatThrownBy(() -> Hub.of(options).resolve(base + "/m/1"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("took longer than 0.5 s")
        .hasMessageContaining("--downloadTimeout");
  }

  /** Each attempt brings one byte more, and then nothing. */
  @Test
  void oneByteAnAttemptIsNotWorthAnother() {
    serve(
        (t, out) -> {
          int from = asked.get() - 1;
          write(
              out,
              (from == 0 ? OK : "HTTP/1.1 206 P\r\n")
                  + "Content-Range: bytes "
                  + from
                  + "-999/1000\r\nContent-Length: "
                  + (1000 - from)
                  + "\r\n\r\n"
                  + (char) ARCHIVE[from]);
          drip(out, "");
        });
    assertThatThrownBy(() -> Hub.of(options).resolve(base + "/m/1"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("silent");
    assertThat(asked).hasValue(2);
  }

  @Test
  void slownessThatIsAllowedIsWaitedFor() {
    options = options.withFetchLimits(FetchLimits.DEFAULT.withBytesPerSecond(0));
    byte[] archive = TestModule.archive("slow");
    serve(
        (t, out) -> {
          write(out, OK + "Content-Length: " + archive.length + "\r\n\r\n");
          out.write(archive, 0, 40);
          try {
            for (int i = 40; i < 90; i++) {
              assertThat(stopped.await(20, TimeUnit.MILLISECONDS)).isFalse();
              out.write(archive, i, 1);
            }
          } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
          }
          out.write(archive, 90, archive.length - 90);
        });
    assertThat(Hub.of(options).resolve(base + "/m/1").folder()).isDirectory();
  }

  static Stream<Arguments> answersOfKaggle() {
    return Stream.of(
        of(
            "a byte at a time",
            "did not end its answer|less than 1000 a second",
            (t, out) -> {
              t.write(out, OK + "\r\n{");
              t.drip(out, " ");
            }),
        of(
            "without end",
            "did not answer|names no current",
            (t, out) -> {
              t.write(out, OK + "\r\n");
              t.endless(out, " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII));
            }),
        of(
            "nested",
            "did not answer with JSON",
            (t, out) -> t.write(out, OK + "\r\n" + "[".repeat(200_000))),
        of(
            "a number of 900,000 digits",
            "did not answer with JSON|names no current",
            (t, out) -> t.write(out, OK + "\r\n{\"versionNumber\": " + "9".repeat(900_000) + "}")),
        of(
            "a negative version",
            "names no current version",
            (t, out) -> t.write(out, OK + "\r\n{\"versionNumber\": -3}")),
        of("no JSON", "did not answer with JSON", (t, out) -> t.write(out, OK + "\r\n<html>")),
        of(
            "nothing",
            "names no current version|did not answer",
            (t, out) -> t.write(out, OK + "Content-Length: 0\r\n\r\n")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answersOfKaggle")
  void answersOfKaggleAreBounded(String name, String message, Answer answer) {
    serve(answer);
    HubOptions kaggle =
        options.withKaggle(KaggleAccess.OF_MACHINE.withEndpoint(URI.create(base)).withToken("t"));
    assertThatThrownBy(() -> Hub.of(kaggle).resolve("google/nnlm/tensorFlow2/small"))
        .isInstanceOf(HubException.class)
        .hasMessageMatching("(?s).*(" + message + ").*");
  }

  @Test
  void limitsSayWhatTheyAllow() {
    assertThatThrownBy(() -> FetchLimits.DEFAULT.withBytes(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be positive");
    assertThatThrownBy(() -> FetchLimits.DEFAULT.withTime(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FetchLimits.DEFAULT.withBytesPerSecond(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
