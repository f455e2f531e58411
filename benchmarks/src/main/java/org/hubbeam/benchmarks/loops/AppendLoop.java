// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.search.IndexChange;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexFolder;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.search.ShardOptions;
import org.hubbeam.search.ShardWriter;
import org.hubbeam.search.VectorStorage;

/**
 * {@code AppendLoop FOLDER INDEX} builds an index of the vectors in a folder, and appends 1 % of
 * them under new ids. Prints rows a second of building, and the time of appending as a part of it,
 * both of processor time.
 */
public final class AppendLoop {

  private AppendLoop() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    float[][] vectors = Vectors.floats(Path.of(args[0], "vectors.npy"));
    Path set = Path.of(args[1]);
    List<IndexRow> rows = SetLoop.rows(vectors, 0);
    double start = SetLoop.clock();
    SetLoop.write(set, rows, 1, VectorStorage.FLOAT32);
    double build = SetLoop.clock() - start;
    List<IndexRow> more =
        SetLoop.rows(Arrays.copyOf(vectors, Math.max(1, vectors.length / 100)), vectors.length);
    start = SetLoop.clock();
    append(set, more);
    double append = SetLoop.clock() - start;
    try (SearchIndex index = SearchIndex.open(set)) {
      if (index.size() != rows.size() + more.size()) {
        throw new IllegalStateException("there are " + index.size() + " rows");
      }
    }
    System.out.printf("rows/s %.1f%n", rows.size() / build);
    System.out.printf("measured part %.5f%n", append / build);
  }

  private static void append(Path set, List<IndexRow> rows) throws IOException {
    IndexDescription index = IndexFolder.read(set);
    ShardOptions options = SetLoop.options(index.dimension(), index.storage());
    String name = ShardWriter.name(index.generation() + 1, 0, 1);
    IndexDescription.Shard added = SetLoop.write(set, rows, name, options);
    IndexFolder.stand(set, IndexChange.append(set, index, List.of(added)).description());
  }
}
