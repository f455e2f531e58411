// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

/** The loss of a row from its logits, as {@link HeadGraph} has it, in double precision. */
final class RowLoss {

  private final Task task;

  RowLoss(Task task) {
    this.task = task;
  }

  /**
   * The loss of a row.
   *
   * @param targets the targets of rows, one row after the other
   * @param row which of them
   * @param gradient gets the loss's derivative by each logit
   */
  double of(double[] logits, float[] targets, int row, double[] gradient) {
    return switch (task) {
      case CLASSES -> softmax(logits, (int) targets[row], gradient);
      case LABELS -> sigmoids(logits, targets, row * logits.length, gradient);
      case BINARY -> sigmoids(logits, targets, row, gradient);
      case NUMBER -> {
        double error = logits[0] - targets[row];
        gradient[0] = 2 * error;
        yield error * error;
      }
    };
  }

  /** The part of a row that is right, or the square of its error. */
  double metric(double[] logits, float[] targets, int row) {
    return switch (task) {
      case CLASSES -> largest(logits) == (int) targets[row] ? 1 : 0;
      case LABELS -> {
        int right = 0;
        for (int i = 0; i < logits.length; i++) {
          right += isRight(logits[i], targets[row * logits.length + i]) ? 1 : 0;
        }
        yield (double) right / logits.length;
      }
      case BINARY -> isRight(logits[0], targets[row]) ? 1 : 0;
      case NUMBER -> (logits[0] - targets[row]) * (logits[0] - targets[row]);
    };
  }

  private static boolean isRight(double logit, float target) {
    return logit > 0 == target > 0.5;
  }

  private static int largest(double[] logits) {
    int largest = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[largest]) {
        largest = i;
      }
    }
    return largest;
  }

  private static double softmax(double[] logits, int target, double[] gradient) {
    double max = logits[largest(logits)];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      gradient[i] = Math.exp(logits[i] - max);
      sum += gradient[i];
    }
    for (int i = 0; i < logits.length; i++) {
      gradient[i] /= sum;
    }
    gradient[target] -= 1;
    return Math.log(sum) + max - logits[target];
  }

  private static double sigmoids(double[] logits, float[] targets, int from, double[] gradient) {
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      double x = logits[i];
      double y = targets[from + i];
      sum += Math.max(x, 0) - x * y + Math.log1p(Math.exp(-Math.abs(x)));
      gradient[i] = (1 / (1 + Math.exp(-x)) - y) / logits.length;
    }
    return sum / logits.length;
  }
}
