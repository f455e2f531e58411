// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.hubbeam.batch.Daemons;
import org.hubbeam.batch.Printable;

/**
 * What a server sends. One that sends nothing for a time, or next to nothing, is left: reading
 * fails. Only the time counts in which the server is waited for. For one thread.
 */
final class ServerBody extends InputStream {
  private static final ScheduledExecutorService WATCH = Daemons.scheduler("hub-timed");

  private final InputStream stream;
  private final Pace pace;
  private final ScheduledFuture<?> watch;
  private volatile long waitingSince;
  private volatile boolean waiting;
  private volatile boolean ended;
  private long waited;
  private long received;

  /**
   * How a server must send.
   *
   * @param silence how long it may send nothing; the speed is measured over that time, too
   */
  record Pace(Duration silence, FetchLimits limits) {
    /** As the options say: a server is waited for no longer than a whole download may take. */
    static Pace of(HubOptions options) {
      Duration time = options.fetchLimits().time();
      Duration silence = options.readTimeout();
      return new Pace(silence.compareTo(time) < 0 ? silence : time, options.fetchLimits());
    }
  }

  /** Takes the stream over, and closes it. */
  ServerBody(InputStream stream, Pace pace) {
    this.stream = stream;
    this.pace = pace;
    long period = Math.max(1, pace.silence.toMillis() / 4);
    watch = WATCH.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int at, int length) throws IOException {
    waitingSince = System.nanoTime();
    waiting = true;
    int n;
    try {
      n = stream.read(buffer, at, length);
    } catch (IOException e) {
      if (!ended) {
        throw e;
      }
      n = -1;
    } finally {
      waiting = false;
    }
    if (ended) {
      throw new IOException("the server was silent for " + Printable.seconds(pace.silence));
    }
    count(Math.max(0, n));
    return n;
  }

  private void count(int n) throws IOException {
    waited += System.nanoTime() - waitingSince;
    received += n;
    if (waited > pace.silence.toNanos()) {
      if (!pace.limits.isFast(received, waited)) {
        throw new IOException(
            "the server sent "
                + received
                + " bytes in "
                + Printable.seconds(Duration.ofNanos(waited))
                + ", less than "
                + pace.limits.bytesPerSecond()
                + " a second; --minDownloadSpeed (FetchLimits.withBytesPerSecond) allows less");
      }
      waited = 0;
      received = 0;
    }
  }

  /**
   * Reads to the end, or as many bytes as wanted.
   *
   * @throws IOException when it takes longer than the server may be silent
   */
  byte[] brief(int most) throws IOException {
    byte[] bytes = new byte[1 << 10];
    long until = System.nanoTime() + pace.silence.toNanos();
    int size = 0;
    for (int n = 0; n >= 0 && size < most; n = read(bytes, size, bytes.length - size)) {
      size += n;
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(2L * size, most));
      }
      if (System.nanoTime() - until > 0) {
        throw new IOException(
            "the server did not end its answer within " + Printable.seconds(pace.silence));
      }
    }
    return Arrays.copyOf(bytes, size);
  }

  private void look() {
    if (waiting && System.nanoTime() - waitingSince > pace.silence.toNanos()) {
      ended = true;
      try {
        stream.close();
      } catch (IOException e) {
        // The reader is told that it is over, whatever the stream says.
        watch.cancel(false);
      }
    }
  }

  @Override
  public void close() throws IOException {
    watch.cancel(false);
    stream.close();
  }
}
