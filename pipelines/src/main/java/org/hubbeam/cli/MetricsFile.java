// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.TreeMap;
import org.apache.beam.sdk.metrics.DistributionResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.hubbeam.files.WholeFile;
import org.jspecify.annotations.Nullable;

/**
 * What a job has counted, as JSON, every few seconds and at the end. The rows are those that have
 * gone through so far; counters and distributions are Beam's, which some engines give late, or at
 * the end alone.
 */
final class MetricsFile implements AutoCloseable {

  private static final long PERIOD_MILLIS = 10_000;

  private final @Nullable String file;
  private final ProgressDisplay watch;
  private final Timer timer = new Timer("hubbeam-metrics", true);
  private String state = "RUNNING";

  /**
   * @param file null for none
   */
  MetricsFile(@Nullable String file, ProgressDisplay watch) {
    this.file = file;
    this.watch = watch;
    if (file != null) {
      timer.schedule(
          new TimerTask() {
            @Override
            public void run() {
              write();
            }
          },
          PERIOD_MILLIS,
          PERIOD_MILLIS);
    }
  }

  /** The job has done all. */
  synchronized void done() {
    state = "DONE";
  }

  /** Writes the file for the last time. */
  @Override
  public synchronized void close() {
    timer.cancel();
    if (state.equals("RUNNING")) {
      state = "FAILED";
    }
    write();
  }

  private synchronized void write() {
    if (file == null) {
      return;
    }
    try {
      WholeFile.write(file, json().toPrettyString() + "\n");
    } catch (IOException | UncheckedIOException e) {
      watch.say("--metricsFile=" + file + " cannot be written: " + Errors.message(e));
    }
  }

  private ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("state", state).put("seconds", watch.took().seconds());
    Optional<MetricQueryResults> beam =
        watch
            .result()
            .map(result -> result.metrics().queryMetrics(MetricsFilter.builder().build()));
    Map<Name, Long> counted = beam.map(MetricsFile::counters).orElse(Map.of());
    ObjectNode rows = json.putObject("rows");
    new TreeMap<>(watch.rows())
        .forEach(
            (name, seen) ->
                rows.put(
                    name,
                    Math.max(seen, counted.getOrDefault(Name.of(RowCount.metric(name)), 0L))));
    ObjectNode counters = json.putObject("counters");
    ObjectNode distributions = json.putObject("distributions");
    if (beam.isPresent()) {
      counted.forEach((name, value) -> in(counters, name).put(name.name, value));
      distributions(beam.get())
          .forEach(
              (name, value) ->
                  in(distributions, name)
                      .putObject(name.name)
                      .put("count", value.getCount())
                      .put("sum", value.getSum())
                      .put("min", value.getMin())
                      .put("max", value.getMax()));
    }
    return json;
  }

  private static ObjectNode in(ObjectNode all, Name name) {
    return all.get(name.namespace) instanceof ObjectNode object
        ? object
        : all.putObject(name.namespace);
  }

  /** The name of a metric, of whatever step. */
  private record Name(String namespace, String name) implements Comparable<Name> {

    static Name of(MetricResult<?> metric) {
      return new Name(metric.getName().getNamespace(), metric.getName().getName());
    }

    static Name of(MetricNameFilter metric) {
      return new Name(metric.getNamespace(), String.valueOf(metric.getName()));
    }

    @Override
    public int compareTo(Name other) {
      int order = namespace.compareTo(other.namespace);
      return order != 0 ? order : name.compareTo(other.name);
    }
  }

  private static Map<Name, Long> counters(MetricQueryResults beam) {
    Map<Name, Long> sums = new TreeMap<>();
    beam.getCounters().forEach(m -> sums.merge(Name.of(m), m.getAttempted(), Long::sum));
    return sums;
  }

  private static Map<Name, DistributionResult> distributions(MetricQueryResults beam) {
    Map<Name, DistributionResult> all = new TreeMap<>();
    beam.getDistributions()
        .forEach(m -> all.merge(Name.of(m), m.getAttempted(), MetricsFile::merged));
    return all;
  }

  private static DistributionResult merged(DistributionResult one, DistributionResult other) {
    return DistributionResult.create(
        one.getSum() + other.getSum(),
        one.getCount() + other.getCount(),
        Math.min(one.getMin(), other.getMin()),
        Math.max(one.getMax(), other.getMax()));
  }
}
