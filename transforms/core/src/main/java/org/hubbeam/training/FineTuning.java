// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.gradients.ModuleVariable;
import org.hubbeam.training.TrainingHistory.Measured;
import org.hubbeam.training.TunedGraph.Trained;

/**
 * A module and a head that are trained together: sessions of the module's function as it is used in
 * training, and as it is used afterwards, which may be the same. Not for several threads.
 */
final class FineTuning implements TrainingLoop.Trainee<RowBatch>, AutoCloseable {

  private static final String MODULE = "module/";

  private final Setting setting;
  private final TunedSession training;
  private final TunedSession inference;
  private final Set<String> changed;
  private boolean ahead;
  private boolean joint;

  /**
   * What is trained.
   *
   * @param headSteps how many steps the head is trained alone
   */
  record Setting(
      HeadForm form,
      TrainingOptions options,
      TuningOptions tuning,
      RowWeights rowWeights,
      TargetScale scale,
      InputRows inputs,
      long headSteps) {}

  /**
   * Training that has not begun.
   *
   * @param inference {@code training} itself where the function is the same
   * @param trained the variables that steps change
   */
  FineTuning(
      Setting setting,
      TunedSession training,
      TunedSession inference,
      Iterable<ModuleVariable> trained) {
    this.setting = setting;
    this.training = training;
    this.inference = inference;
    this.changed = new LinkedHashSet<>();
    trained.forEach(v -> changed.add(v.path()));
    Set<String> byFunction = TunedGraph.changedByFunction(training.function());
    training.function().variables().stream()
        .filter(v -> byFunction.contains(v.node()))
        .forEach(v -> changed.add(v.path()));
    this.joint = setting.headSteps == 0;
  }

  /** How numbers are trained. */
  TargetScale scale() {
    return setting.scale;
  }

  @Override
  public double step(RowBatch batch, long step, double factor) {
    boolean alone = step < setting.headSteps;
    if (!alone && !joint) {
      copyHead();
      joint = true;
    }
    Optimizer optimizer = setting.options.optimizer();
    long own = step - setting.headSteps;
    TunedSession.Lengths lengths =
        new TunedSession.Lengths(
            StepLength.of(optimizer, optimizer.rate() * factor, step),
            alone ? 0 : StepLength.of(optimizer, setting.tuning.rate() * factor, own),
            setting.options.seed(),
            step);
    ahead = !alone;
    return alone
        ? inference.step(rows(batch), Trained.HEAD, lengths)
        : training.step(rows(batch), Trained.ALL, lengths);
  }

  /** Goes on with the head that was trained alone. */
  private void copyHead() {
    if (inference != training) {
      inference.headNodes().forEach(n -> training.assign(n, inference.value(n)));
      inference.slots().forEach(training::assignSlot);
    }
  }

  private TunedSession.Rows rows(RowBatch batch) {
    int width = batch.targets();
    float[] targets = new float[batch.rows() * width];
    for (int i = 0; i < targets.length; i++) {
      targets[i] =
          setting.form.task() == Task.NUMBER
              ? setting.scale.scaled(batch.targetValues()[i])
              : batch.targetValues()[i];
    }
    float[] weights = new float[batch.rows()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = setting.rowWeights.of(batch.weights()[i], targets[i * width]);
    }
    return new TunedSession.Rows(setting.inputs.of(batch), targets, weights);
  }

  @Override
  public Measured measure(TrainingLoop.Batches<RowBatch> rows) {
    bringUp();
    Measuring measuring = new Measuring(setting.form.task(), setting.form.outputs());
    try (TrainingLoop.Source<RowBatch> source = rows.all()) {
      for (RowBatch batch = source.next(); batch != null; batch = source.next()) {
        TunedSession.Scored scored = inference.score(rows(batch));
        measuring.add(batch, scored.losses(), scored.logits(), setting.scale);
      }
    }
    return measuring.measured();
  }

  /** Takes what training changed to where it is measured. */
  private void bringUp() {
    if (ahead && inference != training) {
      values().forEach(inference::assign);
      ahead = false;
    }
  }

  private TunedSession present() {
    return joint ? training : inference;
  }

  private Map<String, Array.Dense> values() {
    Map<String, Array.Dense> values = new LinkedHashMap<>();
    changed.forEach(path -> values.put(path, training.value(path)));
    TunedSession present = present();
    present.headNodes().forEach(node -> values.put(node, present.value(node)));
    return values;
  }

  @Override
  public Map<String, Array.Dense> weights() {
    Map<String, Array.Dense> weights = new LinkedHashMap<>();
    values().forEach((name, value) -> weights.put(named(name), value));
    return weights;
  }

  private String named(String variable) {
    return changed.contains(variable) ? MODULE + variable : variable;
  }

  @Override
  public Map<String, Array.Dense> state() {
    Map<String, Array.Dense> state = weights();
    state.putAll(present().slots());
    return state;
  }

  @Override
  public void restore(Map<String, Array.Dense> state) {
    state.forEach(
        (name, value) -> {
          if (name.startsWith(MODULE)) {
            training.assign(name.substring(MODULE.length()), value);
          } else if (training.hasSlot(name)) {
            training.assignSlot(name, value);
          } else {
            training.assign(name, value);
          }
        });
    if (inference != training) {
      state.forEach(
          (name, value) -> {
            if (name.startsWith(MODULE)) {
              inference.assign(name.substring(MODULE.length()), value);
            } else if (inference.hasSlot(name)) {
              inference.assignSlot(name, value);
            } else if (!training.hasSlot(name)) {
              inference.assign(name, value);
            }
          });
    }
  }

  /** The module's part of weights, by the names that {@code inspect} shows. */
  static Map<String, Array.Dense> moduleValues(Map<String, Array.Dense> weights) {
    Map<String, Array.Dense> values = new LinkedHashMap<>();
    weights.forEach(
        (name, value) -> {
          if (name.startsWith(MODULE)) {
            values.put(name.substring(MODULE.length()), value);
          }
        });
    return values;
  }

  @Override
  public void close() {
    training.close();
    if (inference != training) {
      inference.close();
    }
  }
}
