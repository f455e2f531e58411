// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/**
 * One step of Lloyd's algorithm over all vectors: each center moves to the mean of those that are
 * nearest to it. Input as of {@link KMeansFit}. Results: centers, float32 {@code [k, d]}, and rows,
 * int64 {@code [k]}, how many vectors each had. Sums are whole numbers of a unit, so that the same
 * vectors give the same centers to the last bit, in whatever order and parts.
 */
@Internal
public final class KMeansStep extends DescribedReducer<ClusterSums> {

  private final transient Centers centers;
  private final KMeansOptions.Space space;
  private final int cells;
  private final float[] values;
  private final float largest;

  /**
   * A step.
   *
   * @param centers where it begins
   * @param largest no number of a vector is of a larger magnitude; on the sphere 1 is enough
   */
  public KMeansStep(Centers centers, float largest) {
    this.centers = centers;
    space = centers.space();
    cells = centers.cells();
    values = centers.values();
    this.largest = largest;
  }

  private Object readResolve() {
    return new KMeansStep(new Centers(space, cells, values), largest);
  }

  @Override
  public ClusterSums empty() {
    return new ClusterSums(centers.count(), cells, largest);
  }

  @Override
  public void add(ClusterSums summary, List<Array> columns) {
    float[] vectors = KMeansFit.vectors(columns, cells);
    for (int at = 0; at < vectors.length && centers.count() > 0; at += cells) {
      if (Centers.prepare(space, vectors, at, cells)) {
        summary.add(centers.nearest(vectors, at), vectors, at);
      }
    }
  }

  @Override
  public List<Array.Dense> finish(ClusterSums summary) {
    long[] rows = summary.rows();
    double[] totals = Arrays.stream(rows).asDoubleStream().toArray();
    float[] moved = KMeansAlgorithm.means(space, cells, values, summary.sums(), totals);
    return List.of(
        new Array.Dense(List.of((long) rows.length, (long) cells), Values.of(moved)),
        Array.Dense.vector(Values.of(rows)));
  }

  @Override
  public ClusterSums read(DataInput in) throws IOException {
    return ClusterSums.read(in, empty());
  }

  @Override
  public List<ArraySpec> outputs() {
    int count = centers.count();
    return List.of(
        new ArraySpec("centers", DType.FLOAT32, Shape.of(count, cells), Layout.DENSE),
        new ArraySpec("rows", DType.INT64, Shape.of(count), Layout.DENSE));
  }

  @Override
  public String describe() {
    return "k_means_step(space="
        + space
        + ", centers="
        + centers.count()
        + "x"
        + cells
        + " #"
        + Integer.toHexString(Arrays.hashCode(values))
        + ", largest="
        + largest
        + ")";
  }
}
