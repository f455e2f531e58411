// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.VariableGradient;
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
import org.tensorflow.types.TInt64;

/** A head on vectors that stay as they are: its graph and session. Not for several threads. */
final class FrozenHead implements TrainingLoop.Trainee<RowBatch>, AutoCloseable {

  private static final String GROUP = "head";

  private final TrainingOptions options;
  private final HeadFeeds feeds;
  private final Graph graph;
  private final Session session;
  private final List<GraphVariable<TFloat32>> variables;
  private final Operand<TFloat32> stepLoss;
  private final Operand<TFloat32> logits;
  private final Operand<TFloat32> rowLosses;
  private final String update;
  private final Map<String, Access> weights = new LinkedHashMap<>();
  private final Map<String, Access> state = new LinkedHashMap<>();

  /** The nodes by which a variable is read, and given another value. */
  private record Access(String read, String given, String assign) {}

  FrozenHead(HeadFeeds feeds, TrainingOptions options) {
    HeadForm form = feeds.form();
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
    ModuleUpdates updates = new ModuleUpdates(graph, options.optimizer());
    update = updates.add(parts(), options.clipNorm(), List.of());
    for (GraphVariable<TFloat32> variable : variables) {
      String given = "given." + variable.node();
      Operand<TFloat32> value = tf.withName(given).placeholder(TFloat32.class);
      String assign = tf.assignVariableOp(variable.handle(), value).op().name();
      weights.put(variable.node(), new Access(variable.node() + ".read", given, assign));
    }
    state.putAll(weights);
    updates.slots().forEach(slot -> state.put(slot, accessOf(slot)));
    session = HeadFeeds.session(graph, options.resources());
    Map<String, Array.Dense> start = new LinkedHashMap<>();
    variables.forEach(variable -> start.put(variable.node(), variable.start()));
    restore(start);
    if (!updates.starts().isEmpty()) {
      Session.Runner runner = session.runner();
      updates.starts().forEach(runner::addTarget);
      runner.run().close();
    }
  }

  private static Access accessOf(String slot) {
    return new Access(
        ModuleUpdates.read(slot), ModuleUpdates.given(slot), ModuleUpdates.assign(slot));
  }

  private List<ModuleUpdates.Part> parts() {
    Output<?>[] values =
        variables.stream().map(v -> v.value().asOutput()).toArray(Output<?>[]::new);
    Output<?>[] gradients = graph.addGradients(stepLoss.asOutput(), values);
    List<ModuleUpdates.Part> parts = new ArrayList<>();
    for (int i = 0; i < gradients.length; i++) {
      GraphVariable<TFloat32> variable = variables.get(i);
      String tensor = gradients[i].op().name() + ":" + gradients[i].index();
      parts.add(
          new ModuleUpdates.Part(
              new VariableGradient.Dense(variable.node(), tensor),
              DType.FLOAT32,
              new org.hubbeam.batch.Shape(variable.dims()),
              GROUP));
    }
    return parts;
  }

  @Override
  public double step(RowBatch batch, long step, double factor) {
    float fedRate = StepLength.of(options.optimizer(), options.optimizer().rate() * factor, step);
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
              .feed(ModuleUpdates.length(GROUP), fed)
              .fetch(stepLoss);
      if (feeds.form().options().dropout() > 0) {
        runner.feed(HeadGraph.DROPOUT_SEED, seed);
      }
      runner.addTarget(update);
      try (Result result = runner.run()) {
        return ((TFloat32) result.get(0)).getFloat();
      }
    }
  }

  @Override
  public Measured measure(TrainingLoop.Batches<RowBatch> rows) {
    Measuring measuring = new Measuring(feeds.form().task(), feeds.form().outputs());
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
    return values(weights);
  }

  @Override
  public Map<String, Array.Dense> state() {
    return values(state);
  }

  private Map<String, Array.Dense> values(Map<String, Access> wanted) {
    Session.Runner runner = session.runner();
    wanted.values().forEach(access -> runner.fetch(access.read()));
    Map<String, Array.Dense> values = new LinkedHashMap<>();
    try (Result result = runner.run()) {
      int i = 0;
      for (String name : wanted.keySet()) {
        Tensor tensor = result.get(i++);
        List<Long> dims = Arrays.stream(tensor.shape().asArray()).boxed().toList();
        values.put(name, new Array.Dense(dims, Values.of(floats(tensor))));
      }
    }
    return values;
  }

  @Override
  public void restore(Map<String, Array.Dense> values) {
    Session.Runner runner = session.runner();
    List<TFloat32> tensors = new ArrayList<>();
    try {
      values.forEach(
          (name, array) -> {
            Access access = Objects.requireNonNull(state.get(name), name);
            long[] dims = array.dims().stream().mapToLong(Long::longValue).toArray();
            float[] floats = ((Values.Numbers) array.values()).toFloats();
            TFloat32 tensor =
                TFloat32.tensorOf(Shape.of(dims), DataBuffers.of(floats, true, false));
            tensors.add(tensor);
            runner.feed(access.given(), tensor);
            runner.addTarget(access.assign());
          });
      runner.run().close();
    } finally {
      tensors.forEach(TFloat32::close);
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
