package org.hubbeam.spec;

import org.jspecify.annotations.Nullable;

/**
 * A preprocessing function as text that says what cannot be; its message points at the location.
 */
public final class SpecException extends IllegalArgumentException {

  SpecException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
