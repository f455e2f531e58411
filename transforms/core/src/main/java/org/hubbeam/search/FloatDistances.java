// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/** The distances of a graph's rows to a query. */
final class FloatDistances implements HnswWalk.Distances {

  private final HnswStore store;
  private final Metric metric;
  private final float[] query;
  private final Kernel kernel = Kernel.BEST;

  FloatDistances(HnswStore store, Metric metric, float[] query) {
    this.store = store;
    this.metric = metric;
    this.query = query;
  }

  @Override
  public void of(int[] rows, int count, float[] target) {
    if (metric == Metric.EUCLIDEAN) {
      kernel.squares(query, 0, store.vectors, store.dimension, rows, count, target);
    } else {
      kernel.dots(query, 0, store.vectors, store.dimension, rows, count, target);
      for (int i = 0; i < count; i++) {
        target[i] = -target[i];
      }
    }
  }
}
