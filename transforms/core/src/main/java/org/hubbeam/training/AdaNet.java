// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.Internal;
import org.hubbeam.training.AdaNetOptions.Growth;
import org.hubbeam.training.AdaNetOptions.MixtureWeights;
import org.hubbeam.training.AdaNetOptions.Selection;
import org.hubbeam.training.AdaNetOptions.Strategy;
import org.hubbeam.training.SelectedRows.FeatureSlices;
import org.jspecify.annotations.Nullable;

/**
 * Searches for an ensemble of heads, as tensorflow/adanet 0.9 does. In each round a generator
 * proposes heads, which are trained on their own loss; strategies make candidates of them, and the
 * one of the least F wins:
 *
 * <p>{@code F(w) = mean(loss(b + sum(w_j h_j(x)), y)) + sum((lambda r(h_j) + beta) |w_j|)}
 *
 * <pre>{@code
 * AdaNet search =
 *     new AdaNet(
 *         AdaNetOptions.DEFAULT,
 *         SubnetworkGenerator.modules(HeadOptions.LINEAR),
 *         List.of(new AdaNet.Feature("nnlm", 128), new AdaNet.Feature("swivel", 20)));
 * AdaNetState found = search.run(data, TrainingOptions.DEFAULT);
 * }</pre>
 *
 * <p>The steps of a round are methods of their own, so that workers can share them. The same data,
 * options and generator give the same ensemble.
 *
 * @see <a href="https://arxiv.org/abs/1607.01097">Cortes et al., AdaNet: Adaptive Structural
 *     Learning of Artificial Neural Networks</a>
 */
public final class AdaNet implements Serializable {

  /** The name of the candidate that is the ensemble before. */
  public static final String PREVIOUS = "previous_ensemble";

  private final AdaNetOptions options;
  private final SubnetworkGenerator generator;
  private final ArrayList<Feature> features;

  /**
   * What heads can take.
   *
   * @param name for example of the module that gives it
   * @param width how many numbers it has
   */
  public record Feature(String name, int width) implements Serializable {}

  /**
   * A search.
   *
   * @param features of each row, concatenated in this order
   */
  public AdaNet(AdaNetOptions options, SubnetworkGenerator generator, List<Feature> features) {
    this.options = options;
    this.generator = generator;
    this.features = new ArrayList<>(features);
  }

  /** How it searches. */
  public AdaNetOptions options() {
    return options;
  }

  /** What heads can take, concatenated in this order. */
  public List<Feature> features() {
    return List.copyOf(features);
  }

  /** All rounds, one after the other, in this thread. */
  public AdaNetState run(TrainingData data, TrainingOptions training) {
    AdaNetState state = AdaNetState.EMPTY;
    while (state.rounds().size() < options.rounds()) {
      List<AdaNetState.Trained> trained = new ArrayList<>();
      for (Proposal proposal : proposals(state)) {
        trained.add(
            train(state, proposal, data, training, Checkpoints.none(), TrainingListener.NONE));
      }
      List<AdaNetState.Candidate> candidates = new ArrayList<>();
      for (CandidatePlan plan : plans(state, trained)) {
        candidates.add(candidate(plan, data, training));
      }
      state = next(state, trained, candidates);
    }
    return state;
  }

  /**
   * The heads to train in the next round.
   *
   * @throws TrainingException when the generator proposes none, two of a name, or features that are
   *     not there
   */
  public List<Proposal> proposals(AdaNetState state) {
    List<Proposal> proposals =
        generator.propose(
            new SubnetworkGenerator.Round(
                state.rounds().size(),
                features.stream().map(Feature::name).toList(),
                state.members()));
    if (proposals.isEmpty()) {
      throw new TrainingException(
          "the generator proposes no head for round " + state.rounds().size());
    }
    Set<String> names = new HashSet<>();
    for (Proposal proposal : proposals) {
      if (!names.add(proposal.name())) {
        throw new TrainingException(
            "the generator proposes two heads with the name '" + proposal.name() + "'");
      }
      for (int feature : proposal.features()) {
        if (feature < 0 || feature >= features.size()) {
          throw new TrainingException(
              "the proposal '%s' asks for feature %d; there are 0 to %d"
                  .formatted(proposal.name(), feature, features.size() - 1));
        }
      }
    }
    return List.copyOf(proposals);
  }

  /** Trains a proposed head on its own loss. */
  public AdaNetState.Trained train(
      AdaNetState state,
      Proposal proposal,
      TrainingData data,
      TrainingOptions training,
      Checkpoints checkpoints,
      TrainingListener listener) {
    int round = state.rounds().size();
    FeatureSlices slices = new FeatureSlices(widths(), proposal.features());
    TrainingData selected =
        new TrainingData(
            data.task(),
            data.labels(),
            new SelectedRows(data.train(), slices),
            new SelectedRows(data.heldOut(), slices),
            () -> {});
    TrainedHead trained =
        HeadTrainer.train(
            selected,
            proposal.head(),
            training.withSeed(training.seed() + round),
            checkpoints,
            listener);
    return new AdaNetState.Trained(
        new Subnetwork(
            proposal.name(), round, trained.head(), proposal.features(), proposal.complexity()),
        trained.history());
  }

