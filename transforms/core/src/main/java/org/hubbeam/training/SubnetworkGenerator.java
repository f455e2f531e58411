// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Proposes the heads that are trained in a round. The same round gives the same proposals.
 *
 * <pre>{@code
 * SubnetworkGenerator wide =
 *     round ->
 *         List.of(
 *             new Proposal(
 *                 "wide", round.allFeatures(), HeadOptions.LINEAR.withHidden(List.of(512)), 1));
 * }</pre>
 */
@FunctionalInterface
public interface SubnetworkGenerator extends Serializable {

  /** The heads to train, at least one. */
  List<Proposal> propose(Round round);

  /**
   * What a generator knows.
   *
   * @param number of the round, from 0
   * @param features their names
   * @param ensemble the members of the ensemble that was chosen before, the oldest first
   */
  record Round(int number, List<String> features, List<Subnetwork> ensemble) {
    public Round {
      features = List.copyOf(features);
      ensemble = List.copyOf(ensemble);
    }

    /** The indices of all features. */
    public List<Integer> allFeatures() {
      List<Integer> all = new ArrayList<>();
      for (int i = 0; i < features.size(); i++) {
        all.add(i);
      }
      return all;
    }
  }

  /** A head on each feature, in every round, each of complexity 1. */
  static SubnetworkGenerator modules(HeadOptions head) {
    return round -> {
      List<Proposal> all = new ArrayList<>();
      for (int i = 0; i < round.features().size(); i++) {
        all.add(onFeature(round, i, head));
      }
      return all;
    };
  }

  /** A head on one feature in each round, in their order, and from the first again. */
  static SubnetworkGenerator modulesInTurn(HeadOptions head) {
    return round -> List.of(onFeature(round, round.number() % round.features().size(), head));
  }

  private static Proposal onFeature(Round round, int feature, HeadOptions head) {
    return new Proposal(round.features().get(feature), List.of(feature), head, 1);
  }

  /**
   * Two heads over all features: as many hidden layers as the youngest member of the ensemble has,
   * and one more; none and one in the first round. The complexity is the square root of the number
   * of hidden layers, as in adanet's {@code simple_dnn}.
   *
   * @param width the outputs of each hidden layer
   * @param head activation and dropout
   */
  static SubnetworkGenerator depth(int width, HeadOptions head) {
    return round -> {
      List<Subnetwork> ensemble = round.ensemble();
      int depth =
          ensemble.isEmpty() ? 0 : ensemble.get(ensemble.size() - 1).head().layers().size() - 1;
      return List.of(ofDepth(round, depth, width, head), ofDepth(round, depth + 1, width, head));
    };
  }

  private static Proposal ofDepth(Round round, int depth, int width, HeadOptions head) {
    return new Proposal(
        depth == 0 ? "linear" : depth + "_layer_dnn",
        round.allFeatures(),
        head.withHidden(Collections.nCopies(depth, width)),
        Math.sqrt(depth));
  }
}
