// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import org.hubbeam.batch.Printable;
import org.jspecify.annotations.Nullable;

/** A module could not be loaded or called. The message says what was found and what is allowed. */
public class ModuleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final @Nullable String op;
  private final List<String> inputs;

  public ModuleException(Kind kind, String message) {
    this(kind, message, (String) null);
  }

  /**
   * @param op the operation that failed
   */
  ModuleException(Kind kind, String message, @Nullable String op) {
    super(Printable.text(message));
    this.kind = kind;
    this.op = op;
    this.inputs = List.of();
  }

  /**
   * The same error.
   *
   * @param inputs what the operation that failed is computed of
   */
  ModuleException(ModuleException of, List<String> inputs) {
    super(of.getMessage(), of.getCause());
    setStackTrace(of.getStackTrace());
    this.kind = of.kind;
    this.op = of.op;
    this.inputs = List.copyOf(inputs);
  }

  public ModuleException(Kind kind, String message, Throwable cause) {
    super(Printable.text(message), cause);
    this.kind = kind;
    this.op = null;
    this.inputs = List.of();
  }

  /** The kind of the error, for handling it. */
  public Kind kind() {
    return kind;
  }

  /** The operation that failed; null if it is not known. */
  @Nullable String op() {
    return op;
  }

  /** The inputs that the operation which failed is computed of; empty if they are not known. */
  public List<String> inputs() {
    return inputs;
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
    ROWS_DIFFER,
    /**
     * The module cannot be called any more: a call does not end, or too many in a row took too
     * long.
     */
    UNUSABLE
  }
}
