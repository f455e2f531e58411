// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads in the background, which end when they have nothing to do: a thread keeps the classes of
 * the job that started it, and a worker of a cluster runs one job after the other.
 */
@Internal
public final class Daemons {

  private static final long IDLE_SECONDS = 1;

  private Daemons() {}

  /**
   * Runs tasks after a time, on one thread, which ends when none is left. Cancelled tasks are
   * forgotten.
   */
  public static ScheduledExecutorService scheduler(String name) {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(1, task -> thread(task, name));
    scheduler.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    scheduler.allowCoreThreadTimeOut(true);
    scheduler.setRemoveOnCancelPolicy(true);
    return scheduler;
  }

  /** A thread that does not keep the JVM from ending, not started. */
  public static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.setContextClassLoader(Daemons.class.getClassLoader());
    return thread;
  }
}
