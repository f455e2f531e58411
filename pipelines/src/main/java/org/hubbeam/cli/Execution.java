// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * A pipeline that ran to its end.
 *
 * @param result its metrics are there
 * @param took how long
 */
record Execution(PipelineResult result, RunDuration took) {

  /**
   * Runs a pipeline and waits for it.
   *
   * @throws NotRunningException when it ended otherwise than done
   */
  static Execution run(Pipeline pipeline, ProgressDisplay watch) {
    PipelineOptions options = pipeline.getOptions();
    PipelineResult result = submit(pipeline);
    watch.submitted(result);
    PipelineResult.State state = Engines.of(options).await(result, options, watch);
    if (state != null && state != PipelineResult.State.DONE) {
      throw new NotRunningException("the pipeline ended as " + state);
    }
    RunDuration took = watch.took();
    return new Execution(result, Engines.of(options).isStepByStep() ? took.whole() : took);
  }

  /**
   * Submits a pipeline.
   *
   * @throws NotRunningException when it cannot be
   */
  static PipelineResult submit(Pipeline pipeline) {
    try {
      return pipeline.run();
    } catch (RuntimeException e) {
      throw Engines.of(pipeline.getOptions()).isRunBySubmitting() ? e : new NotRunningException(e);
    }
  }

  /** What a counter has come to, over all steps and workers. */
  long count(MetricNameFilter counter) {
    long count = 0;
    for (MetricResult<Long> part :
        result
            .metrics()
            .queryMetrics(MetricsFilter.builder().addNameFilter(counter).build())
            .getCounters()) {
      count += part.getAttempted();
    }
    return count;
  }
}
