// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How many rows of a job have gone through {@link RowCount}, as Flink counts the {@link RowTicks}.
 * Flink collects such numbers every 10 seconds, and begins anew when it starts the job anew.
 *
 * @param rest the cluster
 * @param job its id
 */
record FlinkRows(FlinkRest rest, String job) {

  private static final String METRIC = ".numRecordsIn";

  /** By the names of the counters; empty where nothing is known yet. */
  Map<String, RowCount.Seen> seen(List<FlinkRest.Vertex> vertices) throws IOException {
    Map<String, RowCount.Seen> seen = new HashMap<>();
    for (FlinkRest.Vertex vertex : vertices) {
      List<String> steps =
          rest.metrics(job, vertex.id()).stream().filter(name -> step(name).isPresent()).toList();
      if (!steps.isEmpty()) {
        rest.sums(job, vertex.id(), steps)
            .forEach(
                (name, elements) ->
                    step(name)
                        .ifPresent(
                            step ->
                                seen.merge(
                                    step.counter(),
                                    step.unit().seen(elements),
                                    RowCount.Seen::plus)));
      }
    }
    return seen;
  }

  private static Optional<RowTicks.Step> step(String metric) {
    return metric.endsWith(METRIC)
        ? RowTicks.Step.parse(metric.substring(0, metric.length() - METRIC.length()))
        : Optional.empty();
  }
}
