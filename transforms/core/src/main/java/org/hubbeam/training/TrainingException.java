// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serial;

/** Training cannot begin or go on. The message is for the user: what was found, what helps. */
public final class TrainingException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  /** Says why. */
  public TrainingException(String message) {
    super(message);
  }

  /** Says why, with a cause. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
