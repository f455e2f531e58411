// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.hubbeam.batch.Internal;
import org.hubbeam.files.FileGlob;
import org.hubbeam.files.WholeFile;
import org.hubbeam.learning.TrainingSummary.Measures;
import org.hubbeam.training.AdaNet;
import org.hubbeam.training.AdaNetState;
import org.hubbeam.training.Ensemble;
import org.hubbeam.training.Layer;
import org.hubbeam.training.Member;
import org.hubbeam.training.Objective;
import org.hubbeam.training.Subnetwork;
import org.hubbeam.training.Task;
import org.jspecify.annotations.Nullable;

/**
 * A search, as workers leave it in a file for the launcher: everything but the weights of heads.
 *
 * @param labels the classes, by their index
 * @param features what heads can take
 * @param measures how good the ensemble of the last round is; null before
 */
@Internal
public record EnsembleSummary(
    Task task,
    List<String> labels,
    List<AdaNet.Feature> features,
    TrainingProgress.Rows rows,
    List<Round> rounds,
    @Nullable Measures measures) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public EnsembleSummary {
    labels = List.copyOf(labels);
    features = List.copyOf(features);
    rounds = List.copyOf(rounds);
  }

  /**
   * A round.
   *
   * @param number from 0
   * @param winner the index of the candidate that won
   */
  public record Round(int number, List<Trained> trained, List<Candidate> candidates, int winner) {
    public Round {
      trained = List.copyOf(trained);
      candidates = List.copyOf(candidates);
    }
  }

  /**
   * A head that was trained.
   *
   * @param seconds that its training took
   */
  public record Trained(MemberHead head, long steps, double seconds) {}

  /**
   * A candidate.
   *
   * @param weights of each member: one, one for each logit, or those of a matrix, row-major
   * @param bias by logit
   * @param heldOut null when no rows are held out
   */
  public record Candidate(
      String name,
      List<MemberHead> members,
      List<float[]> weights,
      float[] bias,
      Objective train,
      @Nullable Objective heldOut,
      double seconds) {}

  /**
   * A member.
   *
   * @param round in which it was trained, from 0
   * @param features the indices of the features that it takes
   * @param hidden the sizes of its hidden layers
   */
  public record MemberHead(
      String name, int round, List<Integer> features, List<Integer> hidden, double complexity) {

    static MemberHead of(Subnetwork head) {
      List<Integer> sizes = head.head().layers().stream().map(Layer::out).toList();
      return new MemberHead(
          head.name(),
          head.round(),
          head.features(),
          sizes.subList(0, sizes.size() - 1),
          head.complexity());
    }
  }

  /** Of the rounds up to now. */
  static EnsembleSummary of(AdaNet adanet, AdaNetState state, TrainingProgress.Rows rows) {
    Ensemble chosen = Objects.requireNonNull(state.chosen()).ensemble();
    List<Round> rounds = new ArrayList<>();
    for (AdaNetState.Round round : state.rounds()) {
      rounds.add(
          new Round(
              round.number(),
              round.trained().stream().map(EnsembleSummary::trained).toList(),
              round.candidates().stream().map(EnsembleSummary::candidate).toList(),
              round.winner()));
    }
    return new EnsembleSummary(
        chosen.task(), chosen.labels(), adanet.features(), rows, rounds, null);
  }

  private static Trained trained(AdaNetState.Trained trained) {
    return new Trained(
        MemberHead.of(trained.subnetwork()),
        trained.history().lastStep(),
        trained.history().seconds());
  }

  private static Candidate candidate(AdaNetState.Candidate candidate) {
    return new Candidate(
        candidate.name(),
        candidate.members().stream().map(MemberHead::of).toList(),
        candidate.ensemble().members().stream().map(Member::weights).map(w -> w.values()).toList(),
        candidate.ensemble().bias(),
        candidate.train(),
        candidate.heldOut(),
        candidate.seconds());
  }

  EnsembleSummary withMeasures(Measures value) {
    return new EnsembleSummary(task, labels, features, rows, rounds, value);
  }

  /** Reads what workers left; empty if there is nothing yet. */
  public static Optional<EnsembleSummary> read(String file) throws IOException {
    return FileGlob.match(file).isEmpty()
        ? Optional.empty()
        : Optional.of(JSON.readValue(WholeFile.read(file), EnsembleSummary.class));
  }

  void write(String file) throws IOException {
    WholeFile.write(file, JSON.writeValueAsString(this));
  }
}
