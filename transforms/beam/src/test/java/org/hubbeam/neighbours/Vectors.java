// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;

/** Vectors under ids, as batches of any size and order. */
final class Vectors {

  static final String ID = "id";
  static final String EMBEDDING = "embedding";

  private Vectors() {}

  /** So many vectors around so many points, named r0, r1 and so on. */
  static Map<String, float[]> clustered(int rows, int points, int cells, long seed) {
    Random random = new Random(seed);
    float[][] middles = new float[points][cells];
    for (float[] middle : middles) {
      for (int cell = 0; cell < cells; cell++) {
        middle[cell] = (float) random.nextGaussian();
      }
    }
    Map<String, float[]> vectors = new LinkedHashMap<>();
    for (int row = 0; row < rows; row++) {
      float[] vector = middles[random.nextInt(points)].clone();
      for (int cell = 0; cell < cells; cell++) {
        vector[cell] += 0.3f * (float) random.nextGaussian();
      }
      vectors.put("r" + row, vector);
    }
    return vectors;
  }

  /** Batches of this many rows, in the order of the map. */
  static List<Batch> batches(Map<String, float[]> vectors, int rows) {
    List<Batch> batches = new ArrayList<>();
    List<String> ids = new ArrayList<>(vectors.keySet());
    for (int from = 0; from < ids.size(); from += rows) {
      batches.add(batch(vectors, ids.subList(from, Math.min(ids.size(), from + rows))));
    }
    return batches;
  }

  /** The same rows in another order and in batches of other sizes. */
  static List<Batch> shuffled(Map<String, float[]> vectors, long seed) {
    List<String> ids = new ArrayList<>(vectors.keySet());
    Random random = new Random(seed);
    Collections.shuffle(ids, random);
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < ids.size(); ) {
      int to = Math.min(ids.size(), from + 1 + random.nextInt(300));
      batches.add(batch(vectors, ids.subList(from, to)));
      from = to;
    }
    return batches;
  }

  private static Batch batch(Map<String, float[]> vectors, List<String> ids) {
    int cells = vectors.get(ids.get(0)).length;
    float[] values = new float[ids.size() * cells];
    for (int i = 0; i < ids.size(); i++) {
      System.arraycopy(vectors.get(ids.get(i)), 0, values, i * cells, cells);
    }
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put(ID, Array.Dense.vector(Values.of(ids.toArray(String[]::new))));
    columns.put(
        EMBEDDING, new Array.Dense(List.of((long) ids.size(), (long) cells), Values.of(values)));
    return Batch.of(columns);
  }

  /** A column of all batches by id. */
  static Map<String, List<Object>> column(Iterable<Batch> batches, String name) {
    Map<String, List<Object>> found = new TreeMap<>();
    for (Batch batch : batches) {
      Values.Strings ids = (Values.Strings) batch.column(ID).values();
      for (int row = 0; row < batch.rows(); row++) {
        Values values = batch.column(name).slice(row, row + 1).values();
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
          all.add(values instanceof Values.Strings s ? s.text(i) : values.get(i));
        }
        found.put(ids.text(row), all);
      }
    }
    return found;
  }

  static double cosine(float[] a, float[] b) {
    double product = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      first += (double) a[i] * a[i];
      second += (double) b[i] * b[i];
    }
    return product / Math.sqrt(first * second);
  }
}
