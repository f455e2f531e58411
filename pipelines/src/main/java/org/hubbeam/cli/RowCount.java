package org.hubbeam.cli;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
  private static final Map<String, LongAdder> ROWS = new ConcurrentHashMap<>();

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
    return adder(counter).sum();
  }

  private static LongAdder adder(String counter) {
    return ROWS.computeIfAbsent(counter, name -> new LongAdder());
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
      adder(name).add(batch.rows());
      rows.inc(batch.rows());
      output.output(batch);
    }
  }
}
