// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;

/**
 * How far the outputs of a graph model are from those of its module on the same rows.
 *
 * @param outputs one after the other
 */
public record GraphModelComparison(List<Output> outputs) {

  /**
   * One output.
   *
   * @param difference the largest, relative to the value where that is above 1; infinite where
   *     shapes or texts differ
   * @param row the row that has it, by the first dimension
   * @param cosine the mean over the rows; 1 for texts
   * @param changed in how many rows another value is the largest
   */
  public record Output(String name, double difference, int row, double cosine, int changed) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s: largest difference %.2g (row %d), mean cosine %.6f, changed first classes %d",
          name,
          difference,
          row,
          cosine,
          changed);
    }
  }

  public GraphModelComparison {
    outputs = List.copyOf(outputs);
  }

  /**
   * Compares outputs.
   *
   * @param wanted what the module gives, by name
   * @param given what the model gives
   */
  public static GraphModelComparison of(
      Map<String, Array.Dense> wanted, Map<String, Array.Dense> given) {
    List<Output> outputs = new ArrayList<>();
    wanted.forEach(
        (name, array) -> {
          Array.Dense other = given.get(name);
          if (other != null) {
            outputs.add(output(name, array, other));
          }
        });
    return new GraphModelComparison(outputs);
  }

  /** The largest difference of all outputs. */
  public double difference() {
    return outputs.stream().mapToDouble(Output::difference).max().orElse(0);
  }

  private static Output output(String name, Array.Dense wanted, Array.Dense given) {
    if (!wanted.dims().equals(given.dims())) {
      return new Output(name, Double.POSITIVE_INFINITY, 0, 0, 0);
    }
    int size = wanted.values().size();
    int rows = wanted.dims().isEmpty() || size == 0 ? 1 : Math.toIntExact(wanted.dims().get(0));
    int width = rows == 0 ? 0 : size / rows;
    if (!(wanted.values() instanceof Values.Numbers a)
        || !(given.values() instanceof Values.Numbers b)) {
      boolean same = wanted.values().equals(given.values());
      return new Output(name, same ? 0 : Double.POSITIVE_INFINITY, 0, 1, 0);
    }
    double worst = 0;
    int worstRow = 0;
    double cosines = 0;
    int changed = 0;
    for (int row = 0; row < rows; row++) {
      double dot = 0;
      double left = 0;
      double right = 0;
      int first = row * width;
      int otherFirst = first;
      for (int i = row * width; i < (row + 1) * width; i++) {
        double x = a.getDouble(i);
        double y = b.getDouble(i);
        double difference = difference(x, y);
        if (difference > worst) {
          worst = difference;
          worstRow = row;
        }
        dot += x * y;
        left += x * x;
        right += y * y;
        first = x > a.getDouble(first) ? i : first;
        otherFirst = y > b.getDouble(otherFirst) ? i : otherFirst;
      }
      cosines += left == 0 || right == 0 ? (left == right ? 1 : 0) : dot / Math.sqrt(left * right);
      changed += first == otherFirst ? 0 : 1;
    }
    return new Output(name, worst, worstRow, rows == 0 ? 1 : cosines / rows, changed);
  }

  private static double difference(double wanted, double given) {
    if (wanted == given || Double.isNaN(wanted) && Double.isNaN(given)) {
      return 0;
    }
    double difference = Math.abs(wanted - given) / Math.max(1, Math.abs(wanted));
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }
}
