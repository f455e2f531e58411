// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import org.apache.beam.sdk.PipelineResult;

/**
 * Waits for a job whose engine gives Beam's metrics while it runs, and tells the rows from them.
 */
final class MetricsPolling {

  /** How often metrics are asked for. */
  static final Duration PERIOD = Duration.ofSeconds(10);

  private MetricsPolling() {}

  /** Waits for the end of a job, as Beam does. */
  static PipelineResult.State await(PipelineResult job, JobWatch watch, Duration period) {
    Timer timer = new Timer("hubbeam-rows", true);
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            look(job, watch);
          }
        },
        period.toMillis(),
        period.toMillis());
    try {
      return job.waitUntilFinish();
    } finally {
      timer.cancel();
    }
  }

  private static void look(PipelineResult job, JobWatch watch) {
    try {
      Map<String, RowCount.Seen> seen = new HashMap<>();
      for (String counter : watch.counters()) {
        seen.put(counter, RowCount.seen(counter, job.metrics()));
      }
      watch.counted(seen);
    } catch (RuntimeException e) {
      // Some engines have no metrics, or none now: the job goes on without progress.
    }
  }
}
