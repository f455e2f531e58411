// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.gradients.ModuleVariable;
import org.hubbeam.gradients.TrainableFunction;
import org.hubbeam.gradients.TrainingSession;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.RowFeeds;
import org.hubbeam.training.TunedGraph.Calls;
import org.hubbeam.vectors.Pooling;
import org.jspecify.annotations.Nullable;

/**
 * Trains a module together with a head on one of its outputs.
 *
 * <p>The graph of the function that was made with {@code training=true} is trained, where there is
 * one, and measured as it is used afterwards. What the module wants added to the loss ({@code
 * regularization_losses}) is added, moving averages are updated once a step. Of embedding tables
 * only the rows that a batch used are changed. Losses, optimizers and everything else are as in
 * {@link HeadTrainer}; with one thread, the same rows and seed give the same values bit by bit.
 *
 * <pre>{@code
 * TunedModule tuned =
 *     FineTuner.of(folder, ModuleOptions.DEFAULT, FunctionChoice.ANY)
 *         .train(data, HeadOptions.LINEAR, options, Checkpoints.none(), TrainingListener.NONE);
 * }</pre>
 */
public final class FineTuner {

  private static final String TRAINING = "training";

  /** How many rows are measured together. */
  private static final int MEASURED_ROWS = 256;

  private final Settings settings;

  private record Settings(
      Path folder,
      ModuleOptions options,
      FunctionChoice choice,
      @Nullable String output,
      Pooling.Kind pooling,
      TuningOptions tuning) {}

  private FineTuner(Settings settings) {
    this.settings = settings;
  }

  /**
   * Trains a function of a module.
   *
   * @param folder the module
   */
  public static FineTuner of(Path folder, ModuleOptions options, FunctionChoice choice) {
    return new FineTuner(
        new Settings(folder, options, choice, null, Pooling.Kind.NONE, TuningOptions.DEFAULT));
  }

  /** Puts the head on this output; else on the only floating one. */
  public FineTuner withOutput(String output) {
    return new FineTuner(
        new Settings(
            settings.folder,
            settings.options,
            settings.choice,
            output,
            settings.pooling,
            settings.tuning));
  }

  /** Makes one vector of each sequence that the output has. */
  public FineTuner withPooling(Pooling.Kind kind) {
    return new FineTuner(
        new Settings(
            settings.folder,
            settings.options,
            settings.choice,
            settings.output,
            kind,
            settings.tuning));
  }

  /** Sets how the module is trained. */
  public FineTuner withTuning(TuningOptions tuning) {
    return new FineTuner(
        new Settings(
            settings.folder,
            settings.options,
            settings.choice,
            settings.output,
            settings.pooling,
            tuning));
  }

  /**
   * Checks whether the module can be trained, without loading it.
   *
   * @throws TrainingException naming what stands in the way: no floating output, no variables, an
   *     operation without gradient
   * @throws ModuleException when there is no such function, or it cannot be made one graph
   */
  public void check() {
    TrainableFunction function = function(settings.options);
    output(function);
    settings.tuning.variables().of(function);
  }

  /**
   * Trains. Where {@code checkpoints} have a state, training goes on from there, and ends in the
   * same values.
   *
   * @throws TrainingException as {@link #check} and {@link HeadTrainer#train} do
   */
  public TunedModule train(
      InputData data,
      HeadOptions head,
      TrainingOptions options,
      Checkpoints checkpoints,
      TrainingListener listener) {
    if (options.optimizer() instanceof Optimizer.Lbfgs) {
      throw new TrainingException(
          "L-BFGS trains heads on modules that stay as they are: with --trainable use adam, sgd or"
              + " adagrad");
    }
    ModuleOptions loading = loading(options.resources().threads());
    TrainableFunction function = function(loading);
    ArraySpec output = output(function);
    List<ModuleVariable> trained = settings.tuning.variables().of(function);
    RowFeeds calls = RowFeeds.of(function.inputs(), sample(data));
    HeadForm form =
        new HeadForm(
            data.rows().task(), width(function, output, calls), data.rows().labels(), head);
    OptionsCheck.require(form.task(), form.options(), options);
    TunedGraph.Parts parts =
        new TunedGraph.Parts(
            function,
            output.name(),
            settings.pooling,
            form,
            options,
            trained,
            calls.takesAll() ? Calls.ONE : Calls.SEVERAL);
    try (FineTuning tuning = tuning(parts, loading, data)) {
      TrainingLoop.Surroundings surroundings =
          new TrainingLoop.Surroundings(fingerprint(parts, data), checkpoints, listener);
      TrainingLoop.Result result =
          new TrainingLoop<>(
                  tuning,
                  new RowBatches(data.rows().train(), options.batchSize()),
                  data.heldOut() == 0 ? null : new RowBatches(data.rows().heldOut(), MEASURED_ROWS),
                  options,
                  surroundings)
              .run();
      Head scaled = HeadGraph.head(form, result.weights());
      Head unscaled = tuning.scale().unscaled(scaled);
      return new TunedModule(
          FineTuning.moduleValues(result.weights()), new TrainedHead(unscaled, result.history()));
    }
  }

