// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;

/** A store refused a batch because of some of its rows, and did not say which. */
public final class BatchRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  /** With the reason of the store, which becomes that of the row at fault. */
  public BatchRefusedException(String reason) {
    super(reason);
  }

  /** With the reason of the store, and what it was told by. */
  public BatchRefusedException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
