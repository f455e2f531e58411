// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import org.hubbeam.batch.Printable;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WholeFile;

/**
 * The runs that write, or wrote, to the same output. Only one may at a time, and what one that has
 * ended left is removed.
 */
final class OtherRuns {

  /** What nobody answers for is left alone as long as something changed in this time. */
  private static final Duration LONG = Duration.ofDays(1);

  private final Output output;
  private final PrintWriter err;

  /**
   * @param err is told what is removed
   */
  OtherRuns(Output output, PrintWriter err) {
    this.output = output;
    this.err = err;
  }

  /**
   * Removes nothing.
   *
   * @throws EnvironmentException if another run goes on, or may go on
   */
  void refuse() throws IOException {
    for (LeftFolder other : LeftFolder.in(output.folder())) {
      RunRecord run = other.record().orElse(null);
      if (run != null && run.output().equals(output.place())) {
        refuse(other, run);
      }
    }
  }

  /**
   * Removes what runs left that have ended.
   *
   * @throws EnvironmentException if one goes on, or may go on
   */
  void check() throws IOException {
    for (LeftFolder other : LeftFolder.in(output.folder())) {
      check(other);
    }
  }

  /**
   * The same for a run that has its record written: of two that begin at the same time, one goes on
   * at most.
   *
   * @param own the folder of the run
   */
  void check(RunFolder own) throws IOException {
    Instant recorded = Instant.MAX;
    for (LeftFolder any : LeftFolder.in(output.folder())) {
      if (any.folder().equals(own)) {
        recorded = any.recorded();
      }
    }
    for (LeftFolder other : LeftFolder.in(output.folder())) {
      if (!other.folder().equals(own) && !other.recorded().isAfter(recorded)) {
        check(other);
      }
    }
  }

  private void check(LeftFolder other) throws IOException {
    RunRecord run = other.record().orElse(null);
    if (run == null) {
      if (isQuiet(other)) {
        remove(other, "nothing has changed in it for a day");
      }
      return;
    }
    if (!run.output().equals(output.place())) {
      return;
    }
    switch (refuse(other, run)) {
      case ENDED -> {
        removeOf(other, run);
        WholeFile.deleteParts(output.folder(), output.names());
      }
      default ->
          say(
              other.folder().location()
                  + " was left by "
                  + run.who()
                  + ", of which nothing is known here; if it has ended, delete it");
    }
  }

  /** Whether a run that does not go on has ended, or nothing is known of it. */
  private RunState refuse(LeftFolder other, RunRecord run) throws IOException {
    RunState state = RunState.of(run, other.changed());
    if (state == RunState.RUNNING) {
      throw new EnvironmentException(
          output.path() + " is being written by " + run.who() + "; " + run.advice());
    }
    if (state == RunState.UNKNOWN && !isQuiet(other)) {
      throw new EnvironmentException(
          output.path()
              + " may still be written by "
              + run.who()
              + "; it cannot be asked from here. If it has ended, delete "
              + other.folder().location());
    }
    return state;
  }

  private static boolean isQuiet(LeftFolder other) {
    return other.changed().isBefore(Instant.now().minus(LONG));
  }

  private void removeOf(LeftFolder other, RunRecord run) throws IOException {
    if (run.tempFolder() != null) {
      RunFolder.delete(run.tempFolder());
    }
    remove(other, run.who() + ", has ended");
  }

  private void remove(LeftFolder other, String why) {
    String folder = other.folder().location();
    try {
      RunFolder.delete(folder);
      say("removed " + folder + ", left by an earlier run (" + why + ")");
    } catch (IOException | UncheckedIOException e) {
      say(folder + ", left by an earlier run, cannot be removed: " + Errors.message(e));
    }
  }

  private void say(String line) {
    err.println(Printable.line(line));
  }
}
