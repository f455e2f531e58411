// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.reducer.KMeansFit;
import org.hubbeam.reducer.Reducer;
import org.hubbeam.reducer.VectorSample;
import org.jspecify.annotations.Nullable;

/** The centers of as many blocks as there should be for the rows that there are. */
record FitBlocks() implements ReduceVectors.Step<VectorSample> {

  @Override
  public Reducer<VectorSample> reducer(int cells, @Nullable ClusterModel before) {
    return new KMeansFit(BlockPlan.options(1), cells);
  }

  @Override
  public ClusterModel finish(
      Reducer<VectorSample> reducer,
      VectorSample summary,
      int cells,
      @Nullable ClusterModel before) {
    KMeansFit fit = new KMeansFit(BlockPlan.options(summary.rows()), cells);
    Array.Dense centers = fit.finish(summary).get(0);
    return new ClusterModel(
        BlockPlan.options(1).space(),
        cells,
        ((Values.Numbers) centers.values()).toFloats(),
        summary.largest(),
        summary.rows());
  }
}
