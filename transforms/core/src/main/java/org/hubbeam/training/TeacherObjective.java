// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Arrays;

/**
 * Texts are to get the direction of their teacher's vectors: the loss is 1 less the cosine. Where
 * rows of the table have another length than these vectors, a projection is learnt, too.
 */
final class TeacherObjective extends EncoderObjective {

  private final TaughtTexts texts;
  private final int[] train;
  private final int[] heldOut;
  private final int width;
  private final int outputs;

  TeacherObjective(TaughtTexts texts, EncoderOptions options, Lanes lanes) {
    super(options, texts.dimension() == 0 ? 1 : texts.dimension(), lanes);
    this.texts = texts;
    this.train = texts.train(options.split());
    this.heldOut = texts.heldOut(options.split());
    this.width = options.shape().dimension();
    this.outputs = texts.dimension();
  }

  @Override
  int[] items() {
    return train;
  }

  @Override
  long hash() {
    return texts.hash();
  }

  @Override
  int heldOut() {
    return heldOut.length;
  }

  /** What a batch of texts gets. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
  private record Encoded(float[] pooled, float[] units, float[] lengths) {}

  private Encoded encode(int[] items) {
    float[] pooled = new float[items.length * width];
    table().pool(texts.lists(), items, pooled, lanes());
    AdamWeights projection = projection();
    float[] units = projection == null ? pooled : project(projection, pooled);
    float[] lengths = new float[items.length];
    UnitRows.divide(units, lengths, lanes());
    return new Encoded(pooled, units, lengths);
  }

  private float[] project(AdamWeights by, float[] pooled) {
    int rows = pooled.length / width;
    float[] projected = new float[rows * outputs];
    lanes()
        .run(
            rows,
            (from, to) -> {
              for (int row = from; row < to; row++) {
                for (int d = 0; d < width; d++) {
                  float weight = pooled[row * width + d];
                  for (int out = 0; out < outputs; out++) {
                    projected[row * outputs + out] += weight * by.weights()[d * outputs + out];
                  }
                }
              }
            });
    return projected;
  }

  @Override
  double step(int[] items, Rate rate) {
    Encoded encoded = encode(items);
    float[] gradients = new float[encoded.units.length];
    double cosines = 0;
    for (int i = 0; i < items.length; i++) {
      float[] wanted = texts.vector(items[i]);
      cosines += UnitRows.dot(encoded.units, i * outputs, wanted, 0, outputs);
      for (int d = 0; d < outputs; d++) {
        gradients[i * outputs + d] = -wanted[d] / items.length;
      }
    }
    UnitRows.back(gradients, encoded.units, encoded.lengths, lanes());
    AdamWeights projection = projection();
    float[] pooled =
        projection == null ? gradients : back(projection, encoded.pooled, gradients, rate);
    table().back(texts.lists(), items, pooled, lanes());
    table().step(rate, lanes());
    return 1 - cosines / items.length;
  }

  /** Changes the projection; gives the gradients of what it was applied to. */
  private float[] back(AdamWeights by, float[] pooled, float[] gradients, Rate rate) {
    int rows = pooled.length / width;
    float[] before = new float[pooled.length];
    lanes()
        .run(
            rows,
            (from, to) -> {
              for (int row = from; row < to; row++) {
                for (int d = 0; d < width; d++) {
                  before[row * width + d] =
                      UnitRows.dot(gradients, row * outputs, by.weights(), d * outputs, outputs);
                }
              }
            });
    float[] own = new float[width * outputs];
    lanes()
        .run(
            width,
            (from, to) -> {
              for (int row = 0; row < rows; row++) {
                for (int d = from; d < to; d++) {
                  float weight = pooled[row * width + d];
                  for (int out = 0; out < outputs; out++) {
                    own[d * outputs + out] += weight * gradients[row * outputs + out];
                  }
                }
              }
            });
    by.step(0, new AdamWeights.Gradients(own, 0, own.length), rate);
    return before;
  }

  @Override
  public TrainingHistory.Measured measure(TrainingLoop.Batches<int[]> unused) {
    double cosines = 0;
    int most = 1024;
    for (int from = 0; from < heldOut.length; from += most) {
      int[] items = Arrays.copyOfRange(heldOut, from, Math.min(from + most, heldOut.length));
      float[] units = encode(items).units;
      for (int i = 0; i < items.length; i++) {
        cosines += UnitRows.dot(units, i * outputs, texts.vector(items[i]), 0, outputs);
      }
    }
    double mean = cosines / heldOut.length;
    return new TrainingHistory.Measured(1 - mean, mean);
  }
}
