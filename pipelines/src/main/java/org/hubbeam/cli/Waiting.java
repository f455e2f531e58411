// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.time.Duration;

/** Waits for other processes, which are asked again and again. */
final class Waiting {

  private Waiting() {}

  /**
   * Waits for so long.
   *
   * @throws IllegalStateException if the thread is interrupted
   */
  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
