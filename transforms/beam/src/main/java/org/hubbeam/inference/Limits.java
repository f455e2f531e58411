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

  /** With at most so many rows in a call. */
  public Limits withRows(int value) {
    return new Limits(value, bytes, failures);
  }

  /** With at most so many bytes in a call. */
  public Limits withBytes(long value) {
    return new Limits(rows, value, failures);
  }

  /** With the job stopped at another share of failures. */
  public Limits withFailures(FailureLimit value) {
    return new Limits(rows, bytes, value);
  }

  /**
   * When so large a part of the rows is refused that the module is at fault, and the job stops.
   * Each instance of a DoFn counts for itself.
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

    /** With another part of the rows. */
    public FailureLimit withRatio(double value) {
      return new FailureLimit(value, afterRows);
    }

    /** Looked at after another number of rows. */
    public FailureLimit withAfterRows(long value) {
      return new FailureLimit(ratio, value);
    }
  }
}
