// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.inference.HubEmbed;
import org.hubbeam.inference.ModuleSpec;

/**
 * Embeds lines one element at a time and counts the vectors: {@code PerElement MODEL LINES
 * textio|lines --OPTION...}, with Beam's options. Lines come from Beam's {@code TextIO}, or from a
 * step that reads a share of the file for each task and gives each line as an element. Prints rows
 * a second from the first vector to the last.
 */
public final class PerElement {

  private static final LongAdder ROWS = new LongAdder();
  private static final AtomicLong FIRST = new AtomicLong();
  private static final AtomicLong LAST = new AtomicLong();
  private static final int LOOK_ROWS = 256;
  private static final int SHARES = 256;

  private PerElement() {}

  /** See the class. */
  public static void main(String[] args) {
    String[] options = Arrays.copyOfRange(args, 3, args.length);
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs(options).withValidation().create());
    PBegin begin = PBegin.in(pipeline);
    PCollection<String> lines =
        args[2].equals("textio")
            ? begin.apply("Read", TextIO.read().from(args[1]))
            : shares(begin, args[1]);
    HubEmbed.Result<KV<String, float[]>> embedded =
        lines.apply("Embed", HubEmbed.texts(ModuleSpec.of(args[0])));
    embedded.embeddings().apply("Count", ParDo.of(new CountFn()));
    pipeline.run().waitUntilFinish();
    double seconds = (LAST.get() - FIRST.get()) / 1e9;
    System.out.printf(
        "per element %d rows, rows/s %d%n", ROWS.sum(), Math.round(ROWS.sum() / seconds));
  }

  private static PCollection<String> shares(PBegin begin, String file) {
    List<Share> all = new ArrayList<>();
    for (int i = 0; i < SHARES; i++) {
      all.add(new Share(file, i));
    }
    return begin
        .apply("Shares", Create.of(all))
        .apply("Spread", Reshuffle.viaRandomKey())
        .apply("Lines", ParDo.of(new LinesFn()));
  }

  /** The lines that begin in one of {@link #SHARES} equal parts of a file. */
  private record Share(String file, int number) implements Serializable {}

  private static final class LinesFn extends DoFn<Share, String> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Share share, OutputReceiver<String> out) throws IOException {
      try (RandomAccessFile file = new RandomAccessFile(share.file(), "r")) {
        long end = file.length() * (share.number() + 1) / SHARES;
        long at = file.length() * share.number() / SHARES;
        if (at > 0) {
          file.seek(at - 1);
          file.readLine();
          at = file.getFilePointer();
        }
        byte[] part = new byte[(int) Math.max(0, end - at)];
        file.seek(at);
        file.readFully(part);
        int start = 0;
        for (int i = 0; i < part.length; i++) {
          if (part[i] == '\n') {
            out.output(new String(part, start, i - start, UTF_8));
            start = i + 1;
          }
        }
        if (start < part.length) {
          String rest = file.readLine();
          String head = new String(part, start, part.length - start, UTF_8);
          out.output(rest == null ? head : head + rest);
        }
      }
    }
  }

  private static final class CountFn extends DoFn<KV<String, float[]>, Void> {
    private static final long serialVersionUID = 1;

    private transient int unseen;

    @ProcessElement
    public void process(@Element KV<String, float[]> row) {
      if (FIRST.get() == 0) {
        FIRST.compareAndSet(0, System.nanoTime());
      }
      if (++unseen == LOOK_ROWS) {
        look();
      }
    }

    @FinishBundle
    public void finish() {
      look();
    }

    private void look() {
      ROWS.add(unseen);
      unseen = 0;
      LAST.accumulateAndGet(System.nanoTime(), Math::max);
    }
  }
}
