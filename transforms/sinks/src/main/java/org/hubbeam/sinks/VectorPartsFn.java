// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.jspecify.annotations.Nullable;

/** Writes a part for each bundle, and tells of its chunks when it is whole. */
final class VectorPartsFn extends DoFn<Batch, KV<Integer, VectorParts.Chunk>> {
  private static final long serialVersionUID = 1;

  static final TupleTag<KV<Integer, VectorParts.Chunk>> CHUNKS = new TupleTag<>("chunks") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final WriteVectorFiles.Settings settings;
  private final VectorParts parts;
  private transient VectorParts.@Nullable Writer writer;
  private transient @Nullable List<VectorParts.Chunk> chunks;

  VectorPartsFn(WriteVectorFiles.Settings settings, VectorParts parts) {
    this.settings = settings;
    this.parts = parts;
  }

  /** Nothing is written yet. */
  @StartBundle
  public void start() {
    chunks = new ArrayList<>();
  }

  /** Writes the rows of a batch. */
  @ProcessElement
  public void process(@Element Batch batch, MultiOutputReceiver out) throws IOException {
    if (batch.rows() == 0) {
      return;
    }
    PreparedRows prepared = PreparedRows.of(batch, settings.columns());
    prepared.bad().forEach((row, bad) -> out.get(FAILURES).output(failure(batch, row, bad)));
    Batch good = prepared.batch();
    VectorSchema schema =
        VectorSchema.of(good, settings.columns().id(), settings.columns().vector());
    RowText text = new RowText(settings.format(), schema);
    int[] rows =
        IntStream.range(0, good.rows()).filter(row -> text.fault(good, row) == null).toArray();
    for (int row = 0; row < good.rows(); row++) {
      String fault = text.fault(good, row);
      if (fault != null) {
        PreparedRows.Bad bad = new PreparedRows.Bad(schema.id().name(), fault);
        out.get(FAILURES).output(failure(good, row, bad));
      }
    }
    if (rows.length == 0) {
      return;
    }
    if (writer == null) {
      parts.checkShared();
      writer = new VectorParts.Writer(parts);
    }
    Batch written = rows.length == good.rows() ? good : good.select(rows);
    Objects.requireNonNull(chunks)
        .add(writer.write(written, schema, text.lines(written).getBytes(StandardCharsets.UTF_8)));
  }

  private static Failure failure(Batch batch, int row, PreparedRows.Bad bad) {
    return Failure.reading(batch.origin().id(row), bad.column(), bad.reason());
  }

  /** Closes the part. */
  @FinishBundle
  public void finish(FinishBundleContext context) throws IOException {
    close();
    for (VectorParts.Chunk chunk : Objects.requireNonNull(chunks)) {
      context.output(
          CHUNKS, KV.of(0, chunk), GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE);
    }
  }

  private void close() throws IOException {
    VectorParts.Writer closed = writer;
    writer = null;
    if (closed != null) {
      closed.close();
    }
  }

  /** Closes the part of a bundle that failed. */
  @Teardown
  public void teardown() throws IOException {
    close();
  }
}
