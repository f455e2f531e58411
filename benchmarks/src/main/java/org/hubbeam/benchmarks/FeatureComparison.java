// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;

/**
 * Two sets of features that two programs made of the same rows, in any order, one number a row and
 * column. Rows are paired by the ranks of their floats and by their integers but for those of
 * columns called {@code *_bucket}: neither small differences nor other buckets part a pair.
 *
 * @param rows in each
 * @param columns by name
 */
record FeatureComparison(int rows, List<Difference> columns) {

  private static final double ALLOWED = 1e-5;
  private static final String BUCKET = "_bucket";

  FeatureComparison {
    columns = List.copyOf(columns);
  }

  /**
   * The difference between two columns.
   *
   * @param greatest difference
   * @param wrong rows in which a float differs by more than a hundred thousandth of its size, or an
   *     integer at all
   */
  record Difference(String column, double greatest, int wrong) {}

  /**
   * Compares.
   *
   * @throws IllegalArgumentException when the columns or the numbers of rows are not the same
   */
  static FeatureComparison of(Batch one, Batch two) {
    Set<String> names = new TreeSet<>(one.columns().keySet());
    if (!names.equals(new TreeSet<>(two.columns().keySet())) || one.rows() != two.rows()) {
      throw new IllegalArgumentException(
          one.rows()
              + " rows of "
              + names
              + " and "
              + two.rows()
              + " of "
              + two.columns().keySet());
    }
    int[] left = order(one, names);
    int[] right = order(two, names);
    List<Difference> columns = new ArrayList<>();
    for (String name : names) {
      columns.add(
          difference(
              name, values(one, name), left, values(two, name), right, isFloating(one, name)));
    }
    return new FeatureComparison(one.rows(), columns);
  }

  /** Whether everything except buckets is equal. */
  boolean isSame() {
    return columns.stream().allMatch(c -> c.wrong() == 0 || c.column().endsWith(BUCKET));
  }

  private static Difference difference(
      String name, double[] one, int[] left, double[] two, int[] right, boolean floating) {
    double greatest = 0;
    int wrong = 0;
    for (int i = 0; i < left.length; i++) {
      double value = one[left[i]];
      double off = Math.abs(value - two[right[i]]);
      greatest = Math.max(greatest, off);
      double allowed = floating ? ALLOWED * Math.max(1, Math.abs(value)) : 0;
      wrong += off <= allowed ? 0 : 1;
    }
    return new Difference(name, greatest, wrong);
  }

  private static boolean isFloating(Batch batch, String name) {
    return batch.column(name).dtype().isFloating();
  }

  private static double[] values(Batch batch, String name) {
    Array array = batch.column(name);
    if (!(array.values() instanceof Values.Numbers numbers) || numbers.size() != batch.rows()) {
      throw new IllegalArgumentException("column '" + name + "' has not one number a row");
    }
    return IntStream.range(0, numbers.size()).mapToDouble(numbers::getDouble).toArray();
  }

  /** The rows, in an order that does not depend on small differences. */
  private static int[] order(Batch batch, Set<String> names) {
    List<int[]> keys = new ArrayList<>();
    for (String name : names) {
      if (!name.endsWith(BUCKET)) {
        keys.add(ranks(values(batch, name)));
      }
    }
    return IntStream.range(0, batch.rows())
        .boxed()
        .sorted((a, b) -> compare(keys, a, b))
        .mapToInt(i -> i)
        .toArray();
  }

  private static int compare(List<int[]> keys, int a, int b) {
    for (int[] key : keys) {
      if (key[a] != key[b]) {
        return Integer.compare(key[a], key[b]);
      }
    }
    return 0;
  }

  private static int[] ranks(double[] values) {
    double[] distinct = Arrays.stream(values).sorted().distinct().toArray();
    return Arrays.stream(values).mapToInt(v -> Arrays.binarySearch(distinct, v)).toArray();
  }

  @Override
  public String toString() {
    Map<Boolean, List<Difference>> byBucket =
        columns.stream().collect(Collectors.partitioningBy(c -> c.column().endsWith(BUCKET)));
    double greatest =
        byBucket.get(false).stream().mapToDouble(Difference::greatest).max().orElse(0);
    String text =
        (isSame() ? "the same" : "**not the same**")
            + ": "
            + Numbers.count(rows)
            + " rows, "
            + columns.size()
            + " columns, greatest difference "
            + String.format(Locale.ROOT, "%.1e", greatest);
    String others =
        columns.stream()
            .filter(c -> c.wrong() > 0)
            .map(c -> c.column() + " differs in " + Numbers.count(c.wrong()) + " rows")
            .collect(Collectors.joining(", "));
    return others.isEmpty() ? text : text + "; " + others;
  }
}
