// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a search is.
 *
 * @param rounds that were made
 * @param chosen the ensemble that won the last; null before the first
 */
public record AdaNetState(List<Round> rounds, @Nullable Chosen chosen) implements Serializable {

  /** Before the first round. */
  public static final AdaNetState EMPTY = new AdaNetState(List.of(), null);

  public AdaNetState {
    rounds = List.copyOf(rounds);
  }

  /** One round more. */
  AdaNetState with(Round round, Chosen winner) {
    List<Round> all = new ArrayList<>(rounds);
    all.add(round);
    return new AdaNetState(all, winner);
  }

  /** The members of the ensemble that was chosen, the oldest first; none before the first round. */
  public List<Subnetwork> members() {
    return chosen == null ? List.of() : chosen.members();
  }

  /**
   * An ensemble and what its members are.
   *
   * @param members as many as the ensemble has, in its order
   */
  public record Chosen(List<Subnetwork> members, Ensemble ensemble) implements Serializable {
    public Chosen {
      members = List.copyOf(members);
      if (members.size() != ensemble.members().size()) {
        throw new IllegalArgumentException(
            members.size() + " members of an ensemble of " + ensemble.members().size());
      }
    }
  }

  /**
   * A round.
   *
   * @param number from 0
   * @param trained the heads that were trained
   * @param candidates from the second round on the ensemble before is the first, if it may win
   * @param winner the index of the candidate that won
   */
  public record Round(int number, List<Trained> trained, List<Candidate> candidates, int winner)
      implements Serializable {
    public Round {
      trained = List.copyOf(trained);
      candidates = List.copyOf(candidates);
    }
  }

  /** A head that was trained, and how it went. */
  public record Trained(Subnetwork subnetwork, TrainingHistory history) implements Serializable {}

  /**
   * A candidate with its weights.
   *
   * @param train F over the rows that heads are trained on
   * @param heldOut F over the others; null when there are none
   * @param seconds that finding its weights and F took
   */
  public record Candidate(
      String name,
      List<Subnetwork> members,
      Ensemble ensemble,
      Objective train,
      @Nullable Objective heldOut,
      double seconds)
      implements Serializable {
    public Candidate {
      members = List.copyOf(members);
    }
  }
}
