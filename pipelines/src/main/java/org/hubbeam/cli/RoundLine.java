// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.hubbeam.learning.EnsembleSummary;
import org.hubbeam.learning.HeadProgress;
import org.hubbeam.learning.TrainingProgress;
import org.hubbeam.report.Rounds;
import org.hubbeam.training.Objective;
import org.hubbeam.training.TrainingHistory;

/** Lines that tell how a search for an ensemble goes on. */
final class RoundLine {

  /** The number of heads that are named in a line. */
  private static final int MOST = 4;

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

  /** Heads in training: how far each is. */
  static String of(List<HeadProgress> heads) {
    String shown =
        heads.stream().limit(MOST).map(RoundLine::head).collect(Collectors.joining("; "));
    return "round %d: ".formatted(heads.get(0).round() + 1)
        + shown
        + (heads.size() > MOST ? " and " + (heads.size() - MOST) + " more heads" : "");
  }

  private static String head(HeadProgress head) {
    TrainingProgress training = head.training();
    List<TrainingHistory.EpochMetrics> epochs = training.epochs();
    if (epochs.isEmpty()) {
      return head.head()
          + ", step "
          + Formatting.count(training.done())
          + " of at most "
          + Formatting.count(training.steps());
    }
    TrainingHistory.EpochMetrics last = epochs.get(epochs.size() - 1);
    return String.format(
        Locale.ROOT, "%s, epoch %d: loss %.4f", head.head(), last.epoch(), last.train());
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
    return new Rounds(
        "F = loss + complexity, on the rows that are trained on", rounds, architecture(summary));
  }

  /** What the ensemble of the last round is made of. */
  private static Rounds.Architecture architecture(EnsembleSummary summary) {
    EnsembleSummary.Round last = summary.rounds().get(summary.rounds().size() - 1);
    EnsembleSummary.Candidate chosen = last.candidates().get(last.winner());
    List<Rounds.Member> members = new ArrayList<>();
    for (int i = 0; i < chosen.members().size(); i++) {
      EnsembleSummary.MemberHead head = chosen.members().get(i);
      members.add(
          new Rounds.Member(
              head.name(),
              head.round() + 1,
              head.features().stream().map(f -> summary.features().get(f).name()).toList(),
              head.hidden(),
              head.complexity(),
              chosen.weights().get(i)));
    }
    return new Rounds.Architecture(members, chosen.bias());
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

  private static String member(EnsembleSummary.MemberHead member) {
    return member.name() + " of round " + (member.round() + 1);
  }
}
