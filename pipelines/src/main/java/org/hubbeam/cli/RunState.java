// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.hubbeam.files.ThisProcess;

/** Whether a run still goes on. */
enum RunState {
  /** Its launcher is there, or its engine runs the job. */
  RUNNING,
  /** Neither is. */
  ENDED,
  /** Its launcher is on another machine, or its cluster does not answer. */
  UNKNOWN;

  /** Starts of processes are computed from clocks that are set now and then. */
  private static final Duration CLOCKS = Duration.ofSeconds(3);

  /** A launcher that nobody can see may have a job to submit, or a manifest to write. */
  private static final Duration PREPARATION = Duration.ofMinutes(10);

  /**
   * The state of a run.
   *
   * @param changed when something in its folder changed the last time
   */
  static RunState of(RunRecord run, Instant changed) {
    boolean here = run.launcher().scope().equals(ThisProcess.scope());
    if (here && isAlive(run.launcher())) {
      return RUNNING;
    }
    Engine engine = Engines.named(run.job().engine());
    RunState job = engine.stateWithoutLauncher(run.job());
    if (here || job == RUNNING) {
      return job;
    }
    boolean quiet = changed.isBefore(Instant.now().minus(PREPARATION));
    return run.job().isOnFlink() && quiet ? job : UNKNOWN;
  }

  private static boolean isAlive(RunRecord.Launcher launcher) {
    Optional<ProcessHandle> process = ProcessHandle.of(launcher.pid());
    return process.isPresent()
        && !isZombie(launcher.pid())
        && Duration.between(ThisProcess.started(process.get()), launcher.started())
                .abs()
                .compareTo(CLOCKS)
            < 0;
  }

  /** A process that has ended, and that its parent has not asked for yet. */
  private static boolean isZombie(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat")).matches("(?s).*\\) [ZX] .*");
    } catch (IOException e) {
      return false;
    }
  }
}
