// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.util.Objects;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.reducer.ClusterSums;
import org.hubbeam.reducer.KMeansFit;
import org.hubbeam.reducer.KMeansOptions;
import org.hubbeam.reducer.KMeansStep;
import org.hubbeam.reducer.Reducer;
import org.hubbeam.reducer.VectorSample;
import org.jspecify.annotations.Nullable;

/**
 * The centers of the vectors of all batches: fitted to a sample, then moved by steps over all of
 * them. None of no vectors.
 */
final class FitClusters extends PTransform<PCollection<Batch>, PCollection<ClusterModel>> {
  private static final long serialVersionUID = 1;

  /** A sample has at most so many numbers, 128 MiB. */
  private static final int SAMPLED_NUMBERS = 1 << 25;

  private final String column;
  private final KMeansOptions options;
  private final int passes;

  FitClusters(String column, KMeansOptions options, int passes) {
    this.column = column;
    this.options = options;
    this.passes = passes;
  }

  @Override
  public PCollection<ClusterModel> expand(PCollection<Batch> batches) {
    PCollection<ClusterModel> model =
        batches.apply("Sample", new ReduceVectors<>(column, new Fit(options), null));
    for (int pass = 1; pass <= passes; pass++) {
      model =
          batches.apply(
              "Pass" + pass,
              new ReduceVectors<>(
                  column, new Move(), model.apply("Centers" + pass, View.asList())));
    }
    return model;
  }

  private record Fit(KMeansOptions options) implements ReduceVectors.Step<VectorSample> {
    @Override
    public Reducer<VectorSample> reducer(int cells, @Nullable ClusterModel before) {
      int most = Math.max(options.clusters(), SAMPLED_NUMBERS / cells);
      return new KMeansFit(options.withSample(Math.min(options.sample(), most)), cells);
    }

    @Override
    public ClusterModel finish(
        Reducer<VectorSample> reducer,
        VectorSample summary,
        int cells,
        @Nullable ClusterModel before) {
      Array.Dense centers = reducer.finish(summary).get(0);
      return new ClusterModel(
          options.space(),
          cells,
          ((Values.Numbers) centers.values()).toFloats(),
          summary.largest(),
          summary.rows());
    }
  }

  private record Move() implements ReduceVectors.Step<ClusterSums> {
    @Override
    public Reducer<ClusterSums> reducer(int cells, @Nullable ClusterModel before) {
      ClusterModel model = Objects.requireNonNull(before);
      return new KMeansStep(model.centers(), model.largest());
    }

    @Override
    public ClusterModel finish(
        Reducer<ClusterSums> reducer,
        ClusterSums summary,
        int cells,
        @Nullable ClusterModel before) {
      return Objects.requireNonNull(before).with(reducer.finish(summary).get(0));
    }
  }
}
