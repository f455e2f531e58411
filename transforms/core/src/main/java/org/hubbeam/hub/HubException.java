// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

/**
 * A handle could not be resolved. The message names the handle or address, what was found and what
 * can be done.
 */
public class HubException extends RuntimeException {
  private static final long serialVersionUID = 1;

  HubException(String message) {
    super(message);
  }

  HubException(String message, Throwable cause) {
    super(message + ": " + reason(cause), cause);
  }

  // Java's HTTP client says what is wrong in the cause of an exception without a message.
  private static String reason(Throwable cause) {
    String name = cause.getClass().getSimpleName();
    if (cause.getMessage() != null) {
      return name + ": " + cause.getMessage();
    }
    return cause.getCause() == null || cause.getCause() == cause
        ? name
        : name + ": " + reason(cause.getCause());
  }
}
