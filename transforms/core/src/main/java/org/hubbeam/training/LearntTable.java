// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Arrays;

/**
 * A table of vectors while it is learnt, by lazy Adam: the moments of a row change only in steps
 * that use it. Numbers are always added in the same order, whatever the number of threads.
 */
final class LearntTable {

  private static final int LEAST_SLOTS = 1024;

  private final EncoderShape shape;
  private final AdamWeights adam;
  private final int[] slots;
  private int[] used = new int[LEAST_SLOTS];
  private float[] gradients;
  private int count;

  /** A table from the weights and moments of Adam. */
  LearntTable(EncoderShape shape, AdamWeights adam) {
    this.shape = shape;
    this.adam = adam;
    this.slots = new int[shape.buckets()];
    Arrays.fill(slots, -1);
    this.gradients = new float[LEAST_SLOTS * shape.dimension()];
  }

  /** All numbers, row-major, which may be changed. */
  float[] numbers() {
    return adam.weights();
  }

  /** Writes the sums of the rows of lists by the root of their number, zeros for empty lists. */
  void pool(IdLists lists, int[] chosen, float[] pooled, Lanes lanes) {
    lanes.run(
        chosen.length,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            pool(lists, chosen[i], pooled, i * shape.dimension());
          }
        });
  }

  private void pool(IdLists lists, int list, float[] pooled, int at) {
    int width = shape.dimension();
    float[] table = adam.weights();
    Arrays.fill(pooled, at, at + width, 0);
    int[] ids = lists.block(list);
    int end = lists.end(list);
    for (int i = lists.start(list); i < end; i++) {
      int row = ids[i] * width;
      for (int d = 0; d < width; d++) {
        pooled[at + d] += table[row + d];
      }
    }
    float scale = scale(lists.length(list));
    for (int d = 0; d < width; d++) {
      pooled[at + d] *= scale;
    }
  }

  private static float scale(int length) {
    return (float) (1 / Math.sqrt(Math.max(1, length)));
  }

  /** Adds the gradients of pooled vectors to those of the rows of their lists; theirs change. */
  void back(IdLists lists, int[] chosen, float[] pooled, Lanes lanes) {
    int width = shape.dimension();
    for (int list : chosen) {
      claim(lists, list);
    }
    lanes.run(
        chosen.length,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            float scale = scale(lists.length(chosen[i]));
            for (int d = i * width; d < (i + 1) * width; d++) {
              pooled[d] *= scale;
            }
          }
        });
    lanes.run(
        width,
        (from, to) -> {
          for (int i = 0; i < chosen.length; i++) {
            int[] ids = lists.block(chosen[i]);
            int end = lists.end(chosen[i]);
            for (int k = lists.start(chosen[i]); k < end; k++) {
              int slot = slots[ids[k]] * width;
              for (int d = from; d < to; d++) {
                gradients[slot + d] += pooled[i * width + d];
              }
            }
          }
        });
  }

  /** Gives each row of a list a place for its gradient. */
  private void claim(IdLists lists, int list) {
    int[] ids = lists.block(list);
    int end = lists.end(list);
    for (int i = lists.start(list); i < end; i++) {
      if (slots[ids[i]] < 0) {
        if (count == used.length) {
          used = Arrays.copyOf(used, count * 2);
          gradients = Arrays.copyOf(gradients, Math.multiplyExact(gradients.length, 2));
        }
        slots[ids[i]] = count;
        used[count++] = ids[i];
      }
    }
  }

  /** Changes the rows that were used, and forgets their gradients. */
  void step(EncoderObjective.Rate rate, Lanes lanes) {
    int width = shape.dimension();
    lanes.run(
        count,
        (from, to) -> {
          for (int slot = from; slot < to; slot++) {
            adam.step(
                used[slot] * width,
                new AdamWeights.Gradients(gradients, slot * width, width),
                rate);
            slots[used[slot]] = -1;
          }
        });
    Arrays.fill(gradients, 0, count * width, 0);
    count = 0;
  }
}
