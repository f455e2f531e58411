// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.Internal;

/**
 * An ensemble whose weights are to be found.
 *
 * @param members the oldest first
 * @param weights of each member, where they start
 * @param bias by logit, where it starts; not to be changed
 * @param weighting what happens to them
 */
@Internal
public record CandidatePlan(
    String name, List<Subnetwork> members, List<Mixture> weights, float[] bias, Weighting weighting)
    implements Serializable {

  /** What happens to the weights. */
  public enum Weighting {
    /** They stay: those of the ensemble before, or what adanet starts with. */
    KEPT,
    /** They are learnt. */
    LEARNT
  }

  public CandidatePlan {
    members = List.copyOf(members);
    weights = List.copyOf(weights);
    if (members.isEmpty() || members.size() != weights.size()) {
      throw new IllegalArgumentException(
          members.size() + " members, but " + weights.size() + " weights");
    }
  }
}
