// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.net.http.HttpTimeoutException;
import java.util.Set;
import org.hubbeam.batch.Printable;
import org.hubbeam.batch.Secrets;

/**
 * A handle could not be resolved. The message names the handle or address, what was found and what
 * can be done. It has one line, no signatures or passwords of addresses, and control characters
 * only as {@code \}{@code u001b}.
 */
public class HubException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Exceptions whose name adds nothing to their message. */
  private static final Set<Class<?>> SAYS_ALL =
      Set.of(
          IOException.class,
          UncheckedIOException.class,
          ProtocolException.class,
          EOFException.class,
          HttpTimeoutException.class,
          IllegalArgumentException.class,
          HubException.class);

  HubException(String message) {
    super(shown(message));
  }

  HubException(String message, Throwable cause) {
    super(shown(message + ": " + reason(cause)), Secrets.masked(cause));
  }

  private static String shown(String message) {
    return Printable.joined(Secrets.maskedIn(message));
  }

  // Java's HTTP client says what is wrong in the cause of an exception without a message.
  private static String reason(Throwable cause) {
    String name = cause.getClass().getSimpleName();
    if (cause.getMessage() != null) {
      return SAYS_ALL.contains(cause.getClass())
          ? cause.getMessage()
          : name + ": " + cause.getMessage();
    }
    return cause.getCause() == null || cause.getCause() == cause
        ? name
        : name + ": " + reason(cause.getCause());
  }
}
