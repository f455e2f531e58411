// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
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
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.jspecify.annotations.Nullable;

/** One batch with a row for each cluster, from rows that have their clusters. */
final class DescribeClusters extends PTransform<PCollection<Batch>, PCollection<Batch>> {
  private static final long serialVersionUID = 1;

  private final VectorSettings settings;
  private final PCollectionView<List<ClusterModel>> model;

  DescribeClusters(VectorSettings settings, PCollectionView<List<ClusterModel>> model) {
    this.settings = settings;
    this.model = model;
  }

  @Override
  public PCollection<Batch> expand(PCollection<Batch> batches) {
    return batches
        .apply("AllWindows", Window.into(new GlobalWindows()))
        .apply("Tally", ParDo.of(new TallyFn(settings, model)).withSideInputs(model))
        .setCoder(KvCoder.of(VoidCoder.of(), ByteArrayCoder.of()))
        .apply("Gather", new GatherSummaries())
        .apply("Merge", ParDo.of(new MergeFn(model)).withSideInputs(model))
        .setCoder(BatchCoder.of());
  }

  private static final class TallyFn extends DoFn<Batch, KV<Void, byte[]>> {
    private static final long serialVersionUID = 1;
    private final VectorSettings settings;
    private final PCollectionView<List<ClusterModel>> model;
    private transient @Nullable ClusterTally tally;

    TallyFn(VectorSettings settings, PCollectionView<List<ClusterModel>> model) {
      this.settings = settings;
      this.model = model;
    }

    @StartBundle
    public void start() {
      tally = null;
    }

    @ProcessElement
    public void process(ProcessContext context, @Element Batch batch) {
      ClusterTally bundle = tally;
      if (bundle == null) {
        bundle = ClusterTally.of(context.sideInput(model).get(0));
        tally = bundle;
      }
      Values.Numbers clusters = (Values.Numbers) batch.column(KMeans.CLUSTER).values();
      Values.Numbers distances = (Values.Numbers) batch.column(KMeans.DISTANCE).values();
      for (int row = 0; row < batch.rows(); row++) {
        int at = row;
        bundle.add(
            (int) clusters.getLong(row),
            distances.getFloat(row),
            () -> settings.ids().of(batch, at));
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) throws IOException {
      ClusterTally bundle = tally;
      if (bundle != null) {
        context.output(
            KV.of(null, bundle.encode()),
            GlobalWindow.INSTANCE.maxTimestamp(),
            GlobalWindow.INSTANCE);
        tally = null;
      }
    }
  }

  private static final class MergeFn extends DoFn<KV<Void, Iterable<byte[]>>, Batch> {
    private static final long serialVersionUID = 1;
    private final PCollectionView<List<ClusterModel>> model;

    MergeFn(PCollectionView<List<ClusterModel>> model) {
      this.model = model;
    }

    @ProcessElement
    public void process(
        ProcessContext context,
        @Element KV<Void, Iterable<byte[]>> tallies,
        OutputReceiver<Batch> out)
        throws IOException {
      ClusterModel all = context.sideInput(model).get(0);
      ClusterTally merged = ClusterTally.of(all);
      for (byte[] bytes : tallies.getValue()) {
        merged.merge(ClusterTally.decode(bytes, all));
      }
      int clusters = merged.rows().length;
      List<String> nearest = new ArrayList<>();
      int[] splits = new int[clusters + 1];
      for (int i = 0; i < clusters; i++) {
        nearest.addAll(merged.nearest(i));
        splits[i + 1] = nearest.size();
      }
      Map<String, Array> columns = new LinkedHashMap<>();
      columns.put(
          "centroid",
          new Array.Dense(List.of((long) clusters, (long) all.cells()), Values.of(all.values())));
      columns.put("rows", Array.Dense.vector(Values.of(merged.rows())));
      columns.put("mean_distance", Array.Dense.vector(Values.of(merged.means())));
      columns.put("nearest", Array.Ragged.of(Values.of(nearest.toArray(String[]::new)), splits));
      out.output(Batch.of(columns));
    }
  }
}
