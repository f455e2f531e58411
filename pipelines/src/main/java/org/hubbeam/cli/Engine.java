// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Optional;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * What the programs know of one of Beam's runners. {@link Engines} selects one; to add another,
 * implement this and name it there.
 */
interface Engine {

  /** The value of {@code --runner}: {@code flink}. */
  String name();

  /** The class of Beam's runner. */
  String runnerClass();

  /** The name of that class without its package: {@code FlinkRunner}. */
  default String runner() {
    return runnerClass().substring(runnerClass().lastIndexOf('.') + 1);
  }

  /** The name in messages: {@code Flink}. */
  default String title() {
    return runner().replace("Runner", "");
  }

  /** Whether it is on the class path. */
  default boolean isHere() {
    return Engine.class.getResource("/" + runnerClass().replace('.', '/') + ".class") != null;
  }

  /**
   * Adds the options that the user did not give and that suit hubbeam.
   *
   * @throws UsageException if given ones make no sense
   */
  default void addDefaults(EngineArguments arguments) {}

  /**
   * How many tasks run at the same time in this process; 0 where they run elsewhere, or that is not
   * known.
   *
   * @param arguments with the defaults
   */
  default int localTasks(EngineArguments arguments) {
    return 0;
  }

  /** Whether it finishes each step for all rows before it starts the next. */
  default boolean isStepByStep() {
    return false;
  }

  /**
   * The address of the cluster that options name; empty where there is none, or it is not known.
   */
  default String cluster(EngineArguments given) {
    return "";
  }

  /** The command that lists the jobs of a cluster, as {@link #cluster} gives it. */
  default String listing(String cluster) {
    return "./hubbeam jobs --flinkMaster=" + cluster;
  }

  /** Whether a job goes on whose launcher has ended. */
  default RunState stateWithoutLauncher(RunRecord.EngineJob job) {
    return RunState.UNKNOWN;
  }

  /**
   * Whether a job goes on when its launcher returns, and can be looked for and cancelled then; see
   * {@link #listing}.
   */
  default boolean isDetachable(PipelineOptions options) {
    return false;
  }

  /**
   * Whether Beam waits for the end of a job when it submits it, so that what is thrown then may
   * come from a job that runs.
   */
  default boolean isRunBySubmitting() {
    return true;
  }

  /**
   * Whether workers can see folders of this machine: those of clusters may share some with it,
   * those of a cloud do not.
   */
  default boolean seesThisMachine() {
    return true;
  }

  /**
   * What is to be said before the job starts; empty for nothing.
   *
   * @param given Beam's options, as the user gave them
   */
  default Optional<String> notice(EngineArguments given) {
    return Optional.empty();
  }

  /**
   * Whether it tells, while a job runs elsewhere, how many elements each step has got, and Beam's
   * metrics at the end alone.
   */
  default boolean isCountingElements() {
    return false;
  }

  /**
   * Says in the options of a pipeline what {@link ClusterJob} asks.
   *
   * @param arguments with the defaults
   */
  default void describe(ClusterJob job, EngineArguments arguments) {}

  /**
   * Checks that the cluster that the options name answers and can run the job, and adds what
   * depends on it.
   *
   * @param given Beam's options, as the user gave them
   * @throws EnvironmentException if it does not
   */
  default void check(PipelineOptions options, EngineArguments given) {}

  /**
   * The name of a job.
   *
   * @param program what runs: {@code embed}
   * @param output where it writes to
   */
  default String jobName(String program, String output) {
    return JobName.of(program, output);
  }

  /**
   * Waits for the end of a job.
   *
   * @param watch is told what can be known of it until then
   * @throws RuntimeException if it fails, with the cause
   */
  default PipelineResult.State await(
      PipelineResult result, PipelineOptions options, JobWatch watch) {
    return options.as(LocalTasks.class).getLocalTasks() > 0
        ? result.waitUntilFinish()
        : MetricsPolling.await(result, watch, MetricsPolling.PERIOD);
  }
}
