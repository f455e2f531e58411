// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VoidCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.batch.Batch;
import org.hubbeam.reducer.Reducer;
import org.jspecify.annotations.Nullable;

/**
 * Summarises the vectors of all batches, each bundle by itself, and makes one result of all
 * summaries; none of no vectors.
 *
 * @param <S> the summary
 */
final class ReduceVectors<S> extends PTransform<PCollection<Batch>, PCollection<ClusterModel>> {
  private static final long serialVersionUID = 1;

  private final String column;
  private final Step<S> step;
  private final @Nullable PCollectionView<List<ClusterModel>> before;

  /**
   * @param before what the step begins with; null where it begins with nothing
   */
  ReduceVectors(String column, Step<S> step, @Nullable PCollectionView<List<ClusterModel>> before) {
    this.column = column;
    this.step = step;
    this.before = before;
  }

  /**
   * What is computed.
   *
   * @param <S> the summary
   */
  interface Step<S> extends Serializable {

    /** The reducer of vectors of this length. */
    Reducer<S> reducer(int cells, @Nullable ClusterModel before);

    /** The result of all. */
    ClusterModel finish(Reducer<S> reducer, S summary, int cells, @Nullable ClusterModel before);
  }

  @Override
  public PCollection<ClusterModel> expand(PCollection<Batch> batches) {
    ParDo.SingleOutput<Batch, KV<Void, byte[]>> summarize =
        ParDo.of(new SummarizeFn<>(column, step, before));
    ParDo.SingleOutput<KV<Void, Iterable<byte[]>>, ClusterModel> merge =
        ParDo.of(new MergeFn<>(step, before));
    return batches
        .apply("AllWindows", Window.into(new GlobalWindows()))
        .apply("Summarize", before == null ? summarize : summarize.withSideInputs(before))
        .setCoder(KvCoder.of(VoidCoder.of(), ByteArrayCoder.of()))
        .apply("Gather", new GatherSummaries())
        .apply("Merge", before == null ? merge : merge.withSideInputs(before))
        .setCoder(SerializableCoder.of(ClusterModel.class));
  }

  private static @Nullable ClusterModel model(
      DoFn<?, ?>.ProcessContext context, @Nullable PCollectionView<List<ClusterModel>> view) {
    return view == null ? null : context.sideInput(view).get(0);
  }

  /** A summary that grows. */
  private record Open<S>(int cells, Reducer<S> reducer, S summary) {
    static <S> Open<S> of(int cells, Reducer<S> reducer) {
      return new Open<>(cells, reducer, reducer.empty());
    }
  }

  private static final class SummarizeFn<S> extends DoFn<Batch, KV<Void, byte[]>> {
    private static final long serialVersionUID = 1;
    private final String column;
    private final Step<S> step;
    private final @Nullable PCollectionView<List<ClusterModel>> before;
    private transient @Nullable Open<S> open;

    SummarizeFn(String column, Step<S> step, @Nullable PCollectionView<List<ClusterModel>> before) {
      this.column = column;
      this.step = step;
      this.before = before;
    }

    @StartBundle
    public void start() {
      open = null;
    }

    @ProcessElement
    public void process(ProcessContext context, @Element Batch batch) {
      RowVectors vectors = RowVectors.of(batch, column);
      if (vectors.rows() == 0) {
        return;
      }
      Open<S> now = open;
      if (now == null) {
        int cells = vectors.length(0);
        now = Open.of(cells, step.reducer(cells, model(context, before)));
        open = now;
      }
      now.reducer.add(now.summary, List.of(vectors.dense(now.cells)));
    }

    @FinishBundle
    public void finish(FinishBundleContext context) throws IOException {
      Open<S> last = open;
      if (last != null) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(last.cells);
        last.reducer.encode(last.summary, out);
        context.output(
            KV.of(null, bytes.toByteArray()),
            GlobalWindow.INSTANCE.maxTimestamp(),
            GlobalWindow.INSTANCE);
        open = null;
      }
    }
  }

  private static final class MergeFn<S> extends DoFn<KV<Void, Iterable<byte[]>>, ClusterModel> {
    private static final long serialVersionUID = 1;
    private final Step<S> step;
    private final @Nullable PCollectionView<List<ClusterModel>> before;

    MergeFn(Step<S> step, @Nullable PCollectionView<List<ClusterModel>> before) {
      this.step = step;
      this.before = before;
    }

    @ProcessElement
    public void process(
        ProcessContext context,
        @Element KV<Void, Iterable<byte[]>> summaries,
        OutputReceiver<ClusterModel> out)
        throws IOException {
      ClusterModel model = model(context, before);
      Open<S> merged = null;
      for (byte[] bytes : summaries.getValue()) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        int cells = in.readInt();
        if (merged == null) {
          merged = Open.of(cells, step.reducer(cells, model));
        }
        merged.reducer.merge(merged.summary, merged.reducer.decode(in));
      }
      if (merged != null) {
        out.output(step.finish(merged.reducer, merged.summary, merged.cells, model));
      }
    }
  }
}
