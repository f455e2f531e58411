// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbers are trained as {@code (number - mean) / deviation}, so that one rate suits prices and
 * temperatures; the last layer then gives them as they were.
 *
 * @param mean 0 for all other tasks
 * @param deviation 1 for all other tasks
 */
record TargetScale(double mean, double deviation) {

  /** Nothing changes. */
  static final TargetScale NONE = new TargetScale(0, 1);

  /** The scale of the targets of rows. */
  static TargetScale of(Task task, TrainingRows rows) {
    if (task != Task.NUMBER) {
      return NONE;
    }
    double shift = 0;
    double sum = 0;
    double squares = 0;
    long count = 0;
    RowBatch batch = new RowBatch(RowBatches.atATime(rows), rows);
    try (TrainingRows.Cursor cursor = rows.cursor()) {
      while (cursor.next(batch)) {
        for (int i = 0; i < batch.rows(); i++) {
          shift = count == 0 ? batch.targetValues()[i] : shift;
          double value = batch.targetValues()[i] - shift;
          sum += value;
          squares += value * value;
          count++;
        }
      }
    }
    double mean = sum / count;
    double deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    return new TargetScale(shift + mean, deviation > 0 ? deviation : 1);
  }

  /** A target as it is trained. */
  float scaled(float target) {
    return (float) ((target - mean) / deviation);
  }

  /** A head that gives targets as they were. */
  Head unscaled(Head head) {
    if (equals(NONE)) {
      return head;
    }
    List<Layer> layers = new ArrayList<>(head.layers());
    Layer last = layers.remove(layers.size() - 1);
    float[] weights = new float[last.weights().length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (last.weights()[i] * deviation);
    }
    float[] bias = {(float) (last.bias()[0] * deviation + mean)};
    layers.add(new Layer(last.in(), last.out(), weights, bias, last.activation()));
    return new Head(head.task(), head.labels(), layers, head.dropout());
  }
}
