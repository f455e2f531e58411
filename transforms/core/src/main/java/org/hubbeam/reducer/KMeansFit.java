// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/**
 * Fits the centers of clusters to a sample of vectors: k-means++, then Lloyd's algorithm or
 * mini-batches. The sample are all vectors where they are not more than it holds. Input: x, float32
 * {@code [?, d]}; vectors with NaN or an infinity are left out, on the sphere those of zeros, too.
 * Result: centers, float32 {@code [?, d]}: as many as clusters, fewer where there are not so many
 * different vectors. The same vectors give the same centers, in whatever order and parts.
 */
@Internal
public final class KMeansFit extends DescribedReducer<VectorSample> {

  private final KMeansOptions options;
  private final int cells;

  /** Clusters of vectors of this length. */
  public KMeansFit(KMeansOptions options, int cells) {
    if (cells < 1) {
      throw new IllegalArgumentException("k_means needs vectors of 1 cell or more, not " + cells);
    }
    this.options = options;
    this.cells = cells;
  }

  @Override
  public VectorSample empty() {
    return new VectorSample(cells, options);
  }

  @Override
  public void add(VectorSample summary, List<Array> columns) {
    float[] vectors = vectors(columns, cells);
    for (int at = 0; at < vectors.length; at += cells) {
      if (Centers.prepare(options.space(), vectors, at, cells)) {
        summary.add(vectors, at);
      }
    }
  }

  /** The vectors of the only column, to be changed by the caller. */
  static float[] vectors(List<Array> columns, int cells) {
    Array x = ReducerInputs.only(columns, DType.FLOAT32, "k_means");
    if (!(x instanceof Array.Dense) || x.dims().size() != 2 || x.dims().get(1) != cells) {
      throw new IllegalArgumentException(
          "k_means is for dense rows of " + cells + " cells, not for " + x.spec("x").type());
    }
    return ((Values.Numbers) x.values()).toFloats();
  }

  @Override
  public List<Array.Dense> finish(VectorSample summary) {
    float[] centers = summary.size() == 0 ? new float[0] : centers(summary);
    return List.of(
        new Array.Dense(List.of((long) centers.length / cells, (long) cells), Values.of(centers)));
  }

  private float[] centers(VectorSample summary) {
    return new KMeansAlgorithm(options, cells, summary.vectors(), summary.weights()).fit();
  }

  @Override
  public VectorSample read(DataInput in) throws IOException {
    return VectorSample.read(in, cells, options);
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(new ArraySpec("centers", DType.FLOAT32, Shape.of(-1, cells), Layout.DENSE));
  }

  @Override
  public String describe() {
    return "k_means(" + options.describe() + ", cells=" + cells + ")";
  }
}
