// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.hubbeam.benchmarks.loops.BareModule;

/** Command lines that several suites share. */
final class Calls {

  /** How contenders are run. */
  enum Engine {
    FLINK("--runner=flink"),
    DIRECT("--runner=direct"),
    /** The launcher's default. */
    DEFAULT("");

    private final String option;

    Engine(String option) {
      this.option = option;
    }

    private List<String> options() {
      return option.isEmpty() ? List.of() : List.of(option);
    }
  }

  private final Workplace place;
  private final Inputs inputs;

  Calls(Workplace place) {
    this.place = place;
    this.inputs = new Inputs(place);
  }

  Inputs inputs() {
    return inputs;
  }

  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * The rate of {@code embed} without the rows of the first call of each task. The launcher counts
   * the time of these calls as start-up, but its rate includes their rows.
   */
  static OptionalDouble afterFirstCalls(OptionalDouble rate, long rows, int batch) {
    double share = 1 - (double) cores() * batch / rows;
    return rate.isPresent() && share > 0
        ? OptionalDouble.of(rate.getAsDouble() * share)
        : OptionalDouble.empty();
  }

  /** The launcher's {@code embed}, on files. */
  Contender embed(
      String name, Engine engine, Path model, Path input, long rows, String... options) {
    return Contender.of(
        name,
        Contender.Work.rows(rows),
        launcher("embed", engine, "vectors", "--module=" + model, "--input=" + input, options));
  }

  /** The launcher's {@code transform}. */
  Contender transform(
      String name, Contender.Work work, Engine engine, Path spec, Path input, String output) {
    return Contender.of(
        name, work, launcher("transform", engine, output, "--spec=" + spec, "--input=" + input));
  }

  private List<String> launcher(
      String program, Engine engine, String output, String what, String input, String... options) {
    List<String> command =
        new ArrayList<>(
            place.hubbeam(program, "--overwrite", "--output=" + place.output(output), what, input));
    command.addAll(engine.options());
    command.addAll(List.of(options));
    return command;
  }

  /** The function that all contenders fit to the census data. */
  Path adultSpec() {
    return place.root().resolve("pipelines/src/test/resources/org/hubbeam/cli/adult.yaml");
  }

  /** The peers' loop in Java; left out if it cannot be built. */
  Contender javaLoop(String name, Path model, String lines, long rows, int batch)
      throws IOException {
    try {
      return Contender.of(
          name,
          Contender.Work.rows(rows),
          List.of(
              Workplace.javaProgram(),
              "-cp",
              inputs.jloop(),
              "JLoop",
              model.toString(),
              lines,
              Long.toString(rows),
              Integer.toString(batch)));
    } catch (Missing e) {
      return Contender.absent(name, Contender.Work.rows(rows), "left out: " + e.getMessage());
    }
  }

  /** The peers' loop in Python. */
  Contender pythonLoop(String name, Path model, String kind, long rows, int batch) {
    return place.peer(
        name,
        Contender.Work.rows(rows),
        Python.TENSORFLOW,
        "py_loop.py",
        model.toString(),
        kind,
        Long.toString(rows),
        Integer.toString(batch));
  }

  /**
   * How this project's own loop calls a module.
   *
   * @param batch rows in a call
   * @param threads number of concurrent calls
   */
  record Calling(int batch, int threads) {

    /** One call per core at the same time. */
    static Calling allCores(int batch) {
      return new Calling(batch, cores());
    }

    /** One call at a time, on all cores. */
    static Calling oneByOne(int batch) {
      return new Calling(batch, 1);
    }

    private int intraOp() {
      return Math.max(1, cores() / threads);
    }
  }

  /** The project's own calls without a pipeline. */
  Contender own(String name, Path model, String lines, long rows, Calling calling) {
    return Contender.of(
        name,
        Contender.Work.rows(rows),
        place.java(
            BareModule.class,
            model.toString(),
            lines,
            Long.toString(rows),
            Integer.toString(calling.batch()),
            Integer.toString(calling.threads()),
            Integer.toString(calling.intraOp())));
  }
}
