// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.hubbeam.batch.Internal;

/**
 * Where the rows of an index lie in two dimensions, to be looked at. Rows are those of {@link
 * SearchIndex#rows}, in that order: x and y of the first, of the second and so on.
 */
@Internal
public final class IndexMap {

  private static final long SEED = 1;

  private IndexMap() {}

  /**
   * Places rows by UMAP: near ones stay near. The same index gives the same places, whatever the
   * number of threads.
   *
   * @param start where rows are at first; their first two principal components keep the large
   *     structure
   * @param threads that look for neighbours; the layout itself takes one, about 15 seconds for
   *     100,000 rows
   */
  public static float[] umap(SearchIndex index, float[] start, int threads) {
    FuzzyGraph graph = new IndexNeighbours(index.evaluation()).graph(threads);
    return UmapLayout.compute(graph, start, SEED);
  }

  /**
   * Writes a file of places, to stand beside the others of an index. Nothing changes before the
   * description with it stands.
   *
   * @param folder of the index, or another one from which it is copied there
   * @param method {@code pca} or {@code umap}
   * @param xy of the rows
   */
  public static IndexDescription.Coordinates write(
      Path folder, SearchIndex index, String method, float[] xy) throws IOException {
    Path temporary = Files.createTempFile(folder, "." + method, ".npy");
    try {
      List<OpenShard> shards = index.evaluation().shards();
      MapFile.write(temporary, IndexNeighbours.withDeleted(shards, xy));
      String name = "map-" + method + "-" + Sha256.of(temporary).substring(0, 16) + ".npy";
      Path file = folder.resolve(name);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
      return new IndexDescription.Coordinates(method, Sha256.describe(file));
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
