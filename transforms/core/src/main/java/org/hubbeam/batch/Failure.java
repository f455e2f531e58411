// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.Serializable;

/**
 * A record that could not be processed, and the reason. No record is dropped silently: each is in
 * the output or is a failure.
 *
 * @param id which record: its id, or {@code file@offset}
 * @param column which column of it; empty where it is the whole record
 * @param module the handle of the module that refused it, without what may be secret; empty where
 *     it could not be read
 * @param function the function of the module; empty likewise
 * @param reason what was wrong: what was expected, what was found
 * @param line the line of the file where a record of text begins, from 1 on; 0 where it is not
 *     known
 */
public record Failure(
    String id, String column, String module, String function, String reason, long line)
    implements Serializable {
  public Failure {
    module = Secrets.masked(module);
  }

  /** A failure whose line is not known. */
  public Failure(String id, String column, String module, String function, String reason) {
    this(id, column, module, function, reason, 0);
  }

  /** A record that could not be read. */
  public static Failure reading(String id, String column, String reason) {
    return new Failure(id, column, "", "", reason);
  }

  /** The same at this line. */
  public Failure withLine(long number) {
    return new Failure(id, column, module, function, reason, number);
  }
}
