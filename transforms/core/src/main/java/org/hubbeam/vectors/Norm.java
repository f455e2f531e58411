// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

/** The length that vectors are scaled to. */
public enum Norm {
  /** The length is kept. */
  NONE,
  /**
   * Euclidean length 1, computed in double precision. A zero vector is kept. If a vector has NaN,
   * all its values become NaN; if it has infinities, these become NaN and the others 0.
   */
  L2
}
