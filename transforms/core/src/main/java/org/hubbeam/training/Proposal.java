// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.List;

/**
 * A head that is to be trained in a round.
 *
 * @param name of no other proposal of the round
 * @param features the indices of the features that it takes, concatenated in this order
 * @param head its form
 * @param complexity r(h), 0 or more
 */
public record Proposal(String name, List<Integer> features, HeadOptions head, double complexity)
    implements Serializable {

  public Proposal {
    features = List.copyOf(features);
    if (features.isEmpty()) {
      throw new IllegalArgumentException("the proposal '%s' has no features".formatted(name));
    }
    Subnetwork.requireComplexity(name, complexity);
  }
}