  /** The candidates of a round, in adanet's order and with its names. */
  @Internal
  public List<CandidatePlan> plans(AdaNetState state, List<AdaNetState.Trained> trained) {
    List<CandidatePlan> plans = new ArrayList<>();
    AdaNetState.Chosen before = state.chosen();
    if (before != null && options.growth() == Growth.WHERE_BETTER) {
      plans.add(
          new CandidatePlan(
              PREVIOUS,
              before.members(),
              before.ensemble().members().stream().map(Member::weights).toList(),
              before.ensemble().bias(),
              CandidatePlan.Weighting.KEPT));
    }
    List<Subnetwork> heads = trained.stream().map(AdaNetState.Trained::subnetwork).toList();
    for (Strategy strategy : options.strategies()) {
      switch (strategy) {
        case GROW -> heads.forEach(h -> plans.add(plan(h.name() + "_grow", before, List.of(h))));
        case SOLO -> heads.forEach(h -> plans.add(plan(h.name() + "_solo", null, List.of(h))));
        case ALL -> plans.add(plan("all", before, heads));
      }
    }
    return plans;
  }

  private CandidatePlan plan(
      String name, AdaNetState.@Nullable Chosen before, List<Subnetwork> heads) {
    Head like = heads.get(0).head();
    int logits = like.task().outputs(like.labels().size());
    List<Subnetwork> members = new ArrayList<>();
    if (before != null) {
      members.addAll(before.members());
    }
    members.addAll(heads);
    boolean warm = options.weights() == MixtureWeights.WARM_STARTED && before != null;
    List<Mixture> weights = new ArrayList<>();
    for (Subnetwork member : members) {
      int index = weights.size();
      weights.add(
          warm && before != null && index < before.members().size()
              ? before.ensemble().members().get(index).weights()
              : first(member, members.size(), logits));
    }
    return new CandidatePlan(
        name,
        members,
        weights,
        warm && before != null ? before.ensemble().bias() : new float[logits],
        options.weights() == MixtureWeights.FIXED
            ? CandidatePlan.Weighting.KEPT
            : CandidatePlan.Weighting.LEARNT);
  }

  private Mixture first(Subnetwork member, int members, int logits) {
    return switch (options.mixture()) {
      case SCALAR -> new Mixture.Scalar(1f / members);
      case VECTOR -> {
        float[] weights = new float[logits];
        Arrays.fill(weights, 1f / members);
        yield new Mixture.Vector(weights);
      }
      case MATRIX -> {
        List<Layer> layers = member.head().layers();
        int in = layers.get(layers.size() - 1).in();
        yield new Mixture.Matrix(in, logits, new float[in * logits]);
      }
    };
  }

  /** Finds the weights of a candidate where they are to be learnt, and its F. */
  @Internal
  public AdaNetState.Candidate candidate(
      CandidatePlan plan, TrainingData data, TrainingOptions training) {
    long start = System.nanoTime();
    MixtureProblem problem = problem(plan, data.task(), data.train(), training);
    double[] parameters = problem.start();
    if (plan.weighting() == CandidatePlan.Weighting.LEARNT) {
      parameters =
          new ProximalSolver(problem, problem.costs(), problem.learnt()).minimise(parameters);
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = (float) parameters[i];
      }
    }
    Objective heldOut =
        data.heldOut().rows() == 0
            ? null
            : problem(plan, data.task(), data.heldOut(), training).objective(parameters);
    List<Mixture> weights = problem.weights(parameters);
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      Subnetwork member = plan.members().get(i);
      members.add(new Member(member.head(), member.features(), weights.get(i)));
    }
    Ensemble ensemble =
        new Ensemble(data.task(), data.labels(), widths(), members, problem.bias(parameters));
    return new AdaNetState.Candidate(
        plan.name(),
        plan.members(),
        ensemble,
        problem.objective(parameters),
        heldOut,
        (System.nanoTime() - start) / 1e9);
  }

  private MixtureProblem problem(
      CandidatePlan plan, Task task, TrainingRows rows, TrainingOptions training) {
    return new MixtureProblem(
        plan,
        options,
        task,
        new MemberOutputs(
            plan.members(), widths(), options.mixture(), rows, training.resources().memory()));
  }

  private List<Integer> widths() {
    return features.stream().map(Feature::width).toList();
  }

  /**
   * Ends a round: the best candidate is chosen, the first of equals.
   *
   * @throws TrainingException when no candidate has a value that is a number
   */
  public AdaNetState next(
      AdaNetState state,
      List<AdaNetState.Trained> trained,
      List<AdaNetState.Candidate> candidates) {
    int winner = -1;
    for (int i = 0; i < candidates.size(); i++) {
      double value = selected(candidates.get(i));
      if (!Double.isNaN(value) && (winner < 0 || value < selected(candidates.get(winner)))) {
        winner = i;
      }
    }
    if (winner < 0) {
      throw new TrainingException(
          "no candidate of round %d has a value that is a number: %s"
              .formatted(
                  state.rounds().size(),
                  candidates.stream().map(AdaNetState.Candidate::name).toList()));
    }
    AdaNetState.Candidate best = candidates.get(winner);
    return state.with(
        new AdaNetState.Round(state.rounds().size(), trained, candidates, winner),
        new AdaNetState.Chosen(best.members(), best.ensemble()));
  }

  /** The value of a candidate, the less the better. */
  private double selected(AdaNetState.Candidate candidate) {
    if (options.selection() == Selection.OBJECTIVE) {
      return candidate.train().value();
    }
    Objective heldOut = candidate.heldOut();
    if (heldOut == null) {
      throw new TrainingException(
          "candidates are to be chosen by rows that are held out, but no row is");
    }
    return switch (options.selection()) {
      case LOSS_HELD_OUT -> heldOut.loss();
      case METRIC_HELD_OUT ->
          candidate.ensemble().task() == Task.NUMBER ? heldOut.metric() : -heldOut.metric();
      default -> heldOut.value();
    };
  }
}
