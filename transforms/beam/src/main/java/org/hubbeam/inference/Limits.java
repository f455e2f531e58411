// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;

/**
 * The limits of the size of a call and of the share of failures.
 *
 * @param rows the most rows in one call
 * @param bytes the most bytes of input values in one call; a row that is larger goes alone
 * @param failures when the module, and not the rows, is at fault
 */
public record Limits(int rows, long bytes, FailureLimit failures) implements Serializable {

  /** 1024 rows, 32 MiB, and at most half of the rows refused. */
  public static final Limits DEFAULT = new Limits(1024, 32L << 20, FailureLimit.DEFAULT);

  public Limits {
    if (rows < 1) {
      throw new IllegalArgumentException("a call needs at least 1 row, not " + rows);
    }
    if (bytes < 1) {
      throw new IllegalArgumentException("a call needs at least 1 byte, not " + bytes);
    }
  }

  /** Sets the maximum rows in a call. */
  public Limits withRows(int value) {
    return new Limits(value, bytes, failures);
  }

  /** Sets the maximum bytes in a call. */
  public Limits withBytes(long value) {
    return new Limits(rows, value, failures);
  }

  /** Sets the share of failures that stops the job. */
  public Limits withFailures(FailureLimit value) {
    return new Limits(rows, bytes, value);
  }

  /**
   * The share of refused rows that stops the job, because the module is at fault. Each instance of
   * a DoFn counts separately.
   *
   * @param ratio the part of the rows that may be refused, 0 to 1; 1 never stops the job
   * @param afterRows how many rows must have been through before the part is looked at
   */
  public record FailureLimit(double ratio, long afterRows) implements Serializable {

    /** More than half of at least 1000 rows. */
    public static final FailureLimit DEFAULT = new FailureLimit(0.5, 1000);

    /** Failures never stop the job. */
    public static final FailureLimit NONE = new FailureLimit(1, Long.MAX_VALUE);

    public FailureLimit {
      if (!(ratio >= 0 && ratio <= 1)) {
        throw new IllegalArgumentException("a part of the rows is 0 to 1, not " + ratio);
      }
      if (afterRows < 1) {
        throw new IllegalArgumentException(
            "at least 1 row must have been through, not " + afterRows);
      }
    }

    /** Sets the ratio. */
    public FailureLimit withRatio(double value) {
      return new FailureLimit(value, afterRows);
    }

    /** Sets the number of rows before the ratio is checked. */
    public FailureLimit withAfterRows(long value) {
      return new FailureLimit(ratio, value);
    }
  }
}
