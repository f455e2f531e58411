// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Flink, in this process or on a cluster.
 *
 * <p>Batch jobs run as bounded streams, which chain all steps from reading to writing into one
 * task, even if a step has several outputs, so that no batch is serialized in between. The number
 * of tasks is the parallelism, unless the user has a Flink configuration ({@code FLINK_CONF_DIR},
 * {@code --flinkConfDir}).
 */
final class FlinkEngine implements Engine {

  private static final String LOCAL = "[local]";

  /** As {@code flink run} says. */
  private static final String AUTO = "[auto]";

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

  @Override
  public String name() {
    return "flink";
  }

  @Override
  public String runnerClass() {
    return "org.apache.beam.runners.flink.FlinkRunner";
  }

  @Override
  public void addDefaults(EngineArguments arguments) {
    int cores = Runtime.getRuntime().availableProcessors();
    if (arguments.value("parallelism").filter(p -> p.matches("0|-[2-9]|-\\d\\d+")).isPresent()) {
      throw new UsageException("--parallelism must be 1 or more");
    }
    arguments.add("flinkMaster", FlinkJobJar.isRunByFlink() ? AUTO : LOCAL);
    if (!isAuto(arguments)) {
      arguments.add("parallelism", Integer.toString(cores));
    }
    arguments.add("objectReuse", "true");
    arguments.add("fasterCopy", "true");
    arguments.add("useDataStreamForBatch", "true");
    arguments.add("maxBundleSize", Integer.toString(Integer.MAX_VALUE));
    arguments.add("maxBundleTimeMills", Long.toString(ONE_FILE_MILLIS));
    if (master(arguments).isPresent()) {
      FlinkJobJar.addTo(arguments);
    }
    if (!isConfigured(arguments) && !isAuto(arguments)) {
      Path folder = configuration(arguments.number("parallelism", cores));
      arguments.add("flinkConfDir", folder.toString());
    }
  }

  @Override
  public int localTasks(EngineArguments arguments) {
    return arguments.value("flinkMaster").filter(LOCAL::equals).isPresent()
        ? arguments.number("parallelism", Runtime.getRuntime().availableProcessors())
        : 0;
  }

  @Override
  public String cluster(EngineArguments given) {
    return master(given).map(FlinkMaster::toString).orElse("");
  }

  @Override
  public RunState stateWithoutLauncher(RunRecord.EngineJob job) {
    Optional<FlinkMaster> master = master(job);
    if (master.isEmpty()) {
      return RunState.ENDED;
    }
    try {
      boolean alive =
          new FlinkRest(master.get())
              .jobs().stream()
                  .filter(FlinkRest.FlinkJob::isAlive)
                  .anyMatch(j -> j.id().equals(job.id()) || j.name().equals(job.name()));
      return alive ? RunState.RUNNING : RunState.ENDED;
    } catch (IOException e) {
      return RunState.UNKNOWN;
    }
  }

  private static Optional<FlinkMaster> master(RunRecord.EngineJob job) {
    return job.cluster().isEmpty() ? Optional.empty() : FlinkMaster.parse(job.cluster());
  }

  @Override
  public void check(EngineArguments given) {
    FlinkMaster.Access access =
        isConfigured(given) ? FlinkMaster.Access.CONFIGURED : FlinkMaster.Access.PLAIN;
    master(given)
        .ifPresent(
            master -> {
              master.check(access);
              FlinkJobJar.check(given);
            });
  }

  /** The cluster that options name; empty for engines in this process. */
  private static Optional<FlinkMaster> master(EngineArguments arguments) {
    return arguments.value("flinkMaster").flatMap(FlinkMaster::parse);
  }

  /** Whether Flink knows where the job runs. */
  private static boolean isAuto(EngineArguments arguments) {
    return arguments.value("flinkMaster").filter(AUTO::equals).isPresent();
  }

  private static boolean isConfigured(EngineArguments arguments) {
    return System.getenv("FLINK_CONF_DIR") != null || arguments.has("flinkConfDir");
  }

  private static Path configuration(int parallelism) {
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
}
