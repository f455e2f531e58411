// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

/**
 * What happens to a row whose texts are all empty or white space. Only inputs with one string per
 * row are checked.
 */
public enum BlankText {
  /** The text is passed to the module. */
  EMBED,
  /** The row has no output; the counter {@link HubMetrics#SKIPPED} tells how many. */
  SKIP,
  /**
   * The row's outputs are zeros, without a call. Outputs must be dense numbers of a fixed row
   * shape; where the shape is not known the row is a failure.
   */
  ZERO,
  /** The row is a failure. */
  FAIL
}
