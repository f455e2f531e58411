// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.hubbeam.batch.Printable;
import org.jspecify.annotations.Nullable;

/**
 * How long the work of one session may take. TensorFlow itself ends runs that take too long, but
 * only between two operations. What does not end soon after is left alone in its thread, and the
 * session is used no more. Threads may share it.
 */
final class TimeLimits {

  /** How long an operation may go on after its time. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** So many calls in a row may be late: far more than it takes to find one bad row. */
  static final int MOST_LATE = 100;

  private final ModuleOptions.Timeouts timeouts;
  private final Duration grace;
  private final long start = System.nanoTime();
  private final AtomicInteger late = new AtomicInteger();
  private volatile boolean loaded;
  private volatile @Nullable String unusable;

  TimeLimits(ModuleOptions.Timeouts timeouts) {
    this(timeouts, GRACE);
  }

  TimeLimits(ModuleOptions.Timeouts timeouts, Duration grace) {
    this.timeouts = timeouts;
    this.grace = grace;
  }

  /** From now on calls are limited, no longer loading. */
  void loaded() {
    loaded = true;
  }

  /** Whether a call may take any time. */
  boolean allowAnyTime() {
    return loaded && timeouts.call() == null;
  }

  /**
   * The time that is left for a run that starts now, in milliseconds; 0 for any time.
   *
   * @throws ModuleException when none is left
   */
  long runMillis() {
    if (loaded) {
      return timeouts.call() == null ? 0 : timeouts.call().toMillis();
    }
    Duration left = timeouts.load().minusNanos(System.nanoTime() - start);
    if (left.toMillis() < 1) {
      throw loadingTooLong();
    }
    return left.toMillis();
  }

  /**
   * Refuses work when the session is used no more.
   *
   * @throws ModuleException that it is so, and why
   */
  void requireUsable() {
    String reason = unusable;
    if (reason != null) {
      throw new ModuleException(ModuleException.Kind.UNUSABLE, reason);
    }
  }

  /** A run has ended well. */
  void inTime() {
    if (late.get() != 0) {
      late.set(0);
    }
  }

  /** What to say of a run that TensorFlow ended because its time was over. */
  ModuleException tooLate() {
    if (!loaded) {
      return loadingTooLong();
    }
    String what = "the call timed out after " + seconds(timeouts.call()) + " (--callTimeout)";
    if (late.incrementAndGet() < MOST_LATE) {
      return new ModuleException(ModuleException.Kind.REFUSED, what);
    }
    return unusable(what + ", as did the " + (MOST_LATE - 1) + " calls before it");
  }

  /**
   * Does something that builds a part of the graph, on a thread with a deep stack. It may take as
   * long as loading may.
   *
   * @throws ModuleException when that is over
   */
  <T> T build(Supplier<T> work) {
    Duration left = loaded ? timeouts.load() : Duration.ofMillis(runMillis());
    return await(work, left.plus(grace), "building the graph goes on after --loadTimeout");
  }

  /**
   * Makes a call that builds its part of the graph, too, on a thread with a deep stack.
   *
   * @throws ModuleException when the time of both is over, and it does not end
   */
  <T> T buildAndRun(Supplier<T> work) {
    Duration call = timeouts.call();
    return !loaded
        ? build(work)
        : await(
            work,
            call == null ? null : call.plus(timeouts.load()).plus(grace),
            "a call goes on after --callTimeout and --loadTimeout");
  }

  /**
   * Makes a call on another thread.
   *
   * @throws ModuleException when its time is over, and it does not end
   */
  <T> T run(Supplier<T> work) {
    String what =
        loaded ? "a call goes on after --callTimeout" : "loading goes on after --loadTimeout";
    return await(work, Duration.ofMillis(runMillis()).plus(grace), what);
  }

  private <T> T await(Supplier<T> work, @Nullable Duration most, String what) {
    try {
      return DeepThreads.call(work, most);
    } catch (TimeoutException e) {
      ModuleException hung =
          unusable(what + ", for " + seconds(most) + " by now, and cannot be stopped");
      hung.addSuppressed(e);
      throw hung;
    }
  }

  private ModuleException unusable(String why) {
    String reason =
        why + "; the module is called no more in this process. With --isolate, only the rows fail";
    unusable = reason;
    return new ModuleException(ModuleException.Kind.UNUSABLE, reason);
  }

  private ModuleException loadingTooLong() {
    return new ModuleException(
        ModuleException.Kind.UNUSABLE,
        "loading takes longer than "
            + seconds(timeouts.load())
            + ", its time limit; allow more with --loadTimeout");
  }

  private static String seconds(@Nullable Duration time) {
    return time == null ? "any time" : Printable.seconds(time);
  }
}
