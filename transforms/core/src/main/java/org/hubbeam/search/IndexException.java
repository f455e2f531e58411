// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import org.hubbeam.batch.Printable;

/**
 * An index is not there, is damaged, or does not fit what is asked of it. The message has one line
 * and names the file.
 */
public final class IndexException extends RuntimeException {
  private static final long serialVersionUID = 1;

  IndexException(String message) {
    super(Printable.joined(message));
  }

  IndexException(String message, Throwable cause) {
    super(Printable.joined(message), cause);
  }
}
