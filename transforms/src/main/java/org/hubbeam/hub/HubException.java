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

  private static String reason(Throwable cause) {
    return cause.getMessage() == null
        ? cause.getClass().getSimpleName()
        : cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }
}
