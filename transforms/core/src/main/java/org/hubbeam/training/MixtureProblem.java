// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * F of an ensemble as a function of its weights and bias, the members held fixed: a mean of losses,
 * which has a gradient, and the cost of the weights, which is an L1 norm.
 *
 * @see <a href="https://arxiv.org/abs/1607.01097">Cortes et al., AdaNet, equation 4</a>
 */
final class MixtureProblem implements ProximalSolver.Smooth {

  private final CandidatePlan plan;
  private final AdaNetOptions options;
  private final RowLoss loss;
  private final boolean isNumber;
  private final int logits;
  private final MemberOutputs outputs;

  MixtureProblem(CandidatePlan plan, AdaNetOptions options, Task task, MemberOutputs outputs) {
    this.plan = plan;
    this.options = options;
    this.loss = new RowLoss(task);
    this.isNumber = task == Task.NUMBER;
    this.logits = plan.bias().length;
    this.outputs = outputs;
  }

  /** Weights and bias in one row: those of each member in turn, then the bias. */
  double[] start() {
    List<float[]> parts = new ArrayList<>();
    plan.weights().forEach(w -> parts.add(w.values()));
    parts.add(plan.bias());
    double[] all = new double[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      for (float value : part) {
        all[at++] = value;
      }
    }
    return all;
  }

  /** What each of {@link #start} costs for each unit of its size; the bias costs nothing. */
  double[] costs() {
    double[] costs = new double[start().length];
    int at = 0;
    for (int i = 0; i < plan.members().size(); i++) {
      double cost = options.penalty().of(plan.members().get(i).complexity());
      for (int end = at + plan.weights().get(i).values().length; at < end; at++) {
        costs[at] = cost;
      }
    }
    return costs;
  }

  /** Which of {@link #start} may change. */
  boolean[] learnt() {
    double[] start = start();
    boolean[] learnt = new boolean[start.length];
    for (int i = 0; i < start.length; i++) {
      learnt[i] = i < start.length - logits || options.bias() == AdaNetOptions.Bias.LEARNT;
    }
    return learnt;
  }

  /** The weights of the members that parameters are. */
  List<Mixture> weights(double[] parameters) {
    List<Mixture> all = new ArrayList<>();
    int at = 0;
    for (Mixture start : plan.weights()) {
      float[] values = floats(parameters, at, start.values().length);
      at += values.length;
      all.add(start.withValues(values));
    }
    return all;
  }

  /** The bias that parameters are. */
  float[] bias(double[] parameters) {
    return floats(parameters, parameters.length - logits, logits);
  }

  private static float[] floats(double[] from, int at, int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) from[at + i];
    }
    return floats;
  }

  @Override
  public double value(double[] parameters, double[] gradient) {
    return pass(parameters, gradient).loss();
  }

  /** F and its parts, and the metric. */
  Objective objective(double[] parameters) {
    Objective of = pass(parameters, new double[parameters.length]);
    double[] costs = costs();
    double complexity = 0;
    for (int i = 0; i < parameters.length; i++) {
      if (costs[i] > 0) {
        complexity += costs[i] * Math.abs(parameters[i]);
      }
    }
    return new Objective(of.loss(), complexity, of.metric());
  }

  private Objective pass(double[] parameters, double[] gradient) {
    Arrays.fill(gradient, 0);
    double[] sums = new double[logits];
    double[] bySum = new double[logits];
    double[] totals = new double[3];
    outputs.forEach(
        (values, targets, weight, row) -> {
          int from = row * outputs.width();
          add(parameters, values, from, sums);
          totals[0] += weight * loss.of(sums, targets, row, bySum);
          totals[1] += weight * loss.metric(sums, targets, row);
          totals[2] += weight;
          for (int o = 0; o < logits; o++) {
            bySum[o] *= weight;
          }
          addGradient(bySum, values, from, gradient);
        });
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] /= totals[2];
    }
    double metric = totals[1] / totals[2];
    return new Objective(totals[0] / totals[2], 0, isNumber ? Math.sqrt(metric) : metric);
  }

  private void add(double[] parameters, float[] values, int from, double[] sums) {
    System.arraycopy(parameters, parameters.length - logits, sums, 0, logits);
    int at = 0;
    for (int value = from; value < from + outputs.width(); ) {
      switch (options.mixture()) {
        case SCALAR -> {
          for (int o = 0; o < logits; o++) {
            sums[o] += parameters[at] * values[value++];
          }
          at++;
        }
        case VECTOR -> {
          for (int o = 0; o < logits; o++) {
            sums[o] += parameters[at++] * values[value++];
          }
        }
        case MATRIX -> {
          for (int o = 0; o < logits; o++) {
            sums[o] += parameters[at++] * values[value];
          }
          value++;
        }
      }
    }
  }

  private void addGradient(double[] bySum, float[] values, int from, double[] gradient) {
    int at = 0;
    for (int value = from; value < from + outputs.width(); ) {
      switch (options.mixture()) {
        case SCALAR -> {
          for (int o = 0; o < logits; o++) {
            gradient[at] += bySum[o] * values[value++];
          }
          at++;
        }
        case VECTOR -> {
          for (int o = 0; o < logits; o++) {
            gradient[at++] += bySum[o] * values[value++];
          }
        }
        case MATRIX -> {
          for (int o = 0; o < logits; o++) {
            gradient[at++] += bySum[o] * values[value];
          }
          value++;
        }
      }
    }
    for (int o = 0; o < logits; o++) {
      gradient[at++] += bySum[o];
    }
  }
}
