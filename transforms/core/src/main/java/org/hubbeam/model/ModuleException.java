// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

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

  /** The kind of the error, for handling it. */
  public Kind kind() {
    return kind;
  }

  /** A kind of error. */
  public enum Kind {
    /**
     * The module cannot run here: it is broken, has another format, or an op or kernel is missing.
     */
    NOT_LOADABLE,
    /** The module has unsafe ops. */
    UNSAFE,
    /** There is no such function, or it does not take these inputs. */
    MISUSED,
    /** The module refused the values. Another batch may succeed. */
    REFUSED,
    /** Memory was exhausted. A smaller batch may succeed. */
    RESOURCE_EXHAUSTED,
    /** The numbers of input and output rows differ. */
    ROWS_DIFFER
  }
}
