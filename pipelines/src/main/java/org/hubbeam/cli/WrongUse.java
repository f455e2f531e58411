package org.hubbeam.cli;

/** A program was called wrongly; the message says what was found and what is allowed. */
final class WrongUse extends RuntimeException {
  private static final long serialVersionUID = 1;

  WrongUse(String message) {
    super(message);
  }
}
