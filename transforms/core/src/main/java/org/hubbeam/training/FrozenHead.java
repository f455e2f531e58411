// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.NativeRuntime;
import org.hubbeam.training.TrainingHistory.Measured;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** A head on vectors that stay as they are: its graph and session. Not for several threads. */
final class FrozenHead implements TrainingLoop.Trainee<RowBatch>, AutoCloseable {

  private final HeadForm form;
  private final TrainingOptions options;
  private final HeadFeeds feeds;
  private final Graph graph;
  private final Session session;
  private final List<GraphVariable<TFloat32>> variables;
  private final List<GraphVariable<TFloat32>> slots;
  private final Operand<TFloat32> rate;
  private final Operand<TFloat32> stepLoss;
  private final Operand<TFloat32> logits;
  private final Operand<TFloat32> rowLosses;
  private final List<Op> updates;
  private final Map<String, Op> assignments = new LinkedHashMap<>();

  FrozenHead(HeadFeeds feeds, TrainingOptions options) {
    this.form = feeds.form();
    this.options = options;
    this.feeds = feeds;
    graph = NativeRuntime.newGraph();
    Ops tf = Ops.create(graph);
    Operand<TFloat32> features =
        tf.withName(HeadFeeds.FEATURES)
            .placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, form.features())));
    HeadGraph<TFloat32> head =
        new HeadGraph<>(tf, form, options.labelSmoothing(), TFloat32.class, options.seed());
    variables = head.variables();
    logits = head.logits(features);
    rowLosses = head.rowLosses(logits);
    Operand<TFloat32> training =
        form.options().dropout() > 0 ? head.trainingLogits(features) : logits;
    Operand<TFloat32> loss = head.loss(training);
    boolean penalised = !options.penalties().equals(TrainingOptions.Penalties.NONE);
    stepLoss = penalised ? tf.math.add(loss, head.penalty(options.penalties())) : loss;
    OptimizerGraph optimizer = new OptimizerGraph(tf, options.optimizer(), "training.rate");
    addUpdates(tf, optimizer);
    rate = optimizer.rate();
    updates = optimizer.updates();
    slots = optimizer.slots();
    for (GraphVariable<TFloat32> variable : all()) {
      Operand<TFloat32> value =
          tf.withName("assign." + variable.node()).placeholder(TFloat32.class);
      assignments.put(variable.node(), tf.assignVariableOp(variable.handle(), value));
    }
    session = HeadFeeds.session(graph, options.resources());
    Map<String, Array.Dense> start = new LinkedHashMap<>();
    all().forEach(variable -> start.put(variable.node(), variable.start()));
    restore(start);
  }

  private void addUpdates(Ops tf, OptimizerGraph optimizer) {
    Output<?>[] values =
        variables.stream().map(v -> v.value().asOutput()).toArray(Output<?>[]::new);
    Output<?>[] gradients = graph.addGradients(stepLoss.asOutput(), values);
    @Nullable Operand<TFloat32> factor = clipping(tf, gradients);
    for (int i = 0; i < gradients.length; i++) {
      Operand<TFloat32> gradient = gradients[i].expect(TFloat32.class);
      GraphVariable<TFloat32> variable = variables.get(i);
      optimizer.dense(
          variable.node(),
          variable.dims(),
          variable.handle(),
          factor == null ? gradient : tf.math.mul(gradient, factor));
    }
  }

  private @Nullable Operand<TFloat32> clipping(Ops tf, Output<?>[] gradients) {
    Double clipNorm = options.clipNorm();
    if (clipNorm == null) {
      return null;
    }
    List<Operand<TFloat32>> squares = new ArrayList<>();
    for (Output<?> gradient : gradients) {
      Operand<TFloat32> half = tf.nn.l2Loss(gradient.expect(TFloat32.class));
      squares.add(tf.math.mul(half, tf.constant(2f)));
    }
    return OptimizerGraph.clipping(tf, squares, clipNorm);
  }

  private List<GraphVariable<TFloat32>> all() {
    List<GraphVariable<TFloat32>> all = new ArrayList<>(variables);
    all.addAll(slots);
    return all;
  }

  @Override
  public double step(RowBatch batch, long step, double factor) {
    float fedRate =
        OptimizerGraph.fedRate(options.optimizer(), options.optimizer().rate() * factor, step);
    try (TFloat32 features = HeadFeeds.features(batch);
        TFloat32 targets = feeds.targets(batch);
        TFloat32 weights = feeds.weights(batch);
        TFloat32 fed = TFloat32.scalarOf(fedRate);
        TInt64 seed = TInt64.vectorOf(options.seed(), step)) {
      Session.Runner runner =
          session
              .runner()
              .feed(HeadFeeds.FEATURES, features)
              .feed(HeadGraph.TARGETS, targets)
              .feed(HeadGraph.WEIGHTS, weights)
              .feed(rate, fed)
              .fetch(stepLoss);
      if (form.options().dropout() > 0) {
        runner.feed(HeadGraph.DROPOUT_SEED, seed);
      }
      updates.forEach(runner::addTarget);
      try (Result result = runner.run()) {
        return ((TFloat32) result.get(0)).getFloat();
      }
    }
  }

  @Override
  public Measured measure(TrainingLoop.Batches<RowBatch> rows) {
    Measuring measuring = new Measuring(form.task(), form.outputs());
    try (TrainingLoop.Source<RowBatch> source = rows.all()) {
      for (RowBatch batch = source.next(); batch != null; batch = source.next()) {
        try (TFloat32 features = HeadFeeds.features(batch);
            TFloat32 targets = feeds.targets(batch);
            Result result =
                session
                    .runner()
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
    TFloat32 floats = (TFloat32) tensor;
    float[] values = new float[Math.toIntExact(floats.size())];
    floats.asRawTensor().data().asFloats().read(values);
    return values;
  }

  @Override
  public Map<String, Array.Dense> weights() {
    return values(variables);
  }

  @Override
  public Map<String, Array.Dense> state() {
    return values(all());
  }

  private Map<String, Array.Dense> values(List<GraphVariable<TFloat32>> wanted) {
    Session.Runner runner = session.runner();
    wanted.forEach(variable -> runner.fetch(variable.node() + ".read"));
    Map<String, Array.Dense> values = new LinkedHashMap<>();
    try (Result result = runner.run()) {
      for (int i = 0; i < wanted.size(); i++) {
        GraphVariable<TFloat32> variable = wanted.get(i);
        values.put(
            variable.node(), new Array.Dense(variable.dims(), Values.of(floats(result.get(i)))));
      }
    }
    return values;
  }

  @Override
  public void restore(Map<String, Array.Dense> state) {
    Session.Runner runner = session.runner();
    List<TFloat32> tensors = new ArrayList<>();
    try {
      state.forEach(
          (node, array) -> {
            TFloat32 tensor =
                TFloat32.tensorOf(
                    Shape.of(array.dims().stream().mapToLong(Long::longValue).toArray()),
                    DataBuffers.of(floats(array), true, false));
            tensors.add(tensor);
            runner.feed("assign." + node, tensor);
            runner.addTarget(assignments.get(node));
          });
      runner.run().close();
    } finally {
      tensors.forEach(TFloat32::close);
    }
  }

  private static float[] floats(Array.Dense array) {
    Values.Numbers numbers = (Values.Numbers) array.values();
    if (numbers.dtype() != DType.FLOAT32) {
      throw new IllegalArgumentException("the state of a head is float32, not " + numbers.dtype());
    }
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers.getDouble(i);
    }
    return floats;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
