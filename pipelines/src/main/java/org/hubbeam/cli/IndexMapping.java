// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.batch.Printable;
import org.hubbeam.batch.Values;
import org.hubbeam.reducer.CoMoments;
import org.hubbeam.reducer.PrincipalComponents;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexMap;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.SearchIndex;

/** Places the rows of an index on a plane; the names are what users write. */
enum IndexMapping {
  /** The first two principal components. */
  pca,
  /** Near rows stay near. */
  umap;

  /** How many rows tell the components; of more rows, each of so many is taken. */
  private static final int FITTED = 100_000;

  private static final int BLOCK = 1024;

  /** Makes the map of an index, in place of one that is there. */
  void make(IndexPlace place, PrintWriter out, PrintWriter err) throws IOException {
    long begin = System.nanoTime();
    Path work = Files.createTempDirectory("hubbeam-map-");
    try (SearchIndex index = SearchIndex.open(place.local())) {
      String rows = Formatting.of(index.size(), "row");
      err.println("placing " + rows + " on a map by " + name());
      float[] places = places(index, Runtime.getRuntime().availableProcessors());
      Path folder = place.changing(work, List.of());
      IndexDescription.Coordinates map = IndexMap.write(folder, index, name(), places);
      place.add(folder, List.of(map.file()));
      place.stand(index.description().withCoordinates(map));
      out.println(
          Printable.line(
              "a map of "
                  + rows
                  + " by "
                  + name()
                  + ", "
                  + Formatting.seconds((System.nanoTime() - begin) / 1e9)
                  + " -> "
                  + place.path()));
    } finally {
      FileTrees.delete(work);
    }
  }

  /**
   * The places of the rows of an index, in the order of {@link SearchIndex#rows}.
   *
   * @return x and y of each row in turn
   */
  float[] places(SearchIndex index, int threads) {
    float[] flat = principal(index);
    return this == pca ? flat : IndexMap.umap(index, flat, threads);
  }

  private static float[] principal(SearchIndex index) {
    int dimension = index.description().dimension();
    int rows = Math.toIntExact(index.size());
    float[] places = new float[Math.multiplyExact(2, rows)];
    if (rows == 0) {
      return places;
    }
    List<Array.Dense> fitted = fitted(index, dimension, (rows + FITTED - 1) / FITTED);
    float[] mean = floats(fitted.get(0));
    float[] axes = floats(fitted.get(1));
    int columns = axes.length / dimension;
    int at = 0;
    try (Stream<IndexRow> all = index.rows()) {
      for (IndexRow row : (Iterable<IndexRow>) all::iterator) {
        for (int column = 0; column < columns; column++) {
          double place = 0;
          for (int i = 0; i < dimension; i++) {
            place += (double) (row.vector()[i] - mean[i]) * axes[columns * i + column];
          }
          places[at + column] = (float) place;
        }
        at += 2;
      }
    }
    return places;
  }

  private static List<Array.Dense> fitted(SearchIndex index, int dimension, int each) {
    PrincipalComponents reducer =
        new PrincipalComponents(DType.FLOAT32, dimension, Math.min(2, dimension), DType.FLOAT32);
    CoMoments moments = reducer.empty();
    float[] block = new float[BLOCK * dimension];
    int filled = 0;
    int number = 0;
    try (Stream<IndexRow> all = index.rows()) {
      for (IndexRow row : (Iterable<IndexRow>) all::iterator) {
        if (number++ % each == 0) {
          System.arraycopy(row.vector(), 0, block, filled++ * dimension, dimension);
        }
        if (filled == BLOCK) {
          add(reducer, moments, block, filled);
          filled = 0;
        }
      }
    }
    add(reducer, moments, block, filled);
    return reducer.finish(moments);
  }

  private static void add(PrincipalComponents reducer, CoMoments moments, float[] block, int rows) {
    int dimension = block.length / BLOCK;
    if (rows > 0) {
      float[] filled = Arrays.copyOf(block, rows * dimension);
      reducer.add(
          moments,
          List.of(new Array.Dense(List.of((long) rows, (long) dimension), Values.of(filled))));
    }
  }

  private static float[] floats(Array.Dense array) {
    return ((Values.Numbers) array.values()).toFloats();
  }
}
