// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.time.Duration;

/** A store has too much to do, or cannot be reached, and the same may go well later. */
public final class StoreBusyException extends IOException {
  private static final long serialVersionUID = 1;

  private final Duration wait;

  /** With a wait that {@link WriteVectors} chooses. */
  public StoreBusyException(String reason, Throwable cause) {
    super(reason, cause);
    this.wait = Duration.ZERO;
  }

  /** With the wait that the store asks for, such as by HTTP's {@code Retry-After}. */
  public StoreBusyException(String reason, Duration wait) {
    super(reason);
    this.wait = wait;
  }

  /** The least wait that the store asks for; zero if it does not. */
  public Duration getWait() {
    return wait;
  }
}
