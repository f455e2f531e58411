package org.hubbeam.model;

/** A module could not be loaded or called. The message says what was found and what is allowed. */
public class ModuleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  public ModuleException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public ModuleException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What went wrong, for those who can do something about it. */
  public Kind kind() {
    return kind;
  }

  /** What went wrong. */
  public enum Kind {
    /** The module cannot run here: broken, of another format, an op or its kernel is missing. */
    NOT_LOADABLE,
    /** The module has ops that it is not trusted with. */
    UNSAFE,
    /** There is no such function, or it does not take what it was given. */
    MISUSED,
    /** The module refused the values: another batch may pass. */
    REFUSED,
    /** Memory was exhausted: a smaller batch may pass. */
    RESOURCE_EXHAUSTED,
    /** The module gave another number of rows than it was given. */
    ROWS_DIFFER
  }
}
