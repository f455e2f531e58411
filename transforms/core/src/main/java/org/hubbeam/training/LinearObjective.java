// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.hubbeam.model.NativeRuntime;
import org.hubbeam.training.TrainingHistory.Measured;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * The loss of a linear head over all rows, in double precision, as a function of its weights and
 * then its bias. Not for several threads.
 */
final class LinearObjective implements LbfgsSolver.Objective, AutoCloseable {

  private final HeadFeeds feeds;
  private final TrainingOptions options;
  private final TrainingRows rows;
  private final Graph graph;
  private final Session session;
  private final List<GraphVariable<TFloat64>> variables;
  private final Operand<TFloat64> loss;
  private final Operand<TFloat64> logits;
  private final Operand<TFloat64> rowLosses;
  private final Output<?>[] gradients;

  LinearObjective(HeadFeeds feeds, TrainingOptions options, TrainingRows rows) {
    this.feeds = feeds;
    this.options = options;
    this.rows = rows;
    graph = NativeRuntime.newGraph();
    Ops tf = Ops.create(graph);
    HeadForm form = feeds.form();
    Operand<TFloat32> features =
        tf.withName(HeadFeeds.FEATURES)
            .placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, form.features())));
    HeadGraph<TFloat64> head =
        new HeadGraph<>(tf, form, options.labelSmoothing(), TFloat64.class, options.seed());
    variables = head.variables();
    logits = head.logits(tf.dtypes.cast(features, TFloat64.class));
    rowLosses = head.rowLosses(logits);
    loss = head.loss(logits);
    gradients =
        graph.addGradients(
            loss.asOutput(),
            variables.stream().map(v -> v.value().asOutput()).toArray(Output<?>[]::new));
    session = HeadFeeds.session(graph, options.resources());
  }

  /** How many numbers the function takes. */
  int size() {
    return (feeds.form().features() + 1) * feeds.form().outputs();
  }

  @Override
  public double evaluate(double[] x, double[] gradient) {
    Arrays.fill(gradient, 0);
    double sum = 0;
    RowBatch batch = new RowBatch(RowBatches.atATime(rows), rows);
    try (TFloat64 kernel = kernel(x);
        TFloat64 bias = bias(x);
        TrainingRows.Cursor cursor = rows.cursor()) {
      while (cursor.next(batch)) {
        sum += add(batch, kernel, bias, gradient);
      }
    }
    double value = sum / rows.rows();
    double l2 = options.penalties().l2();
    int weights = feeds.form().features() * feeds.form().outputs();
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] /= rows.rows();
      if (i < weights) {
        value += l2 * x[i] * x[i];
        gradient[i] += 2 * l2 * x[i];
      }
    }
    return value;
  }

  private double add(RowBatch batch, TFloat64 kernel, TFloat64 bias, double[] gradient) {
    try (TFloat32 features = HeadFeeds.features(batch);
        TFloat32 targets = feeds.targets(batch);
        TFloat32 weights = feeds.weights(batch)) {
      Session.Runner runner =
          runner(kernel, bias)
              .feed(HeadFeeds.FEATURES, features)
              .feed(HeadGraph.TARGETS, targets)
              .feed(HeadGraph.WEIGHTS, weights)
              .fetch(loss);
      for (Output<?> output : gradients) {
        runner.fetch(output);
      }
      try (Result result = runner.run()) {
        int at = 0;
        for (int i = 1; i <= gradients.length; i++) {
          for (double part : doubles(result.get(i))) {
            gradient[at++] += part * batch.rows();
          }
        }
        return ((TFloat64) result.get(0)).getDouble() * batch.rows();
      }
    }
  }

  /** The variables are fed: they are never assigned. */
  private Session.Runner runner(TFloat64 kernel, TFloat64 bias) {
    return session
        .runner()
        .feed(variables.get(0).value(), kernel)
        .feed(variables.get(1).value(), bias);
  }

  private TFloat64 kernel(double[] x) {
    HeadForm form = feeds.form();
    return TFloat64.tensorOf(
        Shape.of(form.features(), form.outputs()),
        DataBuffers.of(x, true, false).narrow((long) form.features() * form.outputs()));
  }

  private TFloat64 bias(double[] x) {
    HeadForm form = feeds.form();
    return TFloat64.tensorOf(
        Shape.of(form.outputs()),
        DataBuffers.of(x, true, false).offset((long) form.features() * form.outputs()));
  }

  private static double[] doubles(Tensor tensor) {
    TFloat64 values = (TFloat64) Objects.requireNonNull(tensor);
    double[] doubles = new double[Math.toIntExact(values.size())];
    values.asRawTensor().data().asDoubles().read(doubles);
    return doubles;
  }

  /** Measures rows. */
  Measured measure(double[] x, TrainingRows measured) {
    Measuring measuring = new Measuring(feeds.form().task(), feeds.form().outputs());
    RowBatch batch = new RowBatch(RowBatches.atATime(measured), measured);
    try (TFloat64 kernel = kernel(x);
        TFloat64 bias = bias(x);
        TrainingRows.Cursor cursor = measured.cursor()) {
      while (cursor.next(batch)) {
        try (TFloat32 features = HeadFeeds.features(batch);
            TFloat32 targets = feeds.targets(batch);
            Result result =
                runner(kernel, bias)
                    .feed(HeadFeeds.FEATURES, features)
                    .feed(HeadGraph.TARGETS, targets)
                    .fetch(rowLosses)
                    .fetch(logits)
                    .run()) {
          measuring.add(batch, floats(result.get(0)), floats(result.get(1)), feeds.scale());
        }
      }
    }
    return measuring.measured();
  }

  private static float[] floats(Tensor tensor) {
    double[] doubles = doubles(tensor);
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return floats;
  }

  /** The head with these numbers. */
  Head head(double[] x) {
    HeadForm form = feeds.form();
    float[] weights = new float[form.features() * form.outputs()];
    float[] bias = new float[form.outputs()];
    for (int i = 0; i < x.length; i++) {
      if (i < weights.length) {
        weights[i] = (float) x[i];
      } else {
        bias[i - weights.length] = (float) x[i];
      }
    }
    Layer layer = new Layer(form.features(), form.outputs(), weights, bias, Activation.LINEAR);
    return new Head(form.task(), form.labels(), List.of(layer));
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
