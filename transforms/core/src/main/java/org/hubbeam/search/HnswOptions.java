// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.Serializable;

/**
 * How a graph is built. The same vectors and options give the same graph, byte for byte, whatever
 * the number of threads.
 *
 * @param m how many links a vector gets when it is inserted, from 2 to 512. The lowest layer keeps
 *     up to twice as many for each vector, four bytes each
 * @param efConstruction how many of the nearest vectors found so far are kept while the place of a
 *     vector is searched; at least 1. More take longer and make better graphs
 */
public record HnswOptions(int m, int efConstruction) implements Serializable {

  /** 16 links, 200 candidates. */
  public static final HnswOptions DEFAULT = new HnswOptions(16, 200);

  /** Checks the values. */
  public HnswOptions {
    if (m < 2 || m > 512) {
      throw new IllegalArgumentException("m is " + m + "; it must be from 2 to 512");
    }
    if (efConstruction < 1 || efConstruction > 1_000_000) {
      throw new IllegalArgumentException(
          "efConstruction is " + efConstruction + "; it must be from 1 to 1000000");
    }
  }

  /** Another number of links. */
  public HnswOptions withM(int links) {
    return new HnswOptions(links, efConstruction);
  }

  /** Another number of candidates. */
  public HnswOptions withEfConstruction(int candidates) {
    return new HnswOptions(m, candidates);
  }
}
