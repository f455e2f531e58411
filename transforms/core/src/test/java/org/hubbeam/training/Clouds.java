// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Rows around a point for each class, the same each time. */
final class Clouds {

  /** A row for a collector. */
  record Row(long hash, float[] features, String label) {}

  private Clouds() {}

  static List<Row> rows(int count, int features, int classes) {
    Random random = new Random(11);
    float[][] points = new float[classes][features];
    for (float[] point : points) {
      for (int i = 0; i < features; i++) {
        point[i] = (float) random.nextGaussian();
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      float[] values = points[row % classes].clone();
      for (int i = 0; i < features; i++) {
        values[i] += (float) random.nextGaussian();
      }
      rows.add(new Row(row, values, "c" + row % classes));
    }
    return rows;
  }

  static List<Row> reversed(List<Row> rows) {
    List<Row> reversed = new ArrayList<>(rows);
    Collections.reverse(reversed);
    return reversed;
  }

  static void add(RowCollector collector, List<Row> rows) {
    for (Row row : rows) {
      collector.add("row " + row.hash(), row.hash(), row.features(), List.of(row.label()), 1);
    }
  }
}
