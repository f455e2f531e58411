// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import org.hubbeam.model.ModuleException;

/** Counts what a function took and refused, and stops when it refuses too much. For one thread. */
final class FailureRatio {
  private final String function;
  private final Limits.FailureLimit limit;
  private long passed;
  private long refused;

  FailureRatio(String function, Limits.FailureLimit limit) {
    this.function = function;
    this.limit = limit;
  }

  void passed(int rows) {
    passed += rows;
  }

  /**
   * One row more was refused.
   *
   * @throws ModuleException when that was one too many
   */
  void refused(String reason) {
    refused++;
    long rows = passed + refused;
    if (rows >= limit.afterRows() && refused > limit.ratio() * rows) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          function
              + " refused "
              + refused
              + " of "
              + rows
              + " rows, more than the allowed part of "
              + limit.ratio()
              + ": the module is at fault, or not made for these inputs. The last row: "
              + reason);
    }
  }
}
