// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;

/**
 * Which rows are held out, told by the hash of each row alone: more rows, or rows in another order,
 * never move one.
 *
 * @param heldOut the part that is held out, from 0 to below 1
 */
public record Split(double heldOut) implements Serializable {

  /** A fifth. */
  public static final Split DEFAULT = new Split(0.2);

  /** No row is held out. */
  public static final Split NONE = new Split(0);

  public Split {
    if (!(heldOut >= 0 && heldOut < 1)) {
      throw new IllegalArgumentException(
          "the part that is held out is from 0 to below 1, not " + heldOut);
    }
  }

  /** Whether a row is held out. */
  public boolean isHeldOut(long hash) {
    return (mixed(hash) >>> 11) * 0x1p-53 < heldOut;
  }

  /**
   * Spreads hashes evenly, whatever they were made with.
   *
   * @see <a href="https://prng.di.unimi.it/splitmix64.c">splitmix64</a>
   */
  static long mixed(long hash) {
    long z = hash + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
