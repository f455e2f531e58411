// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VoidCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.reducer.Centers;
import org.hubbeam.reducer.KMeansOptions;
import org.hubbeam.search.RowId;
import org.jspecify.annotations.Nullable;

/**
 * How many pairs of rows there are from each of some thresholds on, of rows whose ids and vectors
 * were screened: those of the rows with the smallest hashes of their ids with all rows, for 2,000
 * at most, extrapolated.
 */
final class CountPairs extends PTransform<PCollection<Batch>, PCollection<Batch>> {
  private static final long serialVersionUID = 1;

  /** How many rows are compared with all. */
  private static final int SAMPLED = 2000;

  /** Thresholds are 0.80, 0.81 and so on to 1.00. */
  private static final int THRESHOLDS = 21;

  private static final double FIRST = 0.8;
  private static final double STEP = 0.01;

  /** What rounding of scores as floats can hide. */
  private static final double SLACK = 1e-6;

  private final VectorSettings settings;

  CountPairs(VectorSettings settings) {
    this.settings = settings;
  }

  /**
   * Rows that are compared with all.
   *
   * @param ids as bytes
   * @param vectors of length 1, one behind the other
   */
  private record Sample(List<byte[]> ids, float[] vectors, int cells) implements Serializable {

    Centers centers() {
      return new Centers(KMeansOptions.Space.SPHERICAL, cells, vectors);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Sample s && Arrays.equals(s.vectors, vectors) && s.cells == cells;
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(vectors);
    }
  }

  @Override
  public PCollection<Batch> expand(PCollection<Batch> batches) {
    PCollectionView<List<Sample>> sample =
        batches
            .apply("Sample", ParDo.of(new SampleFn(settings)))
            .setCoder(KvCoder.of(VoidCoder.of(), ByteArrayCoder.of()))
            .apply("Gather", new GatherSummaries())
            .apply("Choose", ParDo.of(new ChooseFn()))
            .setCoder(SerializableCoder.of(Sample.class))
            .apply("View", View.asList());
    PCollectionView<Long> rows =
        batches
            .apply("Rows", ParDo.of(new RowsFn()))
            .apply("Sum", Sum.longsGlobally().asSingletonView());
    return batches
        .apply("Compare", ParDo.of(new CompareFn(settings, sample)).withSideInputs(sample))
        .setCoder(KvCoder.of(VoidCoder.of(), ByteArrayCoder.of()))
        .apply("GatherCounts", new GatherSummaries())
        .apply("Count", ParDo.of(new CountFn(rows)).withSideInputs(rows))
        .setCoder(BatchCoder.of());
  }

