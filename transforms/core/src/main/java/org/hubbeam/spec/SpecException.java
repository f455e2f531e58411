package org.hubbeam.spec;

/**
 * A preprocessing function as text that says what cannot be; its message points at the location.
 */
public final class SpecException extends IllegalArgumentException {

  SpecException(String message, Throwable cause) {
    super(message, cause);
  }
}
