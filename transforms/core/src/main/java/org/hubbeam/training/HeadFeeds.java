// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/** What the graph of a head on frozen vectors is fed: tensors, which the caller closes. */
record HeadFeeds(HeadForm form, RowWeights rowWeights, TargetScale scale) {

  /** The node of the features of a batch. */
  static final String FEATURES = "training.features";

  /** A session over a graph. */
  static Session session(Graph graph, TrainingOptions.Resources resources) {
    return new Session(
        graph,
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(resources.threads())
            .setInterOpParallelismThreads(resources.threads())
            .setUsePerSessionThreads(resources.threads() > 0)
            .build());
  }

  /** The features of a batch. */
  static TFloat32 features(RowBatch batch) {
    return matrix(batch.featureValues(), batch.rows(), batch.features());
  }

  /** The targets of a batch, numbers to scale. */
  TFloat32 targets(RowBatch batch) {
    float[] targets = batch.targetValues();
    if (form.task() == Task.NUMBER) {
      targets = targets.clone();
      for (int i = 0; i < batch.rows(); i++) {
        targets[i] = scale.scaled(targets[i]);
      }
    }
    return matrix(targets, batch.rows(), batch.targets());
  }

  private static TFloat32 matrix(float[] values, int rows, int columns) {
    return TFloat32.tensorOf(
        Shape.of(rows, columns), DataBuffers.of(values, true, false).narrow((long) rows * columns));
  }

  /** The weights of a batch. */
  TFloat32 weights(RowBatch batch) {
    float[] weights = new float[batch.rows()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = rowWeights.of(batch.weights()[i], batch.targetValues()[i * batch.targets()]);
    }
    return TFloat32.vectorOf(weights);
  }
}
