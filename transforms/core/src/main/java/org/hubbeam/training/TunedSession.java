// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.TrainableFunction;
import org.hubbeam.gradients.TrainingSession;
import org.hubbeam.model.RowFeeds;
import org.hubbeam.training.TunedGraph.Trained;

/** A {@link TunedGraph} that runs. Not for several threads. */
final class TunedSession implements AutoCloseable {

  private final TunedGraph.Parts parts;
  private final TunedGraph graph;
  private final TrainingSession session;

  private TunedSession(TunedGraph.Parts parts, TunedGraph graph, TrainingSession session) {
    this.parts = parts;
    this.graph = graph;
    this.session = session;
  }

  static TunedSession open(TunedGraph.Parts parts) {
    TunedGraph graph = TunedGraph.of(parts);
    Map<String, Array.Dense> head = new LinkedHashMap<>();
    graph.head().forEach(v -> head.put(v.node(), v.start()));
    TrainingSession session = TrainingSession.open(parts.function(), graph.graph(), head);
    try {
      session.step(Map.of(), List.of(), graph.starts());
      return new TunedSession(parts, graph, session);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** Rows as they are fed: inputs with targets, scaled as they are trained, and weights. */
  record Rows(Batch inputs, float[] targets, float[] weights) {}

  /** How long the steps are, and what dropout is told by. */
  record Lengths(float head, float module, long seed, long step) {}

  /**
   * Makes a step.
   *
   * @return the loss before it, with what weights cost
   */
  double step(Rows rows, Trained trained, Lengths lengths) {
    TunedGraph.Step step = Objects.requireNonNull(graph.steps().get(trained));
    String loss = Objects.requireNonNull(graph.loss().get(trained));
    Map<String, Array.Dense> fixed = new LinkedHashMap<>();
    fixed.put(TunedGraph.headLength(), Array.Dense.scalar(Values.of(lengths.head)));
    if (trained == Trained.ALL) {
      fixed.put(TunedGraph.moduleLength(), Array.Dense.scalar(Values.of(lengths.module)));
    }
    List<RowFeeds.Call> calls = RowFeeds.of(parts.function().inputs(), rows.inputs).calls();
    List<String> targets = new ArrayList<>(List.of(step.call()));
    if (trained == Trained.ALL) {
      targets.addAll(parts.function().updates());
    }
    double sum = 0;
    for (RowFeeds.Call call : calls) {
      Map<String, Array.Dense> feeds = feeds(rows, call);
      if (step.end() == null) {
        feeds.putAll(fixed);
      } else {
        feeds.put(TunedGraph.SHARE, Array.Dense.scalar(Values.of(1f / calls.size())));
      }
      if (parts.form().options().dropout() > 0) {
        feeds.put(
            HeadGraph.DROPOUT_SEED,
            Array.Dense.vector(Values.of(lengths.seed + call.from(), lengths.step)));
      }
      sum += number(session.step(feeds, List.of(loss), targets).get(0));
    }
    if (step.end() != null) {
      session.step(fixed, List.of(), List.of(step.end()));
    }
    return sum;
  }

  private Map<String, Array.Dense> feeds(Rows rows, RowFeeds.Call call) {
    Map<String, Array.Dense> feeds = new LinkedHashMap<>(parts.function().feeds(call.arrays()));
    int all = call.rows() + call.copies();
    int width = parts.form().targets();
    float[] targets = new float[all * width];
    float[] weights = new float[all];
    // the loss is the mean over the rows of the call; that of the batch is wanted
    float part = (float) all / rows.weights.length;
    for (int i = 0; i < all; i++) {
      int row = call.from() + Math.min(i, call.rows() - 1);
      System.arraycopy(rows.targets, row * width, targets, i * width, width);
      weights[i] = i < call.rows() ? rows.weights[row] * part : 0;
    }
    feeds.put(
        HeadGraph.TARGETS, new Array.Dense(List.of((long) all, (long) width), Values.of(targets)));
    feeds.put(HeadGraph.WEIGHTS, Array.Dense.vector(Values.of(weights)));
    return feeds;
  }

  /** The losses of rows without their weights, and their logits. */
  record Scored(float[] losses, float[] logits) {}

  Scored score(Rows rows) {
    int count = rows.weights.length;
    int width = parts.form().outputs();
    Scored scored = new Scored(new float[count], new float[count * width]);
    for (RowFeeds.Call call : RowFeeds.of(parts.function().inputs(), rows.inputs).calls()) {
      Map<String, Array.Dense> feeds = feeds(rows, call);
      List<Array.Dense> results =
          session.step(feeds, List.of(graph.rowLosses(), graph.logits()), List.of());
      copy(results.get(0), scored.losses, call.from(), call.rows());
      copy(results.get(1), scored.logits, call.from() * width, call.rows() * width);
    }
    return scored;
  }

  private static void copy(Array.Dense from, float[] to, int at, int count) {
    Values.Numbers numbers = (Values.Numbers) from.values();
    for (int i = 0; i < count; i++) {
      to[at + i] = (float) numbers.getDouble(i);
    }
  }

  private static double number(Array.Dense scalar) {
    return ((Values.Numbers) scalar.values()).getDouble(0);
  }

  /** The variables of the head, and where wanted what the optimizer keeps. */
  List<String> headNodes() {
    return graph.head().stream().map(GraphVariable::node).toList();
  }

  /** What the optimizer keeps, by the names that they have in every session of the training. */
  Map<String, Array.Dense> slots() {
    Map<String, Array.Dense> values = new LinkedHashMap<>();
    for (String slot : graph.slots()) {
      List<Array.Dense> read = session.step(Map.of(), List.of(ModuleUpdates.read(slot)), List.of());
      values.put(slot, read.get(0));
    }
    return values;
  }

  /** Whether the optimizer keeps this here. */
  boolean hasSlot(String slot) {
    return graph.slots().contains(slot);
  }

  void assignSlot(String slot, Array.Dense value) {
    session.step(
        Map.of(ModuleUpdates.given(slot), value), List.of(), List.of(ModuleUpdates.assign(slot)));
  }

  /** The value of a variable of the module, by its path, or of the head, by its node. */
  Array.Dense value(String variable) {
    return session.value(variable);
  }

  void assign(String variable, Array.Dense value) {
    session.assign(variable, value);
  }

  TrainableFunction function() {
    return parts.function();
  }

  @Override
  public void close() {
    session.close();
  }
}
