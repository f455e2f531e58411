// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * Selects the engine and makes the options of a pipeline. All options of Beam and its runners can
 * be given; the defaults are the engine's.
 */
final class Engines {

  /** The first engine on the class path, unless the input is small. */
  static final String AUTO = "auto";

  private static final Engine DIRECT = new DirectEngine();

  /** In the order in which {@link #AUTO} takes those that are here. */
  private static final List<Engine> KNOWN =
      List.of(new FlinkEngine(), new SparkEngine(), new DataflowEngine(), DIRECT);

  private Engines() {}

  /**
   * Selects the engine of a job. {@link #AUTO} is the first engine on the class path, Flink where
   * it is there, but the direct runner for small input without Beam options, because another would
   * take longer to start than to process it.
   *
   * @param asked the engine that the user asked for, or {@link #AUTO}
   * @param given Beam's own options
   * @param inputs the globs of the files that are read; empty if there are none
   */
  static String select(String asked, List<String> given, List<String> inputs) {
    if (!asked.equalsIgnoreCase(AUTO)) {
      return asked;
    }
    if (given.isEmpty() && !inputs.isEmpty() && DIRECT.isHere() && SmallInput.is(inputs)) {
      return DIRECT.name();
    }
    return KNOWN.stream()
        .filter(Engine::isHere)
        .findFirst()
        .orElseThrow(() -> Runners.missing(KNOWN.get(0).name()))
        .name();
  }

  /**
   * Makes the options of the pipeline.
   *
   * @param asked {@code flink}, {@code direct}, or the name of a Beam runner
   * @param given Beam's own options as {@code --name=value}
   * @param near finds the options of the program that are similar to an unknown one
   * @throws UsageException if an option is unknown or has an invalid value
   */
  static PipelineOptions options(
      String asked, List<String> given, Function<String, List<String>> near) {
    EngineOptionErrors.checkForm(given, near);
    Engine engine =
        known(asked).filter(Engine::isHere).orElseGet(() -> new OtherEngine(Runners.find(asked)));
    if (given.isEmpty() && engine.name().equalsIgnoreCase(asked)) {
      OptionsRegistry.know(engine.name());
    } else {
      OptionsRegistry.knowAll();
    }
    EngineArguments arguments = new EngineArguments(given);
    arguments.add("runner", engine.runner());
    engine.addDefaults(arguments);
    try {
      PipelineOptions options =
          PipelineOptionsFactory.fromArgs(arguments.all().toArray(String[]::new))
              .withValidation()
              .create();
      options.as(LocalTasks.class).setLocalTasks(engine.localTasks(arguments));
      engine.describe(options.as(ClusterJob.class), arguments);
      return options;
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          EngineOptionErrors.explain(Errors.ownMessage(e), asked, given, near));
    }
  }

  /** The engine of a pipeline. */
  static Engine of(PipelineOptions options) {
    String runner = options.getRunner().getName();
    return KNOWN.stream()
        .filter(engine -> engine.runnerClass().equals(runner))
        .findFirst()
        .orElseGet(() -> new OtherEngine(runner));
  }

  /** The engine of this name. */
  static Engine named(String name) {
    return known(name).orElseGet(() -> new OtherEngine(name));
  }

  /** By the value of {@code --runner}, which may have "Runner" at its end. */
  private static Optional<Engine> known(String asked) {
    return KNOWN.stream()
        .filter(e -> e.name().equalsIgnoreCase(asked) || e.runner().equalsIgnoreCase(asked))
        .findFirst();
  }
}
