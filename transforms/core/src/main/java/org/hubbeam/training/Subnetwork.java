// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.List;

/**
 * A trained head that may be a member of an ensemble.
 *
 * @param name what its generator called it
 * @param round in which it was trained, from 0
 * @param features the indices of the features that it takes, concatenated in this order
 * @param complexity r(h), 0 or more
 */
public record Subnetwork(
    String name, int round, Head head, List<Integer> features, double complexity)
    implements Serializable {

  public Subnetwork {
    features = List.copyOf(features);
    requireComplexity(name, complexity);
  }

  static void requireComplexity(String name, double complexity) {
    if (!(complexity >= 0 && complexity < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the complexity of '%s' is 0 or more, not %s".formatted(name, complexity));
    }
  }
}
