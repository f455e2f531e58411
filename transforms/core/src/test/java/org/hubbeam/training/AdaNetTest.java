// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.hubbeam.training.AdaNetOptions.Bias;
import org.hubbeam.training.AdaNetOptions.Growth;
import org.hubbeam.training.AdaNetOptions.MixtureKind;
import org.hubbeam.training.AdaNetOptions.MixtureWeights;
import org.hubbeam.training.AdaNetOptions.Penalty;
import org.hubbeam.training.AdaNetOptions.Selection;
import org.hubbeam.training.AdaNetOptions.Strategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdaNetTest {

  private static final List<AdaNet.Feature> FEATURES =
      List.of(new AdaNet.Feature("a", 3), new AdaNet.Feature("b", 2));
  private static final List<String> CLASSES = List.of("x", "y", "z");
  private static final int ROWS = 300;

  private final Random random = new Random(7);
  private final TrainingData data = data();

  private TrainingData data() {
    float[][] rows = new float[ROWS][5];
    float[][] labels = new float[ROWS][1];
    float[] weights = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      for (int f = 0; f < 5; f++) {
        rows[i][f] = (float) random.nextGaussian();
      }
      double noise = random.nextGaussian();
      labels[i][0] = rows[i][0] + noise > 0.5 ? 2 : rows[i][3] > 0 ? 1 : 0;
      weights[i] = 1 + i % 3;
    }
    TrainingRows all = new ArrayRows(rows, labels, weights);
    return new TrainingData(Task.CLASSES, CLASSES, all, all, () -> {});
  }

  private Subnetwork subnetwork(String name, List<Integer> features, double complexity) {
    int in = features.stream().mapToInt(f -> FEATURES.get(f).width()).sum();
    Layer hidden = new Layer(in, 4, gaussian(in * 4), gaussian(4), Activation.RELU);
    Layer last = new Layer(4, 3, gaussian(12), gaussian(3), Activation.LINEAR);
    return new Subnetwork(
        name, 0, new Head(Task.CLASSES, CLASSES, List.of(hidden, last)), features, complexity);
  }

  private float[] gaussian(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static AdaNetState.Trained trained(Subnetwork subnetwork) {
    return new AdaNetState.Trained(
        subnetwork, new TrainingHistory(List.of(), List.of(), 0, 0, TrainingHistory.End.EPOCHS, 0));
  }

  private static AdaNet search(AdaNetOptions options) {
    return new AdaNet(options, SubnetworkGenerator.modules(HeadOptions.LINEAR), FEATURES);
  }

  private static AdaNetOptions options(MixtureKind kind, Penalty penalty) {
    return new AdaNetOptions(
        3,
        List.of(Strategy.GROW),
        kind,
        MixtureWeights.LEARNT,
        Bias.LEARNT,
        penalty,
        Selection.OBJECTIVE,
        Growth.WHERE_BETTER);
  }

  /** F of an ensemble by its definition, over rows one by one. */
  private double objective(Ensemble ensemble, List<Subnetwork> members, Penalty penalty) {
    ArrayRows rows = (ArrayRows) data.train();
    double sum = 0;
    double total = 0;
    for (int i = 0; i < ROWS; i++) {
      double[] logits = new double[3];
      for (int o = 0; o < 3; o++) {
        logits[o] = ensemble.bias()[o];
      }
      for (Member member : ensemble.members()) {
        int from = member.features().get(0) == 0 ? 0 : 3;
        int to = member.features().contains(1) ? 5 : 3;
        float[] row = Arrays.copyOfRange(rows.values()[i], from, to);
        double[] given = member.weights().logits(member.head(), row);
        for (int o = 0; o < 3; o++) {
          logits[o] += given[o];
        }
      }
      double exponentials = Arrays.stream(logits).map(Math::exp).sum();
      double loss = Math.log(exponentials) - logits[(int) rows.labels()[i][0]];
      sum += rows.weights()[i] * loss;
      total += rows.weights()[i];
    }
    double cost = 0;
    for (int j = 0; j < members.size(); j++) {
      for (float weight : ensemble.members().get(j).weights().values()) {
        cost +=
            (penalty.lambda() * members.get(j).complexity() + penalty.beta()) * Math.abs(weight);
      }
    }
    return sum / total + cost;
  }

  private AdaNetState.Candidate candidate(AdaNetOptions options, Subnetwork... heads) {
    AdaNetOptions all =
        new AdaNetOptions(
            options.rounds(),
            List.of(Strategy.ALL),
            options.mixture(),
            options.weights(),
            options.bias(),
            options.penalty(),
            options.selection(),
            options.growth());
    AdaNet search = search(all);
    List<CandidatePlan> plans =
        search.plans(AdaNetState.EMPTY, Arrays.stream(heads).map(AdaNetTest::trained).toList());
    assertThat(plans).hasSize(1);
    return search.candidate(plans.get(0), data, TrainingOptions.DEFAULT);
  }

  @ParameterizedTest
  @EnumSource(MixtureKind.class)
  void learntWeightsAreWhereNoChangeLowersTheObjective(MixtureKind kind) {
    Penalty penalty = new Penalty(0.01, 0.003);
    Subnetwork a = subnetwork("a", List.of(0), 1);
    Subnetwork b = subnetwork("b", List.of(0, 1), 2);

    AdaNetState.Candidate found = candidate(options(kind, penalty), a, b);

    double least = objective(found.ensemble(), List.of(a, b), penalty);
    assertThat(found.train().value()).isCloseTo(least, within(1e-6));
    for (int member = 0; member < 2; member++) {
      float[] weights = found.ensemble().members().get(member).weights().values();
      for (int i = 0; i < weights.length; i++) {
        for (float step : new float[] {-0.02f, 0.02f}) {
          Ensemble moved = moved(found.ensemble(), member, i, step);
          assertThat(objective(moved, List.of(a, b), penalty)).isGreaterThan(least - 1e-9);
        }
      }
    }
  }

  private static Ensemble moved(Ensemble ensemble, int member, int index, float step) {
    List<Member> members = new ArrayList<>(ensemble.members());
    Member old = members.get(member);
    float[] weights = old.weights().values().clone();
    weights[index] += step;
    members.set(member, new Member(old.head(), old.features(), old.weights().withValues(weights)));
    return new Ensemble(
        ensemble.task(), ensemble.labels(), ensemble.widths(), members, ensemble.bias());
  }

  @Test
  void aLargeLambdaLeavesNothingOfAComplexMember() {
    Subnetwork simple = subnetwork("simple", List.of(0), 0);
    Subnetwork complex = subnetwork("complex", List.of(0, 1), 3);

    AdaNetState.Candidate found =
        candidate(options(MixtureKind.SCALAR, new Penalty(10, 0)), simple, complex);

    assertThat(found.ensemble().members().get(1).weights().values()).containsExactly(0f);
    assertThat(found.ensemble().members().get(0).weights().values()[0]).isNotZero();
    assertThat(found.train().complexity()).isZero();
  }

  @Test
  void weightsThatAreNotLearntGiveTheMeanOfLogits() {
    Subnetwork a = subnetwork("a", List.of(0), 1);
    Subnetwork b = subnetwork("b", List.of(1), 1);

    Ensemble ensemble = candidate(AdaNetOptions.DEFAULT, a, b).ensemble();

    float[] row = {0.5f, -1, 2, 0.25f, -0.75f};
    float[] ofA = a.head().logits(new float[] {0.5f, -1, 2});
    float[] ofB = b.head().logits(new float[] {0.25f, -0.75f});
    for (int o = 0; o < 3; o++) {
      assertThat(ensemble.logits(row)[o]).isCloseTo((ofA[o] + ofB[o]) / 2, within(1e-6f));
    }
  }

  @Test
  void strategiesMakeCandidatesAsAdanetDoes() {
    AdaNetOptions all =
        new AdaNetOptions(
            3,
            List.of(Strategy.GROW, Strategy.SOLO, Strategy.ALL),
            MixtureKind.SCALAR,
            MixtureWeights.FIXED,
            Bias.NONE,
            Penalty.NONE,
            Selection.OBJECTIVE,
            Growth.WHERE_BETTER);
    AdaNet search = search(all);
    List<AdaNetState.Trained> heads =
        List.of(trained(subnetwork("a", List.of(0), 1)), trained(subnetwork("b", List.of(1), 1)));

    AdaNetState first = next(search, AdaNetState.EMPTY, heads);
    assertThat(first.rounds().get(0).candidates())
        .extracting(AdaNetState.Candidate::name)
        .containsExactly("a_grow", "b_grow", "a_solo", "b_solo", "all");

    AdaNetState second = next(search, first, heads);
    List<AdaNetState.Candidate> candidates = second.rounds().get(1).candidates();
    assertThat(candidates)
        .extracting(AdaNetState.Candidate::name)
        .containsExactly(AdaNet.PREVIOUS, "a_grow", "b_grow", "a_solo", "b_solo", "all");
    int before = first.members().size();
    assertThat(candidates)
        .extracting(c -> c.members().size())
        .containsExactly(before, before + 1, before + 1, 1, 1, before + 2);
    assertThat(
            second
                .rounds()
                .get(1)
                .candidates()
                .get(second.rounds().get(1).winner())
                .train()
                .value())
        .isLessThanOrEqualTo(
            first.rounds().get(0).candidates().get(first.rounds().get(0).winner()).train().value());
  }

  private AdaNetState next(AdaNet search, AdaNetState state, List<AdaNetState.Trained> heads) {
    List<AdaNetState.Candidate> candidates =
        search.plans(state, heads).stream()
            .map(p -> search.candidate(p, data, TrainingOptions.DEFAULT))
            .toList();
    return search.next(state, heads, candidates);
  }

  @Test
  void warmStartedWeightsBeginWhereTheyWere() {
    AdaNetOptions warm =
        new AdaNetOptions(
            3,
            List.of(Strategy.GROW),
            MixtureKind.VECTOR,
            MixtureWeights.WARM_STARTED,
            Bias.LEARNT,
            Penalty.NONE,
            Selection.OBJECTIVE,
            Growth.ALWAYS);
    AdaNet search = search(warm);
    AdaNetState first =
        next(search, AdaNetState.EMPTY, List.of(trained(subnetwork("a", List.of(0), 1))));

    List<CandidatePlan> plans =
        search.plans(first, List.of(trained(subnetwork("b", List.of(1), 1))));

    assertThat(plans).hasSize(1);
    assertThat(plans.get(0).weights().get(0).values())
        .containsExactly(first.chosen().ensemble().members().get(0).weights().values());
    assertThat(plans.get(0).weights().get(1).values()).containsOnly(0.5f);
    assertThat(plans.get(0).bias()).containsExactly(first.chosen().ensemble().bias());
  }

  @Test
  void aCandidateThatIsNotANumberNeverWins() {
    AdaNet search = search(AdaNetOptions.DEFAULT);
    Subnetwork good = subnetwork("good", List.of(0), 1);
    Layer nan = new Layer(2, 3, new float[6], new float[] {Float.NaN, 0, 0}, Activation.LINEAR);
    Subnetwork bad =
        new Subnetwork("bad", 0, new Head(Task.CLASSES, CLASSES, List.of(nan)), List.of(1), 1);

    AdaNetState state = next(search, AdaNetState.EMPTY, List.of(trained(bad), trained(good)));
    assertThat(state.members()).containsExactly(good);
    assertThatThrownBy(() -> next(search, AdaNetState.EMPTY, List.of(trained(bad))))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("bad_grow");
  }

  @Test
  void depthGrowsFromTheYoungestMember() {
    SubnetworkGenerator depth = SubnetworkGenerator.depth(4, HeadOptions.LINEAR);
    List<String> names = List.of("a", "b");

    assertThat(depth.propose(new SubnetworkGenerator.Round(0, names, List.of())))
        .containsExactly(
            new Proposal("linear", List.of(0, 1), HeadOptions.LINEAR, 0),
            new Proposal(
                "1_layer_dnn", List.of(0, 1), HeadOptions.LINEAR.withHidden(List.of(4)), 1));
    Subnetwork youngest = subnetwork("youngest", List.of(0), 1);
    assertThat(depth.propose(new SubnetworkGenerator.Round(1, names, List.of(youngest))))
        .extracting(Proposal::complexity)
        .containsExactly(1.0, Math.sqrt(2));
  }

  @Test
  void settingsThatCannotDoAnythingAreRefused() {
    assertThatThrownBy(
            () ->
                new AdaNetOptions(
                    1,
                    List.of(Strategy.GROW),
                    MixtureKind.MATRIX,
                    MixtureWeights.FIXED,
                    Bias.NONE,
                    Penalty.NONE,
                    Selection.OBJECTIVE,
                    Growth.WHERE_BETTER))
        .hasMessageContaining("MATRIX");
    assertThatThrownBy(() -> new Penalty(-1, 0)).hasMessageContaining("lambda");
  }
}
