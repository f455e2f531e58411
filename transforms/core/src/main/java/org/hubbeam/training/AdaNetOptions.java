// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.List;

/**
 * How ensembles are searched for, as in tensorflow/adanet 0.9.
 *
 * @param rounds how many there are at most
 * @param strategies how trained heads make candidates, in this order
 * @param mixture what a member's weight is
 * @param weights how weights are found
 * @param bias whether there is one
 * @param penalty what weights cost
 * @param selection which candidate wins a round
 * @param growth whether the ensemble before may win
 */
public record AdaNetOptions(
    int rounds,
    List<Strategy> strategies,
    MixtureKind mixture,
    MixtureWeights weights,
    Bias bias,
    Penalty penalty,
    Selection selection,
    Growth growth)
    implements Serializable {

  /** Three rounds that grow a mean of logits, chosen by F over the training rows. */
  public static final AdaNetOptions DEFAULT =
      new AdaNetOptions(
          3,
          List.of(Strategy.GROW),
          MixtureKind.SCALAR,
          MixtureWeights.FIXED,
          Bias.NONE,
          Penalty.NONE,
          Selection.OBJECTIVE,
          Growth.WHERE_BETTER);

  public AdaNetOptions {
    strategies = List.copyOf(strategies);
    if (rounds < 1 || strategies.isEmpty()) {
      throw new IllegalArgumentException(
          "a search needs a round and a strategy; found %d and %s".formatted(rounds, strategies));
    }
    if (weights == MixtureWeights.FIXED && bias == Bias.LEARNT) {
      throw new IllegalArgumentException(
          "a bias starts at 0 and stays there where weights are not learnt");
    }
    if (weights == MixtureWeights.FIXED && mixture == MixtureKind.MATRIX) {
      throw new IllegalArgumentException(
          "weights of the kind MATRIX start at 0 and stay there where they are not learnt");
    }
  }

  /** How the heads of a round make candidates, together with the ensemble before. */
  public enum Strategy {
    /** The ensemble before and one head more. */
    GROW,
    /** One head alone. */
    SOLO,
    /** The ensemble before and all heads of the round. */
    ALL
  }

  /** What the weight of a member is. */
  public enum MixtureKind {
    /** One number, times the logits; from 1/N on for N members. */
    SCALAR,
    /** A number for each logit; from 1/N on. */
    VECTOR,
    /** A matrix, by which the input of the last layer is multiplied; from 0 on. */
    MATRIX
  }

  /** How weights are found, members held fixed. */
  public enum MixtureWeights {
    /** They keep their first values. */
    FIXED,
    /** They are learnt from their first values on. */
    LEARNT,
    /** As learnt, but members of the ensemble before, and the bias, start where they were. */
    WARM_STARTED
  }

  /** Whether the logits have a bias. */
  public enum Bias {
    /** It is 0. */
    NONE,
    /** It is learnt from 0 on. */
    LEARNT
  }

  /**
   * What weights cost: {@code (lambda · r(h) + beta) · |w|} for each member.
   *
   * @param lambda times the member's complexity, 0 or more
   * @param beta for all members alike, 0 or more
   */
  public record Penalty(double lambda, double beta) implements Serializable {
    /** Weights cost nothing. */
    public static final Penalty NONE = new Penalty(0, 0);

    public Penalty {
      if (!(lambda >= 0
          && beta >= 0
          && lambda < Double.POSITIVE_INFINITY
          && beta < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "lambda and beta are 0 or more, not %s and %s".formatted(lambda, beta));
      }
    }

    /** What a weight of 1 of a member costs. */
    double of(double complexity) {
      return lambda * complexity + beta;
    }
  }

  /** Which candidate wins. One whose value is not a number never does. */
  public enum Selection {
    /** The one of the least F over the rows that heads are trained on. */
    OBJECTIVE,
    /** The one of the least F over the rows that are held out. */
    OBJECTIVE_HELD_OUT,
    /** The one of the least loss over the rows that are held out, weights costing nothing. */
    LOSS_HELD_OUT,
    /** The one with the best metric over the rows that are held out; see {@link Task}. */
    METRIC_HELD_OUT;

    /** Whether it looks at the rows that are held out. */
    public boolean isHeldOut() {
      return this != OBJECTIVE;
    }
  }

  /** Whether the ensemble before may win a round. */
  public enum Growth {
    /** It is a candidate, the first. A round that it wins changes nothing. */
    WHERE_BETTER,
    /** It is none. */
    ALWAYS
  }
}
