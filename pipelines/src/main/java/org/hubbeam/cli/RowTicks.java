// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.coders.VoidCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;

/**
 * Tells an engine that counts the elements of each step how many rows went through: each 64 rows
 * are an element for one step, and each 64 KiB of their files one for another. Beam's metrics do
 * not serve: on Flink they are passed on when a bundle ends, and a bundle ends with the input.
 */
final class RowTicks {

  /** What an element stands for. */
  enum Unit {
    /** Rows. */
    ROWS(64),
    /** Bytes of the files that they come from. */
    BYTES(64 << 10);

    private final int size;

    Unit(int size) {
      this.size = size;
    }

    private String step(String counter) {
      return toString() + " of " + counter;
    }

    /** What a number of elements stands for. */
    RowCount.Seen seen(long elements) {
      return this == ROWS
          ? new RowCount.Seen(elements * size, 0)
          : new RowCount.Seen(0, elements * size);
    }
  }

  /**
   * A step that gets the elements.
   *
   * @param counter whose rows or bytes it sees
   */
  record Step(String counter, Unit unit) {

    private static final Pattern NAME = Pattern.compile("(?:.*/)?(ROWS|BYTES)[ _]of[ _](\\w+)/.*");

    /** By the name that Flink gives it, which has other characters in place of blanks. */
    static Optional<Step> parse(String name) {
      Matcher parts = NAME.matcher(name);
      return parts.matches()
          ? Optional.of(new Step(parts.group(2), Unit.valueOf(parts.group(1))))
          : Optional.empty();
    }
  }

  private RowTicks() {}

  /**
   * Counts the rows of batches as {@link RowCount} does, and shows the engine how many they are.
   */
  static PCollection<Batch> count(PCollection<Batch> batches, String counter) {
    TupleTag<Batch> passed = new TupleTag<>();
    TupleTag<Void> rows = new TupleTag<>();
    TupleTag<Void> bytes = new TupleTag<>();
    PCollectionTuple counted =
        batches.apply(
            ParDo.of(new CountFn(counter, rows, bytes))
                .withOutputTags(passed, TupleTagList.of(rows).and(bytes)));
    show(counted.get(rows), Unit.ROWS, counter);
    show(counted.get(bytes), Unit.BYTES, counter);
    return counted.get(passed).setCoder(batches.getCoder());
  }

  private static void show(PCollection<Void> ticks, Unit unit, String counter) {
    ticks.setCoder(VoidCoder.of()).apply(unit.step(counter), ParDo.of(new TickFn()));
  }

  private static final class CountFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;

    private final String name;
    private final Counter counter;
    private final TupleTag<Void> rows;
    private final TupleTag<Void> bytes;
    private transient long rowsLeft;
    private transient long bytesLeft;

    CountFn(String name, TupleTag<Void> rows, TupleTag<Void> bytes) {
      this.name = name;
      this.counter = RowCount.counter(name);
      this.rows = rows;
      this.bytes = bytes;
    }

    @ProcessElement
    public void process(ProcessContext context) {
      RowCount.Seen seen = RowCount.add(name, context.element());
      counter.inc(seen.rows());
      context.output(context.element());
      rowsLeft = tick(context, rows, Unit.ROWS, rowsLeft + seen.rows());
      bytesLeft = tick(context, bytes, Unit.BYTES, bytesLeft + seen.bytes());
    }

    /** Gives an element for each whole unit, and says what is left. */
    private static long tick(ProcessContext context, TupleTag<Void> tag, Unit unit, long amount) {
      for (long i = amount / unit.size; i > 0; i--) {
        context.output(tag, null);
      }
      return amount % unit.size;
    }
  }

  private static final class TickFn extends DoFn<Void, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process() {}
  }
}
