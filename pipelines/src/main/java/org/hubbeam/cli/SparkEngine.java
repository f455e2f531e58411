// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/**
 * Spark, in this process or on the cluster that {@code spark-submit} names.
 *
 * <p>Each task is a partition, and each partition becomes a file. Where a step has several outputs,
 * Spark computes the step once for each of them unless it keeps what came out. It is kept in
 * memory, and on disk if it does not fit, so that a module is not called twice for a row.
 */
final class SparkEngine implements Engine {

  private static final Duration COUNT = Duration.ofSeconds(1);

  /**
   * The master of {@code spark-submit}; null without it. Beam takes it by itself; if it is named to
   * Beam, all of Spark's jars are sent to the executors again.
   */
  private static final @Nullable String SUBMITTED_TO = System.getProperty("spark.master");

  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d{1,6}|\\*)(?:,\\d+)?])?");

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public String runnerClass() {
    return "org.apache.beam.runners.spark.SparkRunner";
  }

  @Override
  public void addDefaults(EngineArguments arguments) {
    if (SUBMITTED_TO == null) {
      arguments.add("sparkMaster", "local[" + cores() + "]");
    } else if (arguments.has("sparkMaster")) {
      throw new UsageException(
          "leave out --sparkMaster: the --master of spark-submit, " + SUBMITTED_TO + ", is used");
    }
    arguments.add("storageLevel", "MEMORY_AND_DISK");
  }

  @Override
  public int localTasks(EngineArguments arguments) {
    Matcher local = LOCAL.matcher(master(arguments));
    if (!local.matches()) {
      return 0;
    }
    String tasks = local.group(1);
    return tasks == null ? 1 : tasks.equals("*") ? cores() : Integer.parseInt(tasks);
  }

  /** What has several outputs is computed for all rows of a task before the next step sees any. */
  @Override
  public boolean isStepByStep() {
    return true;
  }

  @Override
  public boolean isRunBySubmitting() {
    return false;
  }

  @Override
  public String cluster(EngineArguments given) {
    String master = master(given);
    return LOCAL.matcher(master).matches() ? "" : master;
  }

  /** The launcher is Spark's driver, without which its executors end. */
  @Override
  public RunState stateWithoutLauncher(RunRecord.EngineJob job) {
    return RunState.ENDED;
  }

  /** Beam's metrics come with the end of each task; those of tasks in this process sooner. */
  @Override
  public PipelineResult.State await(
      PipelineResult result, PipelineOptions options, JobWatch watch) {
    return options.as(LocalTasks.class).getLocalTasks() > 0
        ? result.waitUntilFinish()
        : MetricsPolling.await(result, watch, COUNT);
  }

  private static String master(EngineArguments arguments) {
    return SUBMITTED_TO == null ? arguments.value("sparkMaster").orElse("") : SUBMITTED_TO;
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }
}
