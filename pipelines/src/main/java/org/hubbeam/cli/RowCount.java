// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.Metrics;
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
  private static final Map<String, Seen> SEEN = new ConcurrentHashMap<>();

  private final String counter;

  private RowCount(String counter) {
    this.counter = counter;
  }

  /** A counter of this name: of rows that went through, on whatever machine. */
  static RowCount of(String counter) {
    return new RowCount(counter);
  }

  /** The metric of a counter. */
  static MetricNameFilter metric(String counter) {
    return MetricNameFilter.named(NAMESPACE, counter);
  }

  /** The rows that a counter saw in this JVM, of all pipelines. */
  static long rows(String counter) {
    return seen(counter).rows.sum();
  }

  /** Forgets when a counter saw its first rows. */
  static void forgetFirst(String counter) {
    seen(counter).first.set(0);
  }

  /** When it saw the first rows since then here, by {@link System#nanoTime}; else empty. */
  static OptionalLong first(String counter) {
    long first = seen(counter).first.get();
    return first == 0 ? OptionalLong.empty() : OptionalLong.of(first);
  }

  private static Seen seen(String counter) {
    return SEEN.computeIfAbsent(counter, name -> new Seen(new LongAdder(), new AtomicLong()));
  }

  private record Seen(LongAdder rows, AtomicLong first) {
    void add(int count) {
      if (first.get() == 0) {
        first.compareAndSet(0, System.nanoTime());
      }
      rows.add(count);
    }
  }

  @Override
  public PCollection<Batch> expand(PCollection<Batch> batches) {
    return batches.apply(ParDo.of(new CountFn(counter))).setCoder(batches.getCoder());
  }

  private static final class CountFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;

    private final String name;
    private final Counter rows;

    CountFn(String name) {
      this.name = name;
      this.rows = Metrics.counter(NAMESPACE, name);
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<Batch> output) {
      seen(name).add(batch.rows());
      rows.inc(batch.rows());
      output.output(batch);
    }
  }
}
