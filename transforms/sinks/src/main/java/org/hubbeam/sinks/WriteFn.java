// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Secrets;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/** Collects rows for one write, writes them, and says what became of them. */
final class WriteFn extends DoFn<Batch, WriteVectors.Written> {
  private static final long serialVersionUID = 1;

  static final TupleTag<WriteVectors.Written> WRITTEN = new TupleTag<>("written") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final WriteVectors.Settings settings;
  private transient @Nullable RetryingWriter writer;
  private transient @Nullable List<Part> parts;
  private transient int rows;
  private transient long bytes;

  /** Rows that wait to be written, and where they come from. */
  private record Part(Batch batch, BoundedWindow window, Instant time) {}

  /** Takes what is to be said of a row or a write. */
  private interface Report {
    <T> void output(TupleTag<T> tag, T value, Instant time, BoundedWindow window);
  }

  WriteFn(WriteVectors.Settings settings) {
    this.settings = settings;
  }

  /** Nothing waits yet. */
  @StartBundle
  public void start() {
    parts = new ArrayList<>();
    rows = 0;
    bytes = 0;
  }

  /** Adds the rows of a batch, and writes as many as make a write. */
  @ProcessElement
  public void process(ProcessContext context, @Element Batch batch, BoundedWindow window)
      throws IOException {
    if (batch.rows() == 0) {
      return;
    }
    Report report =
        new Report() {
          @Override
          public <T> void output(TupleTag<T> tag, T value, Instant time, BoundedWindow in) {
            context.outputWindowedValue(tag, value, time, List.of(in), context.pane());
          }
        };
    PreparedRows prepared = PreparedRows.of(batch, settings.columns());
    prepared
        .bad()
        .forEach(
            (row, bad) ->
                report.output(
                    FAILURES,
                    failure(batch, row, bad.column(), bad.reason()),
                    context.timestamp(),
                    window));
    WriteMetrics.count(settings.sink(), WriteMetrics.FAILURES, prepared.bad().size());
    Batch good = prepared.batch();
    if (good.rows() == 0) {
      return;
    }
    VectorSchema schema =
        VectorSchema.of(good, settings.columns().id(), settings.columns().vector());
    if (writer == null || !writer.schema().equals(schema)) {
      flush(report);
      close();
      writer = new RetryingWriter(settings.sink(), schema, settings.retries(), settings.pause());
    }
    add(good, window, context.timestamp(), report);
  }

  private void add(Batch good, BoundedWindow window, Instant time, Report report)
      throws IOException {
    WriteLimits limits = settings.sink().limits();
    long rowBytes = Math.max(1, good.byteSize() / good.rows());
    int from = 0;
    while (from < good.rows()) {
      long room = Math.min(limits.rows() - rows, (limits.bytes() - bytes) / rowBytes);
      if (room < 1 && rows > 0) {
        flush(report);
        continue;
      }
      int to = (int) Math.min(good.rows(), from + Math.max(1, room));
      parts().add(new Part(good.slice(from, to), window, time));
      rows += to - from;
      bytes += (to - from) * rowBytes;
      from = to;
    }
  }

  /** Writes what is left of a bundle. */
  @FinishBundle
  public void finish(FinishBundleContext context) throws IOException {
    flush(
        new Report() {
          @Override
          public <T> void output(TupleTag<T> tag, T value, Instant time, BoundedWindow window) {
            context.output(tag, value, time, window);
          }
        });
  }

  private void flush(Report report) throws IOException {
    if (rows == 0) {
      return;
    }
    RetryingWriter to = Objects.requireNonNull(writer);
    Batch all =
        parts().size() == 1
            ? parts().get(0).batch()
            : Batch.concat(parts().stream().map(Part::batch).toList());
    Map<Integer, String> refused = to.write(all);
    int first = 0;
    for (Part part : parts()) {
      int count = part.batch().rows();
      for (int row = 0; row < count; row++) {
        String reason = refused.get(first + row);
        if (reason != null) {
          report.output(
              FAILURES, failure(part.batch(), row, "", reason), part.time(), part.window());
        }
      }
      int start = first;
      long written =
          IntStream.range(0, count).filter(row -> !refused.containsKey(start + row)).count();
      if (written > 0) {
        report.output(
            WRITTEN, new WriteVectors.Written(written, to.schema()), part.time(), part.window());
      }
      first += count;
    }
    WriteMetrics.count(settings.sink(), WriteMetrics.ROWS, rows - refused.size());
    WriteMetrics.count(settings.sink(), WriteMetrics.FAILURES, refused.size());
    parts().clear();
    rows = 0;
    bytes = 0;
  }

  private List<Part> parts() {
    return Objects.requireNonNull(parts);
  }

  private static Failure failure(Batch batch, int row, String column, String reason) {
    return Failure.reading(batch.origin().id(row), column, Secrets.maskedIn(reason));
  }

  private void close() throws IOException {
    RetryingWriter closed = writer;
    writer = null;
    if (closed != null) {
      closed.close();
    }
  }

  /** Closes the connection. */
  @Teardown
  public void teardown() throws IOException {
    close();
  }
}
