// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.Serializable;

/**
 * How much one write to a store may have. A row that is larger than the bytes is written alone.
 *
 * @param rows the most rows
 * @param bytes the most bytes of their values, in memory
 */
public record WriteLimits(int rows, long bytes) implements Serializable {

  /** 1,000 rows, 4 MiB. */
  public static final WriteLimits DEFAULT = new WriteLimits(1000, 4L << 20);

  public WriteLimits {
    if (rows < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "a write has at least one row and one byte, not " + rows + " rows and " + bytes);
    }
  }

  /** Sets the most rows. */
  public WriteLimits withRows(int value) {
    return new WriteLimits(value, bytes);
  }

  /** Sets the most bytes. */
  public WriteLimits withBytes(long value) {
    return new WriteLimits(rows, value);
  }
}
