// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;

/**
 * Lets batches through and counts their rows for all of this JVM: engines that run inside of it
 * give their metrics, which hold the same number, only at the end.
 */
final class RowCount extends PTransform<PCollection<Batch>, PCollection<Batch>> {
  private static final long serialVersionUID = 1;

  private static final String NAMESPACE = "hubbeam";
  private static final String BYTES = "_bytes";
  private static final Map<String, Tally> TALLIES = new ConcurrentHashMap<>();

  private final String counter;

  private RowCount(String counter) {
    this.counter = counter;
  }

  /** A counter of this name: of rows that went through, on whatever machine. */
  static RowCount of(String counter) {
    return new RowCount(counter);
  }

  /** The metric that a counter adds to. */
  static Counter counter(String name) {
    return Metrics.counter(NAMESPACE, name);
  }

  /** The metric of a counter. */
  static MetricNameFilter metric(String counter) {
    return MetricNameFilter.named(NAMESPACE, counter);
  }

  /**
   * What counters have seen.
   *
   * @param rows so many
   * @param bytes about so many of the files that the rows come from
   */
  record Seen(long rows, long bytes) {
    Seen plus(Seen other) {
      return new Seen(rows + other.rows, bytes + other.bytes);
    }

    Seen minus(Seen other) {
      return new Seen(rows - other.rows, bytes - other.bytes);
    }
  }

  /** What a counter of a pipeline saw on all machines, as far as its metrics know. */
  static Seen seen(String counter, MetricResults metrics) {
    return new Seen(sum(counter, metrics), sum(counter + BYTES, metrics));
  }

  private static long sum(String counter, MetricResults metrics) {
    MetricsFilter filter = MetricsFilter.builder().addNameFilter(metric(counter)).build();
    long sum = 0;
    for (MetricResult<Long> part : metrics.queryMetrics(filter).getCounters()) {
      sum += part.getAttempted();
    }
    return sum;
  }

  /** What a counter saw in this JVM, of all pipelines. */
  static Seen seen(String counter) {
    Tally tally = tally(counter);
    return new Seen(tally.rows.sum(), tally.bytes.sum());
  }

  /**
   * Counts the rows of a batch in this JVM.
   *
   * @return what it adds to what was seen
   */
  static Seen add(String counter, Batch batch) {
    return tally(counter).add(batch);
  }

  /** Forgets when a counter saw its first rows. */
  static void forgetFirst(String counter) {
    tally(counter).first.set(0);
  }

  /** When it saw the first rows since then here, by {@link System#nanoTime}; else empty. */
  static OptionalLong first(String counter) {
    long first = tally(counter).first.get();
    return first == 0 ? OptionalLong.empty() : OptionalLong.of(first);
  }

  private static Tally tally(String counter) {
    return TALLIES.computeIfAbsent(
        counter, name -> new Tally(new LongAdder(), new LongAdder(), new AtomicLong()));
  }

  private record Tally(LongAdder rows, LongAdder bytes, AtomicLong first) {
    Seen add(Batch batch) {
      if (first.get() == 0) {
        first.compareAndSet(0, System.nanoTime());
      }
      Seen seen = new Seen(batch.rows(), bytes(batch));
      bytes.add(seen.bytes);
      rows.add(seen.rows);
      return seen;
    }

    /** From the first to the last record, and as much for the last as for others on average. */
    private long bytes(Batch batch) {
      long[] records = batch.origin().records();
      int others = batch.rows() - 1;
      if (others < 1) {
        return rows.sum() == 0 ? 0 : bytes.sum() / rows.sum();
      }
      long span =
          Arrays.stream(records).max().getAsLong() - Arrays.stream(records).min().getAsLong();
      return span + span / others;
    }
  }

  @Override
  public PCollection<Batch> expand(PCollection<Batch> batches) {
    PipelineOptions options = batches.getPipeline().getOptions();
    if (options.as(LocalTasks.class).getLocalTasks() > 0
        || !Engines.of(options).isCountingElements()) {
      return batches.apply(ParDo.of(new CountFn(counter))).setCoder(batches.getCoder());
    }
    return RowTicks.count(batches, counter);
  }

  private static final class CountFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;

    private final String name;
    private final Counter rows;
    private final Counter bytes;

    CountFn(String name) {
      this.name = name;
      this.rows = counter(name);
      this.bytes = counter(name + BYTES);
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<Batch> output) {
      Seen seen = RowCount.add(name, batch);
      rows.inc(seen.rows());
      bytes.inc(seen.bytes());
      output.output(batch);
    }
  }
}
