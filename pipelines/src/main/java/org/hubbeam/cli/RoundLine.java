// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hubbeam.learning.EnsembleSummary;
import org.hubbeam.report.Rounds;
import org.hubbeam.training.Objective;

/** Lines that tell how a search for an ensemble goes on. */
final class RoundLine {

  private RoundLine() {}

  /** A round: who won, with what. */
  static String of(EnsembleSummary.Round round) {
    EnsembleSummary.Candidate winner = round.candidates().get(round.winner());
    return String.format(
        Locale.ROOT,
        "round %d: %s of %s won, F %.4f = loss %.4f + complexity %.4f",
        round.number() + 1,
        winner.name(),
        Formatting.of(round.candidates().size(), "candidate"),
        winner.train().value(),
        winner.train().loss(),
        winner.train().complexity());
  }

  /** All rounds, as a report shows them. */
  static Rounds report(EnsembleSummary summary) {
    List<Rounds.Round> rounds = new ArrayList<>();
    for (EnsembleSummary.Round round : summary.rounds()) {
      double trained = round.trained().stream().mapToDouble(EnsembleSummary.Trained::seconds).sum();
      double weighted =
          round.candidates().stream().mapToDouble(EnsembleSummary.Candidate::seconds).sum();
      rounds.add(
          new Rounds.Round(
              round.number() + 1,
              round.candidates().stream().map(RoundLine::candidate).toList(),
              round.winner(),
              trained + weighted));
    }
    return new Rounds("F = loss + complexity, on the rows that are trained on", rounds);
  }

  private static Rounds.Candidate candidate(EnsembleSummary.Candidate candidate) {
    Objective heldOut = candidate.heldOut();
    return new Rounds.Candidate(
        candidate.name(),
        candidate.members().stream().map(RoundLine::member).toList(),
        candidate.train().value(),
        candidate.train().loss(),
        candidate.train().complexity(),
        heldOut == null ? Double.NaN : heldOut.metric(),
        candidate.seconds());
  }

  private static String member(EnsembleSummary.MemberName member) {
    return member.name() + " of round " + (member.round() + 1);
  }
}
