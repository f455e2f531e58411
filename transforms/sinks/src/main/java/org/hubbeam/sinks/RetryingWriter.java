// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of one schema until each is in the store or refused: tries again what the store was
 * too busy for, and halves what it refuses as a whole. For one thread.
 */
final class RetryingWriter implements Closeable {

  /** Lets time pass. */
  interface Pause extends Serializable {
    /** The clock of this machine. */
    Pause REAL = Thread::sleep;

    /** Waits so many milliseconds. */
    void of(long millis) throws InterruptedException;
  }

  private final VectorSink sink;
  private final VectorSchema schema;
  private final RetryPolicy policy;
  private final Pause pause;
  private final RandomGenerator random = RandomGenerator.getDefault();
  private VectorSink.@Nullable Writer writer;

  RetryingWriter(VectorSink sink, VectorSchema schema, RetryPolicy policy, Pause pause) {
    this.sink = sink;
    this.schema = schema;
    this.policy = policy;
    this.pause = pause;
  }

  VectorSchema schema() {
    return schema;
  }

  /**
   * Writes rows.
   *
   * @return those that the store does not take, by their number, and why
   */
  Map<Integer, String> write(Batch rows) throws IOException {
    Map<Integer, String> refused = new TreeMap<>();
    write(rows, IntStream.range(0, rows.rows()).toArray(), refused);
    return refused;
  }

  private void write(Batch whole, int[] chosen, Map<Integer, String> refused) throws IOException {
    int[] rows = chosen;
    Tries tries = new Tries();
    while (rows.length > 0) {
      Batch batch = rows.length == whole.rows() ? whole : whole.select(rows);
      try {
        int[] written = rows;
        WriteOutcome outcome = once(batch);
        outcome.refused().forEach((row, reason) -> refused.put(written[row], reason));
        rows = outcome.again().keySet().stream().mapToInt(row -> written[row]).toArray();
        if (rows.length > 0) {
          if (rows.length < written.length) {
            tries = new Tries();
          }
          tries.next(outcome.again().values().iterator().next(), Duration.ZERO, null);
        }
      } catch (StoreBusyException e) {
        abandon(e);
        tries.next(String.valueOf(e.getMessage()), e.getWait(), e);
      } catch (BatchRefusedException e) {
        if (rows.length == 1) {
          refused.put(rows[0], String.valueOf(e.getMessage()));
        } else {
          WriteMetrics.count(sink, WriteMetrics.BISECTIONS, 1);
          int half = rows.length / 2;
          write(whole, Arrays.copyOf(rows, half), refused);
          write(whole, Arrays.copyOfRange(rows, half, rows.length), refused);
        }
        return;
      } catch (IOException | RuntimeException e) {
        abandon(e);
        throw e;
      }
    }
  }

  private WriteOutcome once(Batch batch) throws IOException {
    if (writer == null) {
      writer = sink.open(schema);
    }
    long start = System.nanoTime();
    WriteOutcome outcome = writer.write(batch);
    WriteMetrics.measure(sink, WriteMetrics.WRITE_US, (System.nanoTime() - start) / 1000);
    WriteMetrics.measure(sink, WriteMetrics.WRITE_ROWS, batch.rows());
    return outcome;
  }

  /** Does what is to be done when all rows are there, and tries again like a write. */
  void finish() throws IOException {
    Tries tries = new Tries();
    while (true) {
      try {
        sink.finish(schema);
        return;
      } catch (StoreBusyException e) {
        tries.next(String.valueOf(e.getMessage()), e.getWait(), e);
      }
    }
  }

  private void abandon(Exception failure) {
    try {
      close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() throws IOException {
    VectorSink.Writer closed = writer;
    writer = null;
    if (closed != null) {
      closed.close();
    }
  }

  /** The tries of one thing, and the time that they have. */
  private final class Tries {
    private int made;
    private Duration waited = Duration.ZERO;

    /** Waits for the next try, if there is time for one. */
    void next(String reason, Duration asked, @Nullable Exception cause) throws IOException {
      made++;
      WriteMetrics.count(sink, WriteMetrics.THROTTLED, 1);
      Duration own = policy.afterTry(made, random.nextDouble());
      Duration wait = own.compareTo(asked) < 0 ? asked : own;
      if (waited.plus(wait).compareTo(policy.total()) > 0) {
        throw new IOException(
            "gave up on "
                + Secrets.masked(sink.describe())
                + " after "
                + made
                + (made == 1 ? " try" : " tries")
                + ": "
                + reason,
            cause);
      }
      try {
        pause.of(wait.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted =
            new InterruptedIOException("interrupted while waiting for " + sink.describe());
        interrupted.initCause(e);
        throw interrupted;
      }
      waited = waited.plus(wait);
      WriteMetrics.waited(sink, wait.toMillis());
    }
  }
}
