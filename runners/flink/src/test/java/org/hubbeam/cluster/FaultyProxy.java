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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bad connection to a server on this machine: some requests are answered with 503, some answers
 * are cut off after {@link #CUT} bytes, and all others are slow.
 */
final class FaultyProxy implements Closeable {

  /** How long an answer is that is cut off. */
  static final int CUT = 20_000;

  private static final byte[] BUSY =
      "HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final int BLOCK = 8192;

  private final ServerSocket listening;
  private final int server;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger cutsLeft;
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
   * @param cuts how many answers are cut off in all
   */
  FaultyProxy(int server, int cuts) throws IOException {
    this.server = server;
    this.cutsLeft = new AtomicInteger(cuts);
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many answers are still to be cut off. */
  int cutsLeft() {
    return Math.max(0, cutsLeft.get());
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
        return;
      }
      try (Socket forward = new Socket(InetAddress.getLoopbackAddress(), server)) {
        start(() -> client.getInputStream().transferTo(forward.getOutputStream()));
        answer(forward.getInputStream(), client.getOutputStream());
      }
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

  /** Gives the answers of a connection on, in small blocks. */
  private void answer(InputStream in, OutputStream out) throws IOException {
    byte[] block = new byte[BLOCK];
    long sent = 0;
    for (int n = in.read(block); n >= 0; n = in.read(block)) {
      sent = n < BLOCK && in.available() == 0 && sent < CUT ? 0 : sent + n;
      if (sent > CUT && cutsLeft.getAndDecrement() > 0) {
        return;
      }
      out.write(block, 0, n);
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    threads.shutdownNow();
  }
}
