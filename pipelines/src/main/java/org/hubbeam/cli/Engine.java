// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.hubbeam.batch.Suggestions;

/**
 * Selects the engine and makes the options of a pipeline. All options of Beam and its runners can
 * be given; defaults suit a single machine.
 *
 * <p>On Flink, batch jobs run as bounded streams, which chain all steps from reading to writing
 * into one task, even if a step has several outputs, so that no batch is serialized in between. The
 * number of tasks is the parallelism, unless the user has a Flink configuration ({@code
 * FLINK_CONF_DIR}, {@code --flinkConfDir}). The direct runner's checks for mutated elements are off
 * by default.
 */
final class Engine {

  /** Flink, unless the input is small. */
  static final String AUTO = "auto";

  private static final String FLINK = "flink";
  private static final String DIRECT = "direct";

  private static final Map<String, String> RUNNERS =
      Map.of(FLINK, "FlinkRunner", DIRECT, "DirectRunner");

  /** Network buffers: their number grows with the square of the number of tasks. */
  private static final int NETWORK_MIB_PER_TASK = 8;

  /** The maximum of Flink's managed memory for sorting; data that does not fit goes to disk. */
  private static final long SORTING_MIB_PER_TASK = 256;

  /** The maximum of Flink's managed memory, which is off-heap, as a fraction of the heap size. */
  private static final double SORTING_OF_HEAP = 0.4;

  /** Buffers of 32 KiB per exchange of a task; exchanges carry little data. */
  private static final int EXCHANGE_BUFFERS = 16;

  /** Each bundle becomes a file, so bundles must not end before the input of their task. */
  private static final long ONE_FILE_MILLIS = TimeUnit.DAYS.toMillis(1000);

  private static final Pattern UNKNOWN =
      Pattern.compile("missing a property named '([^']*)'\\.?(?: Did you mean (.*?)\\?)?");

  private static final Pattern VALUE =
      Pattern.compile("(?s)from String \"(.*)\": not a valid `?(?:\\w+\\.)*(\\w+)");

  private static final Pattern RUNNER =
      Pattern.compile("Unknown 'runner' specified .*supported pipeline runners (\\[.*])");

  private Engine() {}

  /**
   * Selects the engine of a job. {@link #AUTO} is Flink, but the direct runner for small input
   * without Beam options, because Flink would take longer to start than to process it.
   *
   * @param asked the engine that the user asked for, or {@link #AUTO}
   * @param given Beam's own options
   * @param inputs the globs of the files that are read; empty if there are none
   */
  static String select(String asked, List<String> given, List<String> inputs) {
    if (!asked.equalsIgnoreCase(AUTO)) {
      return asked;
    }
    return given.isEmpty() && !inputs.isEmpty() && SmallInput.is(inputs) ? DIRECT : FLINK;
  }

  /**
   * Makes the options of the pipeline.
   *
   * @param runner {@code flink}, {@code direct}, or the name of a Beam runner
   * @param given Beam's own options as {@code --name=value}
   * @param near finds the options of the program that are similar to an unknown one
   * @throws UsageException if an option is unknown or has an invalid value
   */
  static PipelineOptions options(
      String runner, List<String> given, Function<String, List<String>> near) {
    checkForm(given, near);
    String engine = runner.toLowerCase(Locale.ROOT);
    if (given.isEmpty() && RUNNERS.containsKey(engine)) {
      OptionsRegistry.know(engine);
    } else {
      OptionsRegistry.knowAll();
    }
    String name = RUNNERS.containsKey(engine) ? RUNNERS.get(engine) : Runners.find(runner);
    List<String> arguments = new ArrayList<>(given);
    arguments.add("--runner=" + name);
    if (name.equals("FlinkRunner")) {
      addFlinkDefaults(arguments);
    } else if (name.equals("DirectRunner")) {
      addDirectDefaults(arguments);
    }
    try {
      PipelineOptions options =
          PipelineOptionsFactory.fromArgs(arguments.toArray(String[]::new))
              .withValidation()
              .create();
      options.as(LocalTasks.class).setLocalTasks(localTasks(name, arguments));
      return options;
    } catch (IllegalArgumentException e) {
      throw new UsageException(explain(Errors.ownMessage(e), runner, given, near));
    }
  }

  /**
   * Checks that the cluster that the options name answers.
   *
   * @param given Beam's own options as {@code --name=value}
   */
  static void checkReachable(PipelineOptions options, List<String> given) {
    if (!options.getRunner().getSimpleName().equals(RUNNERS.get(FLINK))) {
      return;
    }
    FlinkMaster.Access access =
        configured(given) ? FlinkMaster.Access.CONFIGURED : FlinkMaster.Access.PLAIN;
    given.stream()
        .filter(option -> option.startsWith("--flinkMaster="))
        .flatMap(option -> FlinkMaster.parse(option.split("=", 2)[1]).stream())
        .forEach(master -> master.check(access));
  }

  private static boolean configured(List<String> arguments) {
    return System.getenv("FLINK_CONF_DIR") != null || has(arguments, "flinkConfDir");
  }

  /** The name of the engine for messages. */
  static String name(PipelineOptions options) {
    return options.getRunner().getSimpleName().replace("Runner", "");
  }

