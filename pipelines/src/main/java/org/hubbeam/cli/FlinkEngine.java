// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

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

  /** The default one runs bounded streams with as many tasks as were asked for. */
  private static final String SCHEDULER = "jobmanager.scheduler";

  /** The id that a job is submitted under. */
  private static final String JOB_ID = "$internal.pipeline.job-id";

  /**
   * What becomes of a job that fails, unless the user says so. It is started anew 6 times in all,
   * over 3 minutes: a dead worker is noticed after some 50 seconds.
   */
  private static final Map<String, String> RESTARTS =
      Map.of(
          "restart-strategy.type", "exponential-delay",
          "restart-strategy.exponential-delay.initial-backoff", "5 s",
          "restart-strategy.exponential-delay.backoff-multiplier", "2.0",
          "restart-strategy.exponential-delay.max-backoff", "60 s",
          "restart-strategy.exponential-delay.jitter-factor", "0.1",
          "restart-strategy.exponential-delay.attempts-before-reset-backoff", "6",
          "restart-strategy.exponential-delay.reset-backoff-threshold", "365 d");

  private static final String RETRIES = "6";
  private static final String RETRY_MILLIS = "30000";

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
    Optional<FlinkConfiguration> own = FlinkConfiguration.given(arguments);
    FlinkConfiguration given = own.orElse(FlinkConfiguration.EMPTY);
    if (FlinkJobJar.isRunByFlink() && !given.hasRestartStrategy()) {
      // The configuration is that of flink run, and cannot be added to.
      arguments.add("numberOfExecutionRetries", RETRIES);
      arguments.add("executionRetryDelay", RETRY_MILLIS);
    }
    if (master(arguments).isEmpty()) {
      if (!isConfigured(arguments) && !isAuto(arguments)) {
        arguments.set("flinkConfDir", local(arguments.number("parallelism", cores)).toString());
      }
      return;
    }
    FlinkJobJar.addTo(arguments);
    if (own.isPresent() || !isConfigured(arguments)) {
      arguments.set("flinkConfDir", given.withDefault(SCHEDULER, "Default").write().toString());
    }
    if (!given.isEncrypted()) {
      // Else Beam waits for the end of the job, and nobody can look after it.
      arguments.set("attachedMode", "false");
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

  @Override
  public boolean isDetachable(PipelineOptions options) {
    ClusterJob job = options.as(ClusterJob.class);
    return job.getCluster() != null && job.getClusterJobId() != null;
  }

  private static Optional<FlinkMaster> master(RunRecord.EngineJob job) {
    return job.cluster().isEmpty() ? Optional.empty() : FlinkMaster.parse(job.cluster());
  }

  @Override
  public void describe(ClusterJob job, EngineArguments arguments) {
    Optional<FlinkMaster> master = master(arguments);
    Optional<FlinkConfiguration> configuration = FlinkConfiguration.given(arguments);
    if (master.isEmpty() || configuration.isEmpty()) {
      return;
    }
    String id = UUID.randomUUID().toString().replace("-", "");
    Path folder = Path.of(arguments.value("flinkConfDir").orElseThrow());
    configuration.get().with(Map.of(JOB_ID, id)).writeTo(folder);
    job.setClusterConfiguration(folder.toString());
    job.setClusterJobId(id);
    if (!configuration.get().isEncrypted()) {
      job.setCluster(master.get().toString());
    }
  }

  @Override
  public void check(PipelineOptions options, EngineArguments given) {
    Optional<FlinkMaster> master = master(given);
    if (master.isEmpty()) {
      return;
    }
    FlinkConfiguration own = FlinkConfiguration.given(given).orElse(FlinkConfiguration.EMPTY);
    FlinkMaster.Access access =
        own.isEncrypted() ? FlinkMaster.Access.ENCRYPTED : FlinkMaster.Access.PLAIN;
    master.get().check(access);
    FlinkJobJar.check(given);
    Map<String, String> cluster = Map.of();
    if (access == FlinkMaster.Access.PLAIN) {
      FlinkRest rest = new FlinkRest(master.get());
      FlinkVersion.check(rest);
      checkOutput(rest, options.getJobName());
      cluster = configuration(rest);
    }
    if (!own.hasRestartStrategy() && !FlinkConfiguration.hasRestartStrategy(cluster)) {
      addRestarts(options.as(ClusterJob.class));
    }
  }

  @Override
  public boolean isCountingElements() {
    return true;
  }

  @Override
  public PipelineResult.State await(
      PipelineResult result, PipelineOptions options, JobWatch watch) {
    ClusterJob job = options.as(ClusterJob.class);
    String cluster = job.getCluster();
    String id = job.getClusterJobId();
    return cluster == null || id == null
        ? result.waitUntilFinish()
        : new FlinkWatch(
                new FlinkRest(FlinkMaster.parse(cluster).orElseThrow()),
                id,
                watch,
                FlinkWatch.Patience.DEFAULT)
            .await();
  }

  /** Two jobs that write to the same place would mix their files. */
  private static void checkOutput(FlinkRest rest, String name) {
    Optional<String> output = JobName.parse(name).map(JobName::output);
    jobs(rest).stream()
        .filter(FlinkRest.FlinkJob::isAlive)
        .filter(job -> output.isPresent())
        .filter(job -> JobName.parse(job.name()).map(JobName::output).equals(output))
        .findFirst()
        .ifPresent(
            job -> {
              throw new UsageException(
                  "the job "
                      + job.id()
                      + " writes to "
                      + output.get()
                      + " already; wait for its end, or cancel it: hubbeam jobs --flinkMaster="
                      + rest.master()
                      + " --cancel="
                      + job.id());
            });
  }

  private static List<FlinkRest.FlinkJob> jobs(FlinkRest rest) {
    try {
      return rest.jobs();
    } catch (IOException e) {
      throw new EnvironmentException("--flinkMaster: " + Errors.ownMessage(e), e);
    }
  }

  private static Map<String, String> configuration(FlinkRest rest) {
    try {
      return rest.config();
    } catch (IOException e) {
      // Not every cluster shows it.
      return Map.of();
    }
  }

  private static void addRestarts(ClusterJob job) {
    String folder = job.getClusterConfiguration();
    if (folder != null) {
      FlinkConfiguration.read(Path.of(folder))
          .orElseThrow()
          .with(RESTARTS)
          .writeTo(Path.of(folder));
    }
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

  private static Path local(int parallelism) {
    int mebibytes = Math.max(64, NETWORK_MIB_PER_TASK * parallelism);
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    long sorting = Math.min(Math.round(heap * SORTING_OF_HEAP), SORTING_MIB_PER_TASK * parallelism);
    Map<String, String> values = new LinkedHashMap<>();
    values.put("taskmanager.memory.network.min", mebibytes + "m");
    values.put("taskmanager.memory.network.max", mebibytes + "m");
    values.put("taskmanager.memory.managed.size", sorting + "m");
    values.put("taskmanager.network.sort-shuffle.min-buffers", "" + EXCHANGE_BUFFERS);
    values.put(SCHEDULER, "Default");
    return FlinkConfiguration.EMPTY.with(values).write();
  }
}
