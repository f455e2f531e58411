// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.hubbeam.inference.HubEmbed;
import org.hubbeam.inference.ModuleSpec;

/**
 * Embeds a stream of texts: {@code StreamLoop MODEL ROWS MILLIS --OPTION...}, with Beam's options.
 * Elements wait for each other that many milliseconds; 0 for the end of their bundle. Prints rows a
 * second and processor time a row, of this process from a fifth of the rows to all of them.
 */
public final class StreamLoop {

  private static final AtomicLong ROWS = new AtomicLong();
  private static final AtomicLong NANOS = new AtomicLong();
  private static final AtomicLong PROCESSOR = new AtomicLong();

  private StreamLoop() {}

  /** See the class. */
  public static void main(String[] args) {
    long rows = Long.parseLong(args[1]);
    int millis = Integer.parseInt(args[2]);
    String[] options = Arrays.copyOfRange(args, 3, args.length);
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs(options).withValidation().create());
    HubEmbed<String, KV<String, float[]>> embed = HubEmbed.texts(ModuleSpec.of(args[0]));
    pipeline
        .apply("Numbers", GenerateSequence.from(0).to(rows))
        .apply(
            "Texts",
            MapElements.into(TypeDescriptors.strings())
                .via((Long i) -> "the parcel number " + i + " is late again"))
        .apply(
            "Embed", millis == 0 ? embed : embed.withMaxWait(org.joda.time.Duration.millis(millis)))
        .embeddings()
        .apply("Count", ParDo.of(new CountFn(rows)));
    pipeline.run().waitUntilFinish();
  }

  private static long processor() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  private static final class CountFn extends DoFn<KV<String, float[]>, Void> {
    private static final long serialVersionUID = 1;

    private final long rows;

    CountFn(long rows) {
      this.rows = rows;
    }

    @ProcessElement
    public void process(@Element KV<String, float[]> row) {
      long seen = ROWS.incrementAndGet();
      if (seen == rows / 5) {
        NANOS.set(System.nanoTime());
        PROCESSOR.set(processor());
      } else if (seen == rows) {
        double counted = rows - rows / 5;
        System.out.printf(
            "stream %d rows, rows/s %.0f, us CPU a row %.2f%n",
            rows,
            counted / (System.nanoTime() - NANOS.get()) * 1e9,
            (processor() - PROCESSOR.get()) / counted / 1e3);
      }
    }
  }
}