  /** The vectors that the output has after training. */
  public TunedVectors vectors(TunedModule tuned, TrainingOptions options) {
    ModuleOptions loading = loading(options.resources().threads());
    TrainableFunction trained = function(loading);
    ArraySpec output = output(trained);
    return TunedVectors.open(
        usedFunction(trained, loading), output.name(), settings.pooling, tuned.values());
  }

  private FineTuning tuning(TunedGraph.Parts parts, ModuleOptions loading, InputData data) {
    TrainingOptions options = parts.options();
    long stepsPerEpoch = (data.train() + options.batchSize() - 1) / options.batchSize();
    FineTuning.Setting setting =
        new FineTuning.Setting(
            parts.form(),
            options,
            settings.tuning,
            RowWeights.of(options.classWeights(), data.rows()),
            TargetScale.of(data.rows().task(), data.rows().train()),
            data.inputs(),
            stepsPerEpoch * settings.tuning.headEpochs());
    TrainableFunction used = usedFunction(parts.function(), loading);
    TunedSession training = TunedSession.open(parts);
    if (used == parts.function()) {
      return new FineTuning(setting, training, training, parts.trained());
    }
    try {
      TunedSession inference = TunedSession.open(parts.withFixed(used));
      return new FineTuning(setting, training, inference, parts.trained());
    } catch (RuntimeException e) {
      training.close();
      throw e;
    }
  }

  private String fingerprint(TunedGraph.Parts parts, InputData data) {
    return Fingerprint.of(
            parts.form(),
            parts.options(),
            data.rows().train().fingerprint(),
            data.rows().heldOut().fingerprint())
        + "\nmodule "
        + settings.choice
        + " "
        + parts.output()
        + " "
        + (parts.pooling() == Pooling.Kind.NONE ? "" : parts.pooling() + " ")
        + parts.function().variables().hashCode()
        + "\n"
        + settings.tuning;
  }

  private ModuleOptions loading(int threads) {
    ModuleOptions.Devices own = settings.options.devices();
    return threads == 0
        ? settings.options
        : settings.options.withDevices(new ModuleOptions.Devices(threads, threads, own.gpu()));
  }

  private TrainableFunction function(ModuleOptions loading) {
    return TrainableFunction.of(settings.folder, loading, settings.choice);
  }

  /** The function as it is used after training; the same where that makes no difference. */
  private TrainableFunction usedFunction(TrainableFunction trained, ModuleOptions loading) {
    if (settings.choice.arguments().containsKey(TRAINING)) {
      return trained;
    }
    try {
      TrainableFunction used =
          TrainableFunction.of(settings.folder, loading, settings.choice.with(TRAINING, false));
      return used.graph().equals(trained.graph()) ? trained : used;
    } catch (ModuleException e) {
      return trained;
    }
  }

  private ArraySpec output(TrainableFunction function) {
    List<ArraySpec> floating =
        function.outputs().stream()
            .filter(o -> o.dtype().isFloating() && o.layout() == Layout.DENSE)
            .toList();
    String wanted = settings.output;
    if (wanted == null && floating.size() == 1) {
      return floating.get(0);
    }
    if (floating.isEmpty()) {
      throw new TrainingException(
          "the function has no floating output to train by; it has " + function.outputs());
    }
    return floating.stream()
        .filter(o -> o.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new TrainingException(
                    wanted == null
                        ? "the function has several floating outputs, choose one (--vector): "
                            + floating
                        : "there is no floating output '" + wanted + "'; there are " + floating));
  }

  /** The first rows, to see what calls take and give. */
  private static Batch sample(InputData data) {
    TrainingRows rows = data.rows().train();
    RowBatch batch = new RowBatch(2, rows);
    try (TrainingRows.Cursor cursor = rows.cursor()) {
      cursor.next(batch);
    }
    return data.inputs().of(batch);
  }

  /** How many numbers a row of an output has: as it declares, else as a call gives. */
  private int width(TrainableFunction function, ArraySpec output, RowFeeds calls) {
    Shape shape = output.shape();
    if (settings.pooling != Pooling.Kind.NONE && shape.hasRank() && shape.rank() > 1) {
      return Math.toIntExact(shape.dim(shape.rank() - 1));
    }
    if (calls.takesAll() && shape.hasRank() && shape.rank() > 0 && shape.row().isFull()) {
      return Math.toIntExact(shape.row().dims().stream().reduce(1L, Math::multiplyExact));
    }
    RowFeeds.Call call = calls.calls().get(0);
    String tensor = Objects.requireNonNull(function.outputTensors().get(output.name())).get(0);
    try (TrainingSession session = TrainingSession.open(function, function.graph(), Map.of())) {
      Array.Dense given =
          session.step(function.feeds(call.arrays()), List.of(tensor), List.of()).get(0);
      return given.values().size() / (call.rows() + call.copies());
    }
  }
}
