// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.reducer.Centers;
import org.jspecify.annotations.Nullable;

/** Adds the cluster of each row and the distance from its centroid. */
final class AssignFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  private final VectorSettings settings;
  private final PCollectionView<List<ClusterModel>> model;
  private transient @Nullable Centers centers;

  AssignFn(VectorSettings settings, PCollectionView<List<ClusterModel>> model) {
    this.settings = settings;
    this.model = model;
  }

  /** Forgets the centers of another pipeline. */
  @StartBundle
  public void start() {
    centers = null;
  }

  /** Finds the clusters of all rows of a batch. */
  @ProcessElement
  public void process(ProcessContext context, @Element Batch batch, OutputReceiver<Batch> out) {
    if (centers == null) {
      centers = context.sideInput(model).get(0).centers();
    }
    Centers all = centers;
    RowVectors vectors = RowVectors.of(batch, settings.column());
    long[] clusters = new long[batch.rows()];
    float[] distances = new float[batch.rows()];
    for (int row = 0; row < clusters.length; row++) {
      int at = vectors.bounds()[row];
      all.prepare(vectors.values(), at);
      int nearest = all.nearest(vectors.values(), at);
      clusters[row] = nearest;
      distances[row] = (float) all.distance(vectors.values(), at, nearest);
    }
    out.output(
        batch
            .with(KMeans.CLUSTER, Array.Dense.vector(Values.of(clusters)))
            .with(KMeans.DISTANCE, Array.Dense.vector(Values.of(distances))));
  }
}
