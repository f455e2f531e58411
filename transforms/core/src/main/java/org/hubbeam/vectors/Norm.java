package org.hubbeam.vectors;

/** The length that vectors are scaled to. */
public enum Norm {
  /** They keep theirs. */
  NONE,
  /**
   * To Euclidean length 1, computed in double precision. A vector of zeros stays one. A vector with
   * NaN becomes NaN everywhere; of one with infinities these become NaN and the others 0.
   */
  L2
}
