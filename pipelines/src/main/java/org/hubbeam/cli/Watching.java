// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Timer;
import java.util.TimerTask;

/** Looks again and again at a file that workers write. */
final class Watching {

  private static final long LOCAL_MILLIS = 300;
  private static final long REMOTE_MILLIS = 5_000;

  private Watching() {}

  /** Looks at a file. */
  interface Look {
    /** Looks; it may not be there yet. */
    void look() throws IOException;
  }

  /**
   * Looks until the job has ended: often at a local file, every few seconds at others.
   *
   * @param file its name
   */
  static Job.Following every(String file, Look look) {
    long interval = Locations.isLocal(file) ? LOCAL_MILLIS : REMOTE_MILLIS;
    Timer timer = new Timer("hubbeam-watching", true);
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            try {
              look.look();
            } catch (IOException | UncheckedIOException e) {
              // It is being replaced; it is there the next time.
            }
          }
        },
        interval,
        interval);
    return timer::cancel;
  }
}
