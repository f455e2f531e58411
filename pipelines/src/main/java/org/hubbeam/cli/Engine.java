package org.hubbeam.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * Which engine runs a pipeline, from the options of a command line: every option of Beam and its
 * runners may be given, and what is left out is set so that one machine is used well.
 *
 * <p>On Flink, batch jobs run as bounded streams: only these keep all steps from reading to writing
 * in one task, also where a step has several outputs, so that no batch is encoded in between. Their
 * tasks are as many as the parallelism says, whatever the size of the input, unless a configuration
 * of the user's own ({@code FLINK_CONF_DIR}, {@code --flinkConfDir}) says otherwise. The direct
 * runner does not check every element for changes unless asked to.
 */
final class Engine {

  /** Flink, unless the input is small. */
  static final String AUTO = "auto";

  private static final String FLINK = "flink";
  private static final String DIRECT = "direct";

  private static final Map<String, String> RUNNERS =
      Map.of(FLINK, "FlinkRunner", DIRECT, "DirectRunner");

  /** Flink's memory for exchanges between tasks grows with the square of their number. */
  private static final int NETWORK_MIB_PER_TASK = 8;

  /**
   * Flink's memory for sorting, at most, for each task: steps take their part of it when they
   * start, needed or not, and what does not fit is sorted in parts on disk.
   */
  private static final long SORTING_MIB_PER_TASK = 256;

  /** The part of the heap's size that Flink has for sorting, outside of the heap, at most. */
  private static final double SORTING_OF_HEAP = 0.4;

  /** What one task keeps for one exchange, of 32 KiB each: little goes that way. */
  private static final int EXCHANGE_BUFFERS = 16;

  /** A bundle that is written is a file: it ends with its task's input, not with the clock. */
  private static final long ONE_FILE_MILLIS = TimeUnit.DAYS.toMillis(1000);

  private static final Pattern UNKNOWN =
      Pattern.compile("missing a property named '([^']*)'\\.?(?: Did you mean (.*?)\\?)?");

  private static final Pattern RUNNER =
      Pattern.compile("Unknown 'runner' specified .*supported pipeline runners (\\[.*])");

  private Engine() {}

  /**
   * The engine for a job. Where none was asked for it is Flink; but its cluster takes longer to
   * start than small input takes to go through, which so goes to the direct runner. Who gives
   * options for the engine means Flink.
   *
   * @param asked for, or {@link #AUTO}
   * @param given Beam's own options
   * @param inputs the names of the files that are read; none where they are not known
   */
  static String of(String asked, List<String> given, List<String> inputs) {
    if (!asked.equalsIgnoreCase(AUTO)) {
      return asked;
    }
    return given.isEmpty() && !inputs.isEmpty() && SmallInput.is(inputs) ? DIRECT : FLINK;
  }

  /**
   * The options of the pipeline.
   *
   * @param runner {@code flink}, {@code direct}, or the name of a Beam runner
   * @param given Beam's own options as {@code --name=value}
   * @param near options of the program that are near to one that Beam does not know
   * @throws WrongUse when one of them is unknown or has a value that is not allowed
   */
  static PipelineOptions options(
      String runner, List<String> given, Function<String, Optional<String>> near) {
    for (String argument : given) {
      if (!argument.matches("--\\w+(=.*)?")) {
        throw new WrongUse("'" + argument + "' is no option; options are written --name=value");
      }
    }
    String engine = runner.toLowerCase(Locale.ROOT);
    if (given.isEmpty() && RUNNERS.containsKey(engine)) {
      OptionsRegistry.know(engine);
    } else {
      OptionsRegistry.knowAll();
    }
    String name = RUNNERS.getOrDefault(engine, runner);
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
      throw new WrongUse(explain(e.getMessage(), runner, near));
    }
  }

  /** The name of the engine, for people. */
  static String name(PipelineOptions options) {
    return options.getRunner().getSimpleName().replace("Runner", "");
  }

  /** Whether it does each step for all rows before it does the next. */
  static boolean isStepByStep(PipelineOptions options) {
    return options.getRunner().getSimpleName().equals(RUNNERS.get(DIRECT));
  }

  private static void addFlinkDefaults(List<String> arguments) {
    int cores = Runtime.getRuntime().availableProcessors();
    add(arguments, "flinkMaster", "[local]");
    add(arguments, "parallelism", Integer.toString(cores));
    add(arguments, "objectReuse", "true");
    add(arguments, "fasterCopy", "true");
    add(arguments, "useDataStreamForBatch", "true");
    add(arguments, "maxBundleSize", Integer.toString(Integer.MAX_VALUE));
    add(arguments, "maxBundleTimeMills", Long.toString(ONE_FILE_MILLIS));
    if (System.getenv("FLINK_CONF_DIR") == null && !has(arguments, "flinkConfDir")) {
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
      String message, String runner, Function<String, Optional<String>> near) {
    Matcher unknown = UNKNOWN.matcher(message);
    if (unknown.find()) {
      String option = "--" + unknown.group(1);
      Optional<String> meant =
          near.apply(option)
              .or(
                  () ->
                      Optional.ofNullable(unknown.group(2))
                          .map(n -> n.replaceAll("[\\[\\]']", "")));
      return "unknown option '" + option + "'" + Errors.meant(meant);
    }
    Matcher runners = RUNNER.matcher(message);
    return runners.find()
        ? "--runner=" + runner + " is not on the class path; there are " + runners.group(1)
        : message;
  }
}
