// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bad connection to an HTTP server on this machine. Every fourth connection is answered with 503.
 * The first and the third of the answers of more than {@link #CUT} bytes for one path are cut off
 * there. All others come late, and in small pieces.
 */
final class FaultyProxy implements Closeable {

  /** How long an answer is that is cut off, in bytes. */
  static final int CUT = 20_000;

  private static final int CUTS_OF_A_PATH = 2;
  private static final long LATE_MILLIS = 20;
  private static final int BLOCK = 1 << 16;
  private static final byte[] BUSY =
      "HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket listening;
  private final int server;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private final Map<String, Integer> longAnswers = new ConcurrentHashMap<>();
  private final Map<String, Integer> cuts = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "faulty-proxy");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Starts to listen.
   *
   * @param server the port of the server
   */
  FaultyProxy(int server) throws IOException {
    this.server = server;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many requests were answered with 503. */
  int busy() {
    return busy.get();
  }

  /** How many answers were cut off, by the path that was asked for. */
  Map<String, Integer> cuts() {
    return new TreeMap<>(cuts);
  }

  private void accept() throws IOException {
    while (!listening.isClosed()) {
      Socket client = listening.accept();
      int number = connections.getAndIncrement();
      start(() -> serve(client, number));
    }
  }

  private void serve(Socket client, int number) throws IOException {
    try (client) {
      if (number % 4 == 1) {
        // What is asked is read first, so that the answer is not lost in a reset.
        client.getInputStream().read(new byte[BLOCK]);
        client.getOutputStream().write(BUSY);
        client.shutdownOutput();
        busy.incrementAndGet();
        return;
      }
      try (Socket forward = new Socket(InetAddress.getLoopbackAddress(), server)) {
        Connection connection = new Connection();
        start(() -> connection.ask(client.getInputStream(), forward.getOutputStream()));
        connection.answer(forward.getInputStream(), client.getOutputStream());
      }
    }
  }

  /** Whether the answer for a path, which has become long, is cut off. */
  private boolean isCut(String path) {
    int number = longAnswers.merge(path, 1, Integer::sum);
    boolean cut = number % 2 == 1 && number < 2 * CUTS_OF_A_PATH;
    if (cut) {
      cuts.merge(path, 1, Integer::sum);
    }
    return cut;
  }

  /** What a client asks for, one request after another, and what it is answered. */
  private final class Connection {
    private String path = "";
    private long answered;

    void ask(InputStream in, OutputStream out) throws IOException {
      byte[] block = new byte[BLOCK];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        String text = new String(block, 0, n, StandardCharsets.ISO_8859_1);
        if (text.startsWith("GET /")) {
          begin(text.split("[ ?]", 3)[1]);
        }
        out.write(block, 0, n);
      }
    }

    private synchronized void begin(String asked) {
      path = asked;
      answered = 0;
    }

    void answer(InputStream in, OutputStream out) throws IOException {
      byte[] block = new byte[BLOCK];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        late();
        int left = left(n);
        out.write(block, 0, left);
        if (left < n) {
          return;
        }
      }
    }

    /** How many bytes of a piece are sent. */
    private synchronized int left(int piece) {
      long before = answered;
      answered += piece;
      boolean becomesLong = before <= CUT && answered > CUT && !path.isEmpty();
      return becomesLong && isCut(path) ? (int) (CUT - before) : piece;
    }
  }

  private static void late() throws IOException {
    try {
      Thread.sleep(LATE_MILLIS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** What may end with a broken connection, which is what this is for. */
  private interface Serving {
    void run() throws IOException;
  }

  private void start(Serving serving) {
    threads.execute(
        () -> {
          try {
            serving.run();
          } catch (IOException e) {
            return;
          }
        });
  }

  @Override
  public void close() throws IOException {
    listening.close();
    threads.shutdownNow();
  }
}
