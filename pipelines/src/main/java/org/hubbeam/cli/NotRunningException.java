// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

/** A job did not start, or has ended without success: nothing of it runs. */
final class NotRunningException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  NotRunningException(String message) {
    super(message);
  }

  NotRunningException(RuntimeException cause) {
    super(cause);
  }
}
