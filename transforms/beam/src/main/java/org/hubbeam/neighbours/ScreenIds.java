// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;
import org.hubbeam.inference.RowIds;
import org.jspecify.annotations.Nullable;

/**
 * Lets rows through that have an id of their own. Failures are rows without one, and of rows with
 * the same id all but the first in the files; all, where they are from no files.
 */
final class ScreenIds extends PTransform<PCollection<Batch>, ScreenIds.Result> {
  private static final long serialVersionUID = 1;

  private static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  private static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  /** No row is there. */
  private static final byte[] NOWHERE = {1};

  private final RowIds ids;

  private ScreenIds(RowIds ids) {
    this.ids = ids;
  }

  static ScreenIds of(RowIds ids) {
    return new ScreenIds(ids);
  }

  @Override
  public Result expand(PCollection<Batch> batches) {
    PCollectionView<List<KV<byte[], byte[]>>> shared =
        batches
            .apply("Ids", ParDo.of(new IdsFn(ids)))
            .setCoder(KvCoder.of(ByteArrayCoder.of(), ByteArrayCoder.of()))
            .apply("Group", GroupByKey.create())
            .apply("Shared", ParDo.of(new SharedFn()))
            .setCoder(KvCoder.of(ByteArrayCoder.of(), ByteArrayCoder.of()))
            .apply("View", View.asList());
    PCollectionTuple both =
        batches.apply(
            "Screen",
            ParDo.of(new ScreenFn(ids, shared))
                .withSideInputs(shared)
                .withOutputTags(BATCHES, TupleTagList.of(FAILURES)));
    return new Result(both.get(BATCHES).setCoder(batches.getCoder()), both.get(FAILURES));
  }

  /** The rows with ids, and the others. */
  static final class Result extends ResultWithFailures<Batch> {
    private Result(PCollection<Batch> batches, PCollection<Failure> failures) {
      super(batches, failures);
    }
  }

  private static final class IdsFn extends DoFn<Batch, KV<byte[], byte[]>> {
    private static final long serialVersionUID = 1;
    private final RowIds ids;

    IdsFn(RowIds ids) {
      this.ids = ids;
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<KV<byte[], byte[]>> out) {
      for (int row = 0; row < batch.rows(); row++) {
        try {
          out.output(KV.of(Ids.bytes(Ids.of(ids, batch, row)), Keep.place(batch, row)));
        } catch (Ids.NoIdException ignored) {
          // Refused below, with a reason.
        }
      }
    }
  }

  /** The first places of ids that several rows have; nowhere if several are in one place. */
  private static final class SharedFn
      extends DoFn<KV<byte[], Iterable<byte[]>>, KV<byte[], byte[]>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(
        @Element KV<byte[], Iterable<byte[]>> places, OutputReceiver<KV<byte[], byte[]>> out) {
      byte[] first = null;
      int count = 0;
      int there = 0;
      for (byte[] place : places.getValue()) {
        int order = first == null ? -1 : Arrays.compareUnsigned(place, first);
        first = first == null || order < 0 ? place : first;
        there = order < 0 ? 1 : there + (order == 0 ? 1 : 0);
        count++;
      }
      if (first != null && count > 1) {
        out.output(KV.of(places.getKey(), there > 1 ? NOWHERE : first));
      }
    }
  }

  private static final class ScreenFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final RowIds ids;
    private final PCollectionView<List<KV<byte[], byte[]>>> shared;
    private transient @Nullable Map<ByteBuffer, byte[]> first;

    ScreenFn(RowIds ids, PCollectionView<List<KV<byte[], byte[]>>> shared) {
      this.ids = ids;
      this.shared = shared;
    }

    @StartBundle
    public void start() {
      first = null;
    }

    @ProcessElement
    public void process(ProcessContext context, @Element Batch batch, MultiOutputReceiver out) {
      Map<ByteBuffer, byte[]> places = first;
      if (places == null) {
        places = new HashMap<>();
        for (KV<byte[], byte[]> place : context.sideInput(shared)) {
          places.put(ByteBuffer.wrap(place.getKey()), place.getValue());
        }
        first = places;
      }
      int[] good = new int[batch.rows()];
      int count = 0;
      for (int row = 0; row < batch.rows(); row++) {
        try {
          byte[] id = Ids.bytes(Ids.of(ids, batch, row));
          byte[] place = places.get(ByteBuffer.wrap(id));
          if (place != null && !Arrays.equals(place, Keep.place(batch, row))) {
            throw new Ids.NoIdException("another row has the id " + ids.of(batch, row) + ", too");
          }
          good[count++] = row;
        } catch (Ids.NoIdException e) {
          out.get(FAILURES)
              .output(
                  Failure.reading(
                      batch.origin().id(row),
                      Objects.requireNonNullElse(ids.column(), ""),
                      String.valueOf(e.getMessage())));
        }
      }
      if (count > 0) {
        out.get(BATCHES).output(batch.select(Arrays.copyOf(good, count)));
      }
    }
  }
}
