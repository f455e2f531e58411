// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.report;

import java.util.List;

/**
 * The rounds of a search for an ensemble.
 *
 * @param objective what the candidates are compared by, in words
 * @param architecture of the ensemble that won the last
 */
public record Rounds(String objective, List<Round> rounds, Architecture architecture) {

  public Rounds {
    rounds = List.copyOf(rounds);
  }

  /**
   * What an ensemble is made of.
   *
   * @param bias by logit; not to be changed
   */
  public record Architecture(List<Member> members, float[] bias) {
    public Architecture {
      members = List.copyOf(members);
    }
  }

  /**
   * A head of an ensemble.
   *
   * @param round in which it was trained, from 1
   * @param features the names of the features that it takes
   * @param hidden the sizes of its hidden layers
   * @param weights one, one for each logit, or those of a matrix, row-major; not to be changed
   */
  public record Member(
      String name,
      int round,
      List<String> features,
      List<Integer> hidden,
      double complexity,
      float[] weights) {
    public Member {
      features = List.copyOf(features);
      hidden = List.copyOf(hidden);
    }
  }

  /**
   * One round.
   *
   * @param number from 1
   * @param chosen the index of the candidate that won
   * @param seconds how long it took
   */
  public record Round(int number, List<Candidate> candidates, int chosen, double seconds) {
    public Round {
      candidates = List.copyOf(candidates);
      if (chosen < 0 || chosen >= candidates.size()) {
        throw new IllegalArgumentException(
            "candidate %d of %d cannot have won".formatted(chosen, candidates.size()));
      }
    }
  }

  /**
   * One ensemble that was tried.
   *
   * @param name short, for a legend
   * @param members the names of its members
   * @param objective F: loss and penalty together; NaN where training failed
   * @param loss the first part of F
   * @param penalty the second part of F
   * @param metric on rows that were held out; NaN where there are none
   * @param seconds how long it was trained
   */
  public record Candidate(
      String name,
      List<String> members,
      double objective,
      double loss,
      double penalty,
      double metric,
      double seconds) {
    public Candidate {
      members = List.copyOf(members);
    }
  }
}
