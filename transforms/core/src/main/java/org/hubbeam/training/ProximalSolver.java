// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

/**
 * Minimises a smooth convex function plus a weighted L1 norm: an accelerated proximal gradient
 * method that starts again when a step turns back. A weight whose cost outweighs its use becomes
 * exactly 0.
 *
 * @see <a href="https://doi.org/10.1137/080716542">Beck and Teboulle, FISTA (2009)</a>
 * @see <a href="https://arxiv.org/abs/1204.3982">O'Donoghue and Candes, adaptive restart</a>
 */
final class ProximalSolver {

  private static final int MAX_STEPS = 5_000;
  private static final double TOLERANCE = 1e-8;
  private static final double MAX_CURVATURE = 1e18;

  private final Smooth function;
  private final double[] costs;
  private final boolean[] learnt;

  /** The smooth part. */
  interface Smooth {
    /** Its value; {@code gradient} gets its derivatives. */
    double value(double[] parameters, double[] gradient);
  }

  /**
   * A function to minimise.
   *
   * @param costs what each parameter costs for each unit of its size
   * @param learnt which parameters may change
   */
  ProximalSolver(Smooth function, double[] costs, boolean[] learnt) {
    if (costs.length != learnt.length) {
      throw new IllegalArgumentException(costs.length + " costs for " + learnt.length);
    }
    this.function = function;
    this.costs = costs.clone();
    this.learnt = learnt.clone();
  }

  /**
   * The parameters of the least value.
   *
   * @return {@code start}, where its value is not finite
   */
  double[] minimise(double[] start) {
    int size = start.length;
    double[] gradient = new double[size];
    double[] nextGradient = new double[size];
    double[] best = start.clone();
    double[] last = start;
    double[] ahead = start.clone();
    double bestValue = function.value(best, gradient) + cost(best);
    double curvature = 1;
    double momentum = 1;
    for (int step = 0; step < MAX_STEPS && Double.isFinite(bestValue); step++) {
      function.value(ahead, gradient);
      double[] next = moved(ahead, gradient, curvature);
      double value = function.value(next, nextGradient);
      while (!isCurved(gradient, nextGradient, ahead, next, curvature)
          && curvature < MAX_CURVATURE) {
        curvature *= 2;
        next = moved(ahead, gradient, curvature);
        value = function.value(next, nextGradient);
      }
      double total = value + cost(next);
      if (total < bestValue) {
        best = next;
        bestValue = total;
      }
      double largest = largestMove(ahead, next) * curvature;
      if (largest <= TOLERANCE * Math.max(1, largestOf(gradient))) {
        break;
      }
      if (isTurning(ahead, next, last)) {
        momentum = 1;
      }
      double grown = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
      double factor = (momentum - 1) / grown;
      for (int i = 0; i < size; i++) {
        ahead[i] = next[i] + factor * (next[i] - last[i]);
      }
      momentum = grown;
      last = next;
      curvature *= 0.9;
    }
    return best;
  }

  private double[] moved(double[] from, double[] gradient, double curvature) {
    double[] to = from.clone();
    for (int i = 0; i < to.length; i++) {
      if (learnt[i]) {
        double x = from[i] - gradient[i] / curvature;
        double size = Math.max(Math.abs(x) - costs[i] / curvature, 0);
        to[i] = size == 0 ? 0 : Math.copySign(size, x);
      }
    }
    return to;
  }

  /**
   * Whether the function is curved no more than supposed between two points. Asks the gradients:
   * near the minimum values differ by less than their rounding.
   */
  private static boolean isCurved(
      double[] gradient, double[] nextGradient, double[] from, double[] to, double curvature) {
    double change = 0;
    double square = 0;
    for (int i = 0; i < from.length; i++) {
      double move = to[i] - from[i];
      change += (nextGradient[i] - gradient[i]) * move;
      square += move * move;
    }
    return change <= curvature / 2 * square;
  }

  /** Whether the step goes against the momentum that led to it. */
  private static boolean isTurning(double[] ahead, double[] next, double[] last) {
    double along = 0;
    for (int i = 0; i < ahead.length; i++) {
      along += (ahead[i] - next[i]) * (next[i] - last[i]);
    }
    return along > 0;
  }

  private double cost(double[] parameters) {
    double sum = 0;
    for (int i = 0; i < parameters.length; i++) {
      sum += costs[i] * Math.abs(parameters[i]);
    }
    return sum;
  }

  private static double largestMove(double[] from, double[] to) {
    double largest = 0;
    for (int i = 0; i < from.length; i++) {
      largest = Math.max(largest, Math.abs(to[i] - from[i]));
    }
    return largest;
  }

  private static double largestOf(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