  /** Whether the engine finishes each step for all rows before it starts the next. */
  static boolean isStepByStep(PipelineOptions options) {
    return options.getRunner().getSimpleName().equals(RUNNERS.get(DIRECT));
  }

  private static void addFlinkDefaults(List<String> arguments) {
    int cores = Runtime.getRuntime().availableProcessors();
    if (arguments.stream().anyMatch(a -> a.matches("--parallelism=(0|-[2-9]|-\\d\\d+)"))) {
      throw new UsageException("--parallelism must be 1 or more");
    }
    add(arguments, "flinkMaster", "[local]");
    add(arguments, "parallelism", Integer.toString(cores));
    add(arguments, "objectReuse", "true");
    add(arguments, "fasterCopy", "true");
    add(arguments, "useDataStreamForBatch", "true");
    add(arguments, "maxBundleSize", Integer.toString(Integer.MAX_VALUE));
    add(arguments, "maxBundleTimeMills", Long.toString(ONE_FILE_MILLIS));
    if (!configured(arguments)) {
      int parallelism = parallelism(arguments, cores);
      arguments.add("--flinkConfDir=" + flinkConfiguration(parallelism));
    }
  }

  private static void addDirectDefaults(List<String> arguments) {
    add(arguments, "enforceImmutability", "false");
    add(arguments, "enforceEncodability", "false");
  }

  private static int localTasks(String runner, List<String> arguments) {
    int cores = Runtime.getRuntime().availableProcessors();
    return switch (runner) {
      case "DirectRunner" -> cores;
      case "FlinkRunner" ->
          arguments.contains("--flinkMaster=[local]") ? parallelism(arguments, cores) : 0;
      default -> 0;
    };
  }

  private static int parallelism(List<String> arguments, int otherwise) {
    return arguments.stream()
        .filter(a -> a.matches("--parallelism=\\d{1,6}"))
        .mapToInt(a -> Integer.parseInt(a.substring(a.indexOf('=') + 1)))
        .findFirst()
        .orElse(otherwise);
  }

  private static void add(List<String> arguments, String name, String value) {
    if (!has(arguments, name)) {
      arguments.add("--" + name + "=" + value);
    }
  }

  private static boolean has(List<String> arguments, String name) {
    return arguments.stream().anyMatch(a -> a.startsWith("--" + name + "="));
  }

  private static Path flinkConfiguration(int parallelism) {
    int mebibytes = Math.max(64, NETWORK_MIB_PER_TASK * parallelism);
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    long sorting = Math.min(Math.round(heap * SORTING_OF_HEAP), SORTING_MIB_PER_TASK * parallelism);
    try {
      Path folder = Files.createTempDirectory("hubbeam-flink");
      Path file = folder.resolve("flink-conf.yaml");
      Files.writeString(
          file,
          String.join(
              "\n",
              "taskmanager.memory.network.min: " + mebibytes + "m",
              "taskmanager.memory.network.max: " + mebibytes + "m",
              "taskmanager.memory.managed.size: " + sorting + "m",
              "taskmanager.network.sort-shuffle.min-buffers: " + EXCHANGE_BUFFERS,
              "jobmanager.scheduler: Default",
              ""));
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String explain(
      String message, String runner, List<String> given, Function<String, List<String>> near) {
    Matcher value = VALUE.matcher(message);
    if (value.find()) {
      String asked = value.group(1);
      return given.stream().filter(option -> option.endsWith("=" + asked)).findFirst().orElse(asked)
          + " must be a "
          + value.group(2);
    }
    Matcher unknown = UNKNOWN.matcher(message);
    if (unknown.find()) {
      String option = "--" + unknown.group(1);
      List<String> meant = near.apply(option);
      String other = unknown.group(2);
      if (meant.isEmpty() && other != null) {
        meant =
            Stream.of(other.split(","))
                .map(n -> "--" + n.replaceAll("[^A-Za-z0-9]", ""))
                .limit(3)
                .toList();
      }
      return "unknown option '"
          + option
          + "'"
          + Runners.ofOption(option)
          + Suggestions.didYouMean(meant);
    }
    return RUNNER.matcher(message).find() ? Errors.ownMessage(Runners.missing(runner)) : message;
  }

  /** Refuses what is not written as an option. */
  private static void checkForm(List<String> given, Function<String, List<String>> near) {
    String before = "";
    for (String argument : given) {
      if (!argument.matches("(?s)--\\w+(=.*)?")) {
        throw new UsageException(misplaced(argument, before, near));
      }
      before = argument;
    }
  }

  private static String misplaced(
      String argument, String before, Function<String, List<String>> near) {
    if (argument.startsWith("-")) {
      String option = argument.split("=", 2)[0];
      return "unknown option '" + option + "'" + Suggestions.didYouMean(near.apply(option));
    }
    String unexpected = "unexpected argument '" + argument + "'; ";
    if (before.matches("--\\w+")) {
      return unexpected + "write " + before + "=" + argument;
    }
    if (Files.exists(Path.of(argument))) {
      return unexpected
          + "to name several files, put a glob in quotes: --input='"
          + glob(argument)
          + "'";
    }
    return unexpected + "options are written --name=value";
  }

  private static String glob(String file) {
    int name = file.lastIndexOf('/') + 1;
    int dot = file.lastIndexOf('.');
    return file.substring(0, name) + "*" + (dot < name ? "" : file.substring(dot));
  }
}