  private static final class RowsFn extends DoFn<Batch, Long> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<Long> out) {
      out.output((long) batch.rows());
    }
  }

  /** A row by the hash of its id. */
  private record Hashed(long hash, BlocksFn.Member row) {
    private static final Comparator<Hashed> LARGEST_FIRST =
        Comparator.comparingLong(Hashed::hash).thenComparing(h -> h.row.row()).reversed();

    static Hashed of(BlocksFn.Member row) {
      return new Hashed(row.row().id().stableHash(), row);
    }
  }

  private static void keep(PriorityQueue<Hashed> rows, Hashed row) {
    rows.add(row);
    if (rows.size() > SAMPLED) {
      rows.poll();
    }
  }

  private static final class SampleFn extends DoFn<Batch, KV<Void, byte[]>> {
    private static final long serialVersionUID = 1;
    private final VectorSettings settings;
    private transient PriorityQueue<Hashed> rows;

    SampleFn(VectorSettings settings) {
      this.settings = settings;
    }

    @StartBundle
    public void start() {
      rows = new PriorityQueue<>(Hashed.LARGEST_FIRST);
    }

    @ProcessElement
    public void process(@Element Batch batch) {
      RowVectors vectors = RowVectors.of(batch, settings.column());
      for (int row = 0; row < batch.rows(); row++) {
        RowId id = Ids.known(settings.ids(), batch, row);
        int from = vectors.bounds()[row];
        float[] vector = Arrays.copyOfRange(vectors.values(), from, vectors.bounds()[row + 1]);
        keep(rows, Hashed.of(new BlocksFn.Member(new RankedId(new byte[0], id), true, vector)));
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) throws IOException {
      for (Hashed row : rows) {
        context.output(
            KV.of(null, row.row.encode()),
            GlobalWindow.INSTANCE.maxTimestamp(),
            GlobalWindow.INSTANCE);
      }
    }
  }

  private static final class ChooseFn extends DoFn<KV<Void, Iterable<byte[]>>, Sample> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element KV<Void, Iterable<byte[]>> all, OutputReceiver<Sample> out)
        throws IOException {
      PriorityQueue<Hashed> rows = new PriorityQueue<>(Hashed.LARGEST_FIRST);
      for (byte[] bytes : all.getValue()) {
        keep(rows, Hashed.of(BlocksFn.Member.decode(bytes)));
      }
      List<BlocksFn.Member> chosen =
          rows.stream().sorted(Hashed.LARGEST_FIRST).map(Hashed::row).toList();
      int cells = chosen.get(0).vector().length;
      float[] vectors = new float[chosen.size() * cells];
      for (int i = 0; i < chosen.size(); i++) {
        System.arraycopy(chosen.get(i).vector(), 0, vectors, i * cells, cells);
      }
      Centers.scale(vectors, cells);
      out.output(
          new Sample(
              new ArrayList<>(chosen.stream().map(m -> Ids.bytes(m.row().id())).toList()),
              vectors,
              cells));
    }
  }

  /** For each row of the sample and each threshold how many rows are that near to it. */
  private static final class CompareFn extends DoFn<Batch, KV<Void, byte[]>> {
    private static final long serialVersionUID = 1;
    private final VectorSettings settings;
    private final PCollectionView<List<Sample>> sample;
    private transient @Nullable Open open;

    /** What a bundle has so far. */
    private record Open(Centers centers, Map<ByteBuffer, Integer> ids, long[] counts) {
      static Open of(Sample sample) {
        Map<ByteBuffer, Integer> ids = new HashMap<>();
        for (byte[] id : sample.ids) {
          ids.put(ByteBuffer.wrap(id), ids.size());
        }
        return new Open(sample.centers(), ids, new long[ids.size() * THRESHOLDS]);
      }
    }

    CompareFn(VectorSettings settings, PCollectionView<List<Sample>> sample) {
      this.settings = settings;
      this.sample = sample;
    }

    @StartBundle
    public void start() {
      open = null;
    }

    @ProcessElement
    public void process(ProcessContext context, @Element Batch batch) {
      Open now = open;
      if (now == null) {
        now = Open.of(context.sideInput(sample).get(0));
        open = now;
      }
      RowVectors vectors = RowVectors.of(batch, settings.column());
      for (int row = 0; row < batch.rows(); row++) {
        byte[] id = Ids.bytes(Ids.known(settings.ids(), batch, row));
        int itself = now.ids.getOrDefault(ByteBuffer.wrap(id), -1);
        int at = vectors.bounds()[row];
        now.centers.prepare(vectors.values(), at);
        float[] scores = now.centers.products(vectors.values(), at);
        for (int i = 0; i < scores.length; i++) {
          int threshold = (int) Math.floor((scores[i] - FIRST + SLACK) / STEP);
          if (i != itself && threshold >= 0) {
            now.counts[i * THRESHOLDS + Math.min(threshold, THRESHOLDS - 1)]++;
          }
        }
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      Open last = open;
      if (last != null) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * last.counts.length);
        bytes.asLongBuffer().put(last.counts);
        context.output(
            KV.of(null, bytes.array()),
            GlobalWindow.INSTANCE.maxTimestamp(),
            GlobalWindow.INSTANCE);
        open = null;
      }
    }
  }

  private static final class CountFn extends DoFn<KV<Void, Iterable<byte[]>>, Batch> {
    private static final long serialVersionUID = 1;
    private final PCollectionView<Long> rows;

    CountFn(PCollectionView<Long> rows) {
      this.rows = rows;
    }

    @ProcessElement
    public void process(
        ProcessContext context,
        @Element KV<Void, Iterable<byte[]>> all,
        OutputReceiver<Batch> out) {
      long[] counts = new long[0];
      for (byte[] bytes : all.getValue()) {
        long[] part = new long[bytes.length / Long.BYTES];
        ByteBuffer.wrap(bytes).asLongBuffer().get(part);
        counts = counts.length == 0 ? new long[part.length] : counts;
        for (int i = 0; i < part.length; i++) {
          counts[i] += part[i];
        }
      }
      int sampled = counts.length / THRESHOLDS;
      double factor = (double) context.sideInput(rows) / sampled;
      float[] thresholds = new float[THRESHOLDS];
      long[] pairs = new long[THRESHOLDS];
      long[] members = new long[THRESHOLDS];
      for (int i = 0; i < THRESHOLDS; i++) {
        thresholds[i] = (float) (FIRST + i * STEP);
        long near = 0;
        long some = 0;
        for (int row = 0; row < sampled; row++) {
          long own = 0;
          for (int j = i; j < THRESHOLDS; j++) {
            own += counts[row * THRESHOLDS + j];
          }
          near += own;
          some += own > 0 ? 1 : 0;
        }
        pairs[i] = Math.round(near * factor / 2);
        members[i] = Math.round(some * factor);
      }
      byte[] estimated = new byte[THRESHOLDS];
      Arrays.fill(estimated, (byte) (factor > 1 ? 1 : 0));
      Map<String, Array> columns = new LinkedHashMap<>();
      columns.put("threshold", Array.Dense.vector(Values.of(thresholds)));
      columns.put("pairs", Array.Dense.vector(Values.of(pairs)));
      columns.put("rows", Array.Dense.vector(Values.of(members)));
      columns.put("estimated", Array.Dense.vector(new Values.Numbers(DType.BOOL, estimated)));
      out.output(Batch.of(columns));
    }
  }
}
