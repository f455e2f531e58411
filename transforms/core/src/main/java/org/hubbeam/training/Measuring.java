// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import org.hubbeam.training.TrainingHistory.Measured;

/** Sums what is measured on rows. */
final class Measuring {

  private final Task task;
  private final int outputs;
  private double weight;
  private double loss;
  private double metric;

  Measuring(Task task, int outputs) {
    this.task = task;
    this.outputs = outputs;
  }

  /** Adds the rows of a batch with their losses and logits. */
  void add(RowBatch batch, float[] losses, float[] logits, TargetScale scale) {
    for (int row = 0; row < batch.rows(); row++) {
      double w = batch.weights()[row];
      weight += w;
      loss += w * losses[row];
      metric += w * metric(batch, row, logits, scale);
    }
  }

  private double metric(RowBatch batch, int row, float[] logits, TargetScale scale) {
    float[] targets = batch.targetValues();
    return switch (task) {
      case CLASSES -> best(logits, row) == (int) targets[row] ? 1 : 0;
      case LABELS, BINARY -> {
        int right = 0;
        for (int i = 0; i < outputs; i++) {
          right += logits[row * outputs + i] > 0 == targets[row * outputs + i] > 0.5 ? 1 : 0;
        }
        yield (double) right / outputs;
      }
      case NUMBER -> {
        double error = (logits[row] - scale.scaled(targets[row])) * scale.deviation();
        yield error * error;
      }
    };
  }

  private int best(float[] logits, int row) {
    int best = 0;
    for (int i = 1; i < outputs; i++) {
      best = logits[row * outputs + i] > logits[row * outputs + best] ? i : best;
    }
    return best;
  }

  Measured measured() {
    double mean = metric / weight;
    return new Measured(loss / weight, task == Task.NUMBER ? Math.sqrt(mean) : mean);
  }
}
