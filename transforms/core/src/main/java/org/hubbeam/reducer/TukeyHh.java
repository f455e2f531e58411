// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.function.DoubleUnaryOperator;

/**
 * The distribution of a standard normal variable u stretched to {@code u * exp(h * u^2 / 2)}, with
 * an h for each side of 0, and its L-moments after Headrick and Pant, "Characterizing Tukey h and
 * hh-distributions through L-moments and the L-correlation" (2012).
 *
 * @param left how heavy the left tail is, from 0 up to 1
 * @param right how heavy the right tail is, from 0 up to 1
 */
record TukeyHh(double left, double right) {

  private static final TukeyHh NORMAL = new TukeyHh(0, 0);
  private static final double NORMAL_KURTOSIS = 0.1226017;
  private static final int ROUNDS = 20;
  private static final int HALVINGS = 10;
  private static final double CLOSE = 1e-6;

  /** The first L-moment. */
  double mean() {
    return (1 / (left - 1) + 1 / (1 - right)) / Math.sqrt(2 * Math.PI);
  }

  /** The second L-moment. */
  double scale() {
    double a = Math.sqrt(2 - left);
    double b = Math.sqrt(2 - right);
    return (a * (1 - left) + b * (1 - right))
        / ((1 - left) * (1 - right) * a * b)
        / Math.sqrt(2 * Math.PI);
  }

  /** The third L-moment to the second. */
  double skewness() {
    double a = 2 - left;
    double b = 2 - right;
    double sides =
        12 * Math.sqrt(a) * b * (1 - right) * Math.atan(1 / Math.sqrt(a))
            - 12 * Math.sqrt(b) * a * (1 - left) * Math.atan(1 / Math.sqrt(b));
    double spread = (1 - left) * Math.sqrt(a) + (1 - right) * Math.sqrt(b);
    return (Math.PI * (left - right) * a * b - sides) / (2 * Math.PI * Math.sqrt(a * b) * spread);
  }

  /** The fourth L-moment to the second. */
  double kurtosis() {
    double a = 2 - left;
    double b = 2 - right;
    double l = 1 - left;
    double r = 1 - right;
    double root = Math.sqrt((4 - left) * l);
    double both = Math.sqrt((4 - left) * a * l * b);
    double plain = right * both - 2 * root - left * (left - 3) * root - both;
    double tails =
        30 * l * r * Math.sqrt((4 - left) * a * b / l) * arc(left) + 30 * a * root * l * arc(right);
    double spread = l * Math.sqrt(a) + r * Math.sqrt(b);
    return -(6 * Math.PI * plain + tails) / (Math.PI * Math.sqrt((4 - left) * a * l) * spread);
  }

  private static double arc(double h) {
    return Math.atan(Math.sqrt(1 - 2 / (4 - h)));
  }

  /** The distribution with this skewness and kurtosis, or the normal one when tails are lighter. */
  static TukeyHh fit(double skewness, double kurtosis) {
    if (!(kurtosis >= NORMAL_KURTOSIS)) {
      return NORMAL;
    }
    TukeyHh fitted = new Search(Math.abs(skewness), Math.min(kurtosis, 1 - 1e-5)).run();
    return skewness < 0 ? new TukeyHh(/* left= */ fitted.right, /* right= */ fitted.left) : fitted;
  }

  /**
   * A search in two directions in turn: the difference of the sides for the skewness, the right
   * side for the kurtosis, each between bounds that close in.
   */
  private static final class Search {
    private final double skewness;
    private final double kurtosis;
    private double h;
    private double delta;
    private double lowH;
    private double lowDelta;
    private double highH = 1 - 1e-7;
    private double highDelta;

    Search(double skewness, double kurtosis) {
      this.skewness = skewness;
      this.kurtosis = kurtosis;
      h = 3 - 1 / Math.cos(Math.PI / 15 * (kurtosis - 6));
      lowH = h;
      highDelta = h;
    }

    TukeyHh run() {
      double previousH = 0;
      double previousDelta = 0;
      for (int round = 0; round < ROUNDS; round++) {
        if (skewnessError(highDelta) > 0) {
          boundFromAbove();
          boundFromBelow();
        } else {
          widen();
        }
        boolean still = Math.abs(h - previousH) < CLOSE && Math.abs(delta - previousDelta) < CLOSE;
        boolean met = Math.abs(skewnessError(delta)) < CLOSE && Math.abs(kurtosisError(h)) < CLOSE;
        if (still || met) {
          break;
        }
        previousH = h;
        previousDelta = delta;
      }
      return new TukeyHh(h - delta, h);
    }

    private void boundFromAbove() {
      delta = bisect(this::skewnessError, lowDelta, highDelta)[1];
      highDelta = delta;
      h = bisect(this::kurtosisError, lowH, highH)[1];
      highH = h;
    }

    private void boundFromBelow() {
      delta = bisect(this::skewnessError, lowDelta, highDelta)[0];
      lowDelta = delta;
      h = bisect(this::kurtosisError, lowH, highH)[0];
      lowH = h;
    }

    private void widen() {
      delta = highDelta;
      lowDelta = highDelta;
      h = bisect(this::kurtosisError, lowH, highH)[0];
      lowH = h;
      highDelta = h;
    }

    private double skewnessError(double difference) {
      return new TukeyHh(h - difference, h).skewness() - skewness;
    }

    private double kurtosisError(double right) {
      return new TukeyHh(right - delta, right).kurtosis() - kurtosis;
    }

    private static double[] bisect(DoubleUnaryOperator error, double low, double high) {
      double from = low;
      double to = high;
      for (int i = 0; i <= HALVINGS; i++) {
        double middle = (from + to) / 2;
        double found = error.applyAsDouble(middle);
        if (found < 0) {
          from = middle;
        } else {
          to = middle;
        }
        if (Math.abs(found) < CLOSE || to - from < CLOSE) {
          break;
        }
      }
      return new double[] {from, to};
    }
  }
}
