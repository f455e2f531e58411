// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.hubbeam.batch.Daemons;
import org.hubbeam.batch.FileTrees;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to fetch one entry, among processes and machines that share a cache. The file is that
 * of Python's {@code tensorflow_hub}: {@code host.pid.task}. As there, a holder shows that it lives
 * by the growth of its work folder; a file in it grows by a byte each second.
 */
final class FetchLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FetchLock.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration BEAT = Duration.ofSeconds(1);

  /** Three beats missed: however short a wait is, who shows signs of life keeps the lock. */
  private static final Duration DEAD = Duration.ofSeconds(3);

  private static final ScheduledExecutorService HEARTS = Daemons.scheduler("hub-lock");

  private final CachePaths paths;
  private final String content;
  private final Path work;
  private @Nullable ScheduledFuture<?> heart;

  private FetchLock(CachePaths paths, String task) {
    this.paths = paths;
    this.content = host() + "." + ProcessHandle.current().pid() + "." + task;
    this.work = paths.work(task);
  }

  /**
   * Takes the lock, waiting while another holds it.
   *
   * @param done whether the entry is complete, so that the lock is not needed any more
   * @return empty when the other has completed the entry
   * @throws HubException if the wait takes too long; it says who holds the lock, and since when
   * @throws IOException if the lock cannot be written
   */
  static Optional<FetchLock> acquire(
      CachePaths paths, String handle, Duration wait, BooleanSupplier done) throws IOException {
    FetchLock lock = new FetchLock(paths, CachePaths.newTask());
    Watch watch = null;
    long start = System.nanoTime();
    while (!lock.take()) {
      if (done.getAsBoolean()) {
        return Optional.empty();
      }
      watch = watch == null ? new Watch(paths, wait) : watch;
      if (watch.abandoned()) {
        watch.takeAway();
      } else if (System.nanoTime() - start > wait.toNanos()) {
        throw new HubException(watch.complaint(handle, wait));
      } else {
        pause(handle);
      }
    }
    lock.begin();
    return Optional.of(lock);
  }

  /** The folder to work in. It goes with the lock. */
  Path work() {
    return work;
  }

  private boolean take() throws IOException {
    return CachePaths.create(paths.lock(), content.getBytes(StandardCharsets.UTF_8));
  }

  private void begin() throws IOException {
    try {
      Files.createDirectory(work);
    } catch (IOException e) {
      Files.deleteIfExists(paths.lock());
      throw e;
    }
    Path pulse = work.resolve("pulse");
    heart =
        HEARTS.scheduleAtFixedRate(() -> beat(pulse), 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void beat(Path pulse) {
    try {
      Files.write(pulse, new byte[] {'.'}, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      LOG.debug("no sign of life into {}", pulse, e);
    }
  }

  private static void pause(String handle) {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("interrupted while another process fetches " + handle, e);
    }
  }

  @Override
  public void close() throws IOException {
    Objects.requireNonNull(heart).cancel(false);
    deleteWork(work);
    if (content.equals(read(paths.lock()))) {
      Files.deleteIfExists(paths.lock());
    }
  }

  private static void deleteWork(Path work) throws IOException {
    try {
      FileTrees.delete(work);
    } catch (DirectoryNotEmptyException e) {
      // A last beat fell between the listing and the deletion.
      FileTrees.delete(work);
    }
  }

  /** The lock's content; empty if there is no lock. */
  private static String read(Path lock) throws IOException {
    try {
      return Files.readString(lock);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** One who waits looks at the holder. */
  private static final class Watch {
    private final CachePaths paths;
    private final Duration wait;
    private String sign = "";
    private String holder = "";
    private long signSince;

    Watch(CachePaths paths, Duration wait) {
      this.paths = paths;
      this.wait = wait;
    }

    /** Whether the holder will not come back. */
    boolean abandoned() throws IOException {
      holder = read(paths.lock());
      String now = holder + " " + growth(paths.work(task(holder)));
      if (!now.equals(sign)) {
        sign = now;
        signSince = System.nanoTime();
        return false;
      }
      Duration still = Duration.ofNanos(System.nanoTime() - signSince);
      Duration half = wait.dividedBy(2);
      Duration patience = gone(holder) || half.compareTo(DEAD) < 0 ? DEAD : half;
      return !holder.isEmpty() && still.compareTo(patience) > 0;
    }

    /** Takes the lock from its holder, unless it has changed hands in between. */
    void takeAway() throws IOException {
      Path aside =
          paths.lock().resolveSibling(paths.lock().getFileName() + "." + CachePaths.newTask());
      try {
        Files.move(paths.lock(), aside, StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException e) {
        return;
      }
      boolean same = Files.readString(aside).equals(holder);
      if (same) {
        LOG.warn("the lock {} of {} was abandoned and is taken over", paths.lock(), holder);
        deleteWork(paths.work(task(holder)));
      } else {
        CachePaths.create(paths.lock(), Files.readAllBytes(aside));
      }
      Files.deleteIfExists(aside);
    }

    String complaint(String handle, Duration waited) {
      return handle
          + " is being fetched by "
          + describe(holder)
          + " since "
          + age(paths.lock())
          + "; gave up after "
          + seconds(waited)
          + " (the lock is "
          + paths.lock()
          + ", the wait HubOptions.withLockWait)";
    }

    private static String age(Path lock) {
      try {
        return seconds(
            Duration.between(Files.getLastModifiedTime(lock).toInstant(), Instant.now()));
      } catch (IOException e) {
        return "an unknown time";
      }
    }

    private static String seconds(Duration duration) {
      return duration.toMillis() < 10_000
          ? duration.toMillis() + " ms"
          : duration.toSeconds() + " s";
    }

    private static String describe(String holder) {
      String[] parts = split(holder);
      return parts.length == 3
          ? "process " + parts[1] + " on " + parts[0]
          : holder.isEmpty() ? "an unknown process" : "'" + holder + "'";
    }

    /** Whether the holder is known to be dead: a process of this machine that is not there. */
    private static boolean gone(String holder) {
      String[] parts = split(holder);
      return parts.length == 3
          && parts[0].equals(host())
          && parts[1].matches("[0-9]{1,18}")
          && ProcessHandle.of(Long.parseLong(parts[1])).filter(ProcessHandle::isAlive).isEmpty();
    }

    private static String task(String holder) {
      String task = holder.substring(holder.lastIndexOf('.') + 1);
      return task.matches("[0-9a-zA-Z-]+") ? task : "unknown";
    }

    private static String[] split(String holder) {
      int last = holder.lastIndexOf('.');
      int before = last < 0 ? -1 : holder.lastIndexOf('.', last - 1);
      return before < 0
          ? new String[0]
          : new String[] {
            holder.substring(0, before),
            holder.substring(before + 1, last),
            holder.substring(last + 1)
          };
    }

    private static String growth(Path work) {
      try (Stream<Path> walk = Files.walk(work)) {
        long[] sum = new long[2];
        walk.forEach(
            path -> {
              sum[0]++;
              sum[1] += path.toFile().length();
            });
        return sum[0] + " " + sum[1];
      } catch (IOException | UncheckedIOException e) {
        return "";
      }
    }
  }
}
