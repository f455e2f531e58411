// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;

/** The weight of each value. */
final class Weights {

  private Weights() {}

  /**
   * The weight of each value of {@code x}, in its order.
   *
   * @throws IllegalArgumentException when the weights are no numbers or do not go with the values
   */
  static double[] align(Array x, Array weights) {
    if (!(weights.values() instanceof Values.Numbers numbers)) {
      throw new IllegalArgumentException(
          "weights must be numbers, found " + weights.spec("weights").type());
    }
    int[] pairs = Pairing.indices(x, weights, "weights");
    double[] own = NumberArrays.doubles(numbers);
    if (pairs == null) {
      return own;
    }
    double[] expanded = new double[pairs.length];
    for (int i = 0; i < pairs.length; i++) {
      expanded[i] = own[pairs[i]];
    }
    return expanded;
  }
}
