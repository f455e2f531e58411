// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the least of a smooth function by L-BFGS with a line search for the strong Wolfe
 * conditions.
 *
 * @see <a href="https://doi.org/10.1007/978-0-387-40065-5">Nocedal and Wright: Numerical
 *     Optimization, algorithms 7.4, 7.5, 3.5 and 3.6</a>
 */
final class LbfgsSolver {

  private static final double SUFFICIENT = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final int MOST_TRIES = 30;

  /** A function that is to be as small as possible. */
  interface Objective {
    /**
     * Its value.
     *
     * @param gradient is set
     */
    double evaluate(double[] x, double[] gradient);
  }

  /** A point with its value and gradient; not to be changed. */
  record Point(double[] x, double value, double[] gradient) {
    static Point of(Objective objective, double[] x) {
      double[] gradient = new double[x.length];
      return new Point(x, objective.evaluate(x, gradient), gradient);
    }

    /** The largest entry of the gradient. */
    double steepness() {
      double most = 0;
      for (double entry : gradient) {
        most = Math.max(most, Math.abs(entry));
      }
      return most;
    }
  }

  /** The difference of two points, and of their gradients. */
  record Pair(double[] x, double[] gradient) {}

  private final Objective objective;
  private final Optimizer.Lbfgs options;
  private final Deque<Pair> pairs = new ArrayDeque<>();
  private Point point;

  LbfgsSolver(Objective objective, Optimizer.Lbfgs options, Point start) {
    this.objective = objective;
    this.options = options;
    this.point = start;
  }

  Point point() {
    return point;
  }

  /** What the curvature is told from, oldest first. */
  Deque<Pair> pairs() {
    return pairs;
  }

  boolean isConverged() {
    return point.steepness() <= options.tolerance();
  }

  /**
   * Makes a step.
   *
   * @return false when there is no better point that rounding lets see
   */
  boolean step() {
    double[] direction = direction();
    double slope = dot(direction, point.gradient);
    if (slope >= 0) {
      pairs.clear();
      direction = direction();
      slope = dot(direction, point.gradient);
    }
    double first = pairs.isEmpty() ? Math.min(1, 1 / norm(point.gradient)) : 1;
    Point next = search(direction, slope, first);
    if (next == null || next.value > point.value) {
      boolean again = !pairs.isEmpty();
      pairs.clear();
      return again;
    }
    double[] x = difference(next.x, point.x);
    double[] gradient = difference(next.gradient, point.gradient);
    if (dot(x, gradient) > 1e-14 * dot(gradient, gradient)) {
      pairs.addLast(new Pair(x, gradient));
      if (pairs.size() > options.history()) {
        pairs.removeFirst();
      }
    }
    boolean moved = next.value < point.value || next.steepness() < point.steepness();
    point = next;
    return moved;
  }

  private double[] direction() {
    double[] q = point.gradient.clone();
    double[] factors = new double[pairs.size()];
    int i = factors.length;
    for (Iterator<Pair> newest = pairs.descendingIterator(); newest.hasNext(); ) {
      Pair pair = newest.next();
      i--;
      factors[i] = dot(pair.x, q) / dot(pair.x, pair.gradient);
      add(q, -factors[i], pair.gradient);
    }
    Pair last = pairs.peekLast();
    double scale =
        last == null ? 1 : dot(last.x, last.gradient) / dot(last.gradient, last.gradient);
    for (int j = 0; j < q.length; j++) {
      q[j] *= -scale;
    }
    for (Pair pair : pairs) {
      double back = dot(pair.gradient, q) / dot(pair.x, pair.gradient);
      add(q, -factors[i++] - back, pair.x);
    }
    return q;
  }

  private @Nullable Point search(double[] direction, double slope, double first) {
    double low = 0;
    double lowValue = point.value;
    double lowSlope = slope;
    double high = Double.POSITIVE_INFINITY;
    double length = first;
    @Nullable Point best = null;
    for (int i = 0; i < MOST_TRIES; i++) {
      Point tried = Point.of(objective, moved(direction, length));
      double triedSlope = dot(tried.gradient, direction);
      boolean falls = tried.value <= point.value + SUFFICIENT * length * slope;
      if (!falls || tried.value >= lowValue && i > 0 && low > 0) {
        high = length;
      } else if (Math.abs(triedSlope) <= -CURVATURE * slope) {
        return tried;
      } else {
        best = tried;
        if (triedSlope > 0) {
          high = length;
        } else {
          low = length;
          lowValue = tried.value;
          lowSlope = triedSlope;
        }
      }
      length = next(low, lowValue, lowSlope, high, tried.value, length);
    }
    return best;
  }

  /** A length between the ends, by a parabola through what is known, or further on. */
  private static double next(
      double low, double lowValue, double lowSlope, double high, double value, double tried) {
    if (high == Double.POSITIVE_INFINITY) {
      return 2 * tried;
    }
    double width = high - low;
    double step = tried - low;
    double bend = value - lowValue - lowSlope * step;
    double inner = step > 0 && bend > 0 ? low - lowSlope * step * step / (2 * bend) : Double.NaN;
    return inner > low + 0.1 * width && inner < high - 0.1 * width ? inner : low + width / 2;
  }

  private double[] moved(double[] direction, double length) {
    double[] x = point.x.clone();
    add(x, length, direction);
    return x;
  }

  private static void add(double[] to, double factor, double[] values) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * values[i];
    }
  }

  private static double[] difference(double[] a, double[] b) {
    double[] result = a.clone();
    add(result, -1, b);
    return result;
  }

  private static double norm(double[] values) {
    return Math.sqrt(dot(values, values));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
