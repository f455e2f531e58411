// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalLong;
import me.tongfei.progressbar.ProgressBar;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.hub.Progress;
import org.jspecify.annotations.Nullable;

/** Resolves a handle, and shows the progress of a download on standard error. */
final class Fetch implements AutoCloseable {

  private final PrintWriter err;
  private @Nullable ProgressBar bar;
  private boolean told;

  private Fetch(PrintWriter err) {
    this.err = err;
  }

  /** The module's local folder, and where it came from. */
  static Hub.Resolved resolve(String handle, HubOptions options, PrintWriter err) {
    if (!handle.matches("(?i)https?://.*")) {
      Locations.check(List.of(handle));
    }
    try (Fetch fetch = new Fetch(err)) {
      return Hub.of(options).withListener(fetch::show).resolve(handle);
    }
  }

  private synchronized void show(Progress progress) {
    if (Terminal.is()) {
      if (bar == null) {
        bar = Terminal.bar("downloading", "MiB", 1L << 20);
      }
      bar.maxHint(progress.total().orElse(-1));
      bar.stepTo(progress.bytes());
    } else if (!told) {
      told = true;
      OptionalLong total = progress.total();
      err.println(
          "downloading "
              + progress.handle()
              + (total.isPresent() ? " (" + Formatting.bytes(total.getAsLong()) + ")" : ""));
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
