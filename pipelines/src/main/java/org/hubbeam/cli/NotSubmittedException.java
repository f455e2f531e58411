// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

/** An engine did not take a job, which therefore does not run. */
final class NotSubmittedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotSubmittedException(RuntimeException cause) {
    super(cause);
  }
}
