// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.Batch;
import org.hubbeam.search.Hit;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.search.SearchRequest;
import org.jspecify.annotations.Nullable;

/** Searches an index, or a shard of one, for the neighbours of batches. For one thread. */
final class BatchSearch implements AutoCloseable {

  private final NearestNeighbours.Settings settings;
  private final IndexCache.Part part;
  private IndexCache.@Nullable Lease lease;

  BatchSearch(NearestNeighbours.Settings settings, IndexState state, int shard) {
    this.settings = settings;
    part = new IndexCache.Part(settings.index(), shard, state);
  }

  /** The index, leased when it is first needed. */
  SearchIndex index() {
    IndexCache.Lease now = lease;
    if (now == null) {
      now = IndexCache.JVM.lease(part);
      lease = now;
    }
    return now.index();
  }

  /** The neighbours of all rows of a batch, whose vectors fit the index. */
  BatchNeighbours neighbours(Batch batch) {
    RowVectors vectors = RowVectors.of(batch, settings.column());
    float[][] queries = new float[batch.rows()][];
    for (int row = 0; row < queries.length; row++) {
      queries[row] = vectors.vector(row);
    }
    boolean others = settings.self() == NearestNeighbours.Self.LEFT_OUT;
    SearchRequest request = settings.request(settings.k() + (others ? 1 : 0)).withColumns(Set.of());
    List<List<Hit>> found = index().nearest(queries, request);
    if (!others) {
      return new BatchNeighbours(found);
    }
    List<List<Hit>> without = new ArrayList<>();
    for (int row = 0; row < queries.length; row++) {
      RowId own = Ids.known(settings.ids(), batch, row);
      without.add(
          found.get(row).stream()
              .filter(hit -> !hit.id().equals(own))
              .limit(settings.k())
              .toList());
    }
    return new BatchNeighbours(without);
  }

  @Override
  public void close() {
    IndexCache.Lease now = lease;
    if (now != null) {
      now.close();
      lease = null;
    }
  }
}
