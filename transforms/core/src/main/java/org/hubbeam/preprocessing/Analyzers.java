// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.plan.Analysis;
import org.hubbeam.reducer.Axis;
import org.hubbeam.reducer.CellReducer;
import org.hubbeam.reducer.CountPerKey;
import org.hubbeam.reducer.Covariance;
import org.hubbeam.reducer.Extremes;
import org.hubbeam.reducer.Moments;
import org.hubbeam.reducer.Pca;
import org.hubbeam.reducer.PerKey;
import org.hubbeam.reducer.Quantiles;
import org.hubbeam.reducer.Reducer;
import org.hubbeam.reducer.Size;
import org.hubbeam.reducer.Sum;
import org.hubbeam.reducer.TukeyParameters;
import org.hubbeam.reducer.ValueCounts;
import org.hubbeam.reducer.Weighting;

/**
 * Analyzers: full passes over the data. A result is a {@link Statistic}, which has the same value
 * for every row.
 *
 * <p>By default, all values of a column are reduced to one result. With {@link Over#CELLS}, the
 * values of each position in a row are reduced separately (tf.Transform's {@code
 * reduce_instance_dims=False}). Missing values are ignored.
 */
public final class Analyzers {

  private Analyzers() {}

  /** Which values are reduced together. */
  public enum Over {
    /** All values of all rows. */
    ALL,
    /** The values of each position in a row. */
    CELLS
  }

  /**
   * The smallest value, of the type of the column. If there is no value: infinity for floats, the
   * largest value of the type for integers.
   */
  public static Statistic min(Column x) {
    return min(x, Over.ALL);
  }

  /** The smallest value. */
  public static Statistic min(Column x, Over over) {
    return extremes(x, over).get(0);
  }

  /**
   * The largest value, of the type of the column. If there is no value: minus infinity for floats,
   * the negative of the largest value of the type for integers.
   */
  public static Statistic max(Column x) {
    return max(x, Over.ALL);
  }

  /** The largest value. */
  public static Statistic max(Column x, Over over) {
    return extremes(x, over).get(1);
  }

  static List<Statistic> extremes(Column x, Over over) {
    return reduce("min_max", new Extremes(x.dtype(), axis(x, over)), List.of(x));
  }

  /** The sum; int64 for integers. 0 if there is no value. */
  public static Statistic sum(Column x) {
    return sum(x, Over.ALL);
  }

  /** The sum. */
  public static Statistic sum(Column x, Over over) {
    return reduce("sum", new Sum(x.dtype(), axis(x, over)), List.of(x)).get(0);
  }

  /** The number of values, int64. */
  public static Statistic size(Column x) {
    return size(x, Over.ALL);
  }

  /** The number of values. */
  public static Statistic size(Column x, Over over) {
    return reduce("size", new Size(x.dtype(), axis(x, over)), List.of(x)).get(0);
  }

  /** The mean, ignoring NaN and infinities; float32 for integers. 0 if there is no value. */
  public static Statistic mean(Column x) {
    return mean(x, Over.ALL);
  }

  /** The mean. */
  public static Statistic mean(Column x, Over over) {
    return moments(x, over).get(0);
  }

  /** The mean, in the given floating point type. */
  public static Statistic mean(Column x, Over over, DType outputDtype) {
    return moments(x, over, outputDtype).get(0);
  }

  /**
   * The population variance (divided by the number of values), ignoring NaN and infinities. 0 if
   * there is no value.
   */
  public static Statistic var(Column x) {
    return var(x, Over.ALL);
  }

  /** The variance. */
  public static Statistic var(Column x, Over over) {
    return moments(x, over).get(1);
  }

  /** The variance, in the given floating point type. */
  public static Statistic var(Column x, Over over, DType outputDtype) {
    return moments(x, over, outputDtype).get(1);
  }

  static List<Statistic> moments(Column x, Over over) {
    return reduce("mean_var", new Moments(x.dtype(), axis(x, over)), List.of(x));
  }

  static List<Statistic> moments(Column x, Over over, DType outputDtype) {
    return reduce("mean_var", new Moments(x.dtype(), axis(x, over), outputDtype), List.of(x));
  }

  /**
   * The boundaries between buckets of about equal weight, float32, of the shape {@code [1,
   * num_buckets - 1]}; for each position in a row, the shape of a row followed by {@code
   * num_buckets - 1}.
   *
   * <p>NaN is ignored; infinities are not. Zeros if there is no value.
   */
  public static Statistic quantiles(Column x, Bucketing bucketing) {
    List<Column> columns = new ArrayList<>(List.of(x));
    Scores.checkWeights(columns.get(0), bucketing.weights());
    if (bucketing.weights() != null) {
      columns.add(bucketing.weights());
    }
    return reduce("quantiles", reducer(x, bucketing), columns).get(0);
  }

  static Quantiles reducer(Column x, Bucketing bucketing) {
    return new Quantiles(
        x.dtype(),
        axis(x, bucketing.over()),
        bucketing.numBuckets(),
        bucketing.epsilon(),
        bucketing.weights() == null ? Weighting.NONE : Weighting.WEIGHTED);
  }

  /**
   * The number of occurrences of each value.
   *
   * @param key strings or integers
   * @return the keys, ordered by their bytes (integers as decimal text), and their counts, int64
   */
  public static List<Statistic> countPerKey(Column key) {
    return reduce("count_per_key", new CountPerKey(key.dtype()), List.of(key));
  }

  /**
   * The number of occurrences of each value, written to an asset file with the lines {@code count
   * key}. Keys are escaped as described in {@link KeyStorage}.
   *
   * @param keyVocabularyFilename the name of the file; empty to generate one
   * @return the path of the file
   */
  public static Statistic countPerKey(Column key, String keyVocabularyFilename) {
    Tracing tracing = key.tracing();
    VocabularyName name = tracing.keyFile(keyVocabularyFilename, "count_per_key");
    Reducer<?> counts = new PerKey(new Size(key.dtype(), Axis.WHOLE));
    Tracing.FileResult result =
        tracing.analyzeFile(
            "count_per_key",
            new Analysis.KeyFile(counts, name.fileName()),
            List.of(key, key),
            name);
    return new Statistic(tracing, result.node());
  }

  /**
   * The number of values in each bin.
   *
   * @return the counts, int64, and the boundaries {@code [1, n]}, float32. Boundaries are lowered
   *     by 0.0001, so that a value equal to one is counted in the bin above. Values outside the
   *     boundaries are counted in the first or last bin. For categories, the counts and the
   *     categories, in the order of their bytes
   */
  public static List<Statistic> histogram(Column x, Bins bins) {
    return Histograms.analyze(x, bins);
  }

  /** The number of values in each of ten bins between 0 and 1. */
  public static List<Statistic> histogram(Column x) {
    return histogram(x, Bins.TENTHS);
  }

  /**
   * The covariance matrix of a column of vectors, divided by the number of rows. Zeros if there are
   * no rows.
   *
   * @param dtype the type of the result
   */
  public static Statistic covariance(Column x, DType dtype) {
    return reduce(
            "covariance", new Covariance(x.dtype(), cells(x, "covariance"), dtype), List.of(x))
        .get(0);
  }

  /**
   * The principal components of a column of vectors: the eigenvectors of its covariance matrix as
   * the columns of a matrix, in descending order of eigenvalue. The sign of each is arbitrary.
   *
   * @param outputDim the number of components
   * @param dtype the type of the result
   */
  public static Statistic pca(Column x, int outputDim, DType dtype) {
    return reduce("pca", new Pca(x.dtype(), cells(x, "pca"), outputDim, dtype), List.of(x)).get(0);
  }

  private static int cells(Column x, String name) {
    boolean vectors = x instanceof Column.Dense && x.shape().hasRank() && x.shape().rank() == 2;
    if (!vectors || !x.shape().row().isFull()) {
      throw new IllegalArgumentException(
          name
              + " is for a dense column of rank 2, rows of a known size; not for "
              + x.spec("x").type());
    }
    return Math.toIntExact(x.shape().dim(1));
  }

  /** The location of the Tukey HH distribution with the same L-moments as the column. */
  public static Statistic tukeyLocation(Column x) {
    return tukeyLocation(x, Over.ALL);
  }

  /** The location. */
  public static Statistic tukeyLocation(Column x, Over over) {
    return tukey(x, over).get(0);
  }

  /** The location, in the given floating point type. */
  public static Statistic tukeyLocation(Column x, Over over, DType outputDtype) {
    return tukey(x, over, outputDtype).get(0);
  }

  /** The scale of the Tukey HH distribution with the same L-moments as the column. */
  public static Statistic tukeyScale(Column x) {
    return tukeyScale(x, Over.ALL);
  }

  /** The scale. */
  public static Statistic tukeyScale(Column x, Over over) {
    return tukey(x, over).get(1);
  }

  /** The scale, in the given floating point type. */
  public static Statistic tukeyScale(Column x, Over over, DType outputDtype) {
    return tukey(x, over, outputDtype).get(1);
  }

  /**
   * The tail parameters hl and hr of the Tukey HH distribution with the same L-moments as the
   * column; 0 for a tail no heavier than that of a normal distribution.
   */
  public static List<Statistic> tukeyHParams(Column x) {
    return tukeyHParams(x, Over.ALL);
  }

  /** The tail parameters hl and hr. */
  public static List<Statistic> tukeyHParams(Column x, Over over) {
    return tukey(x, over).subList(2, 4);
  }

  /** The tail parameters hl and hr, in the given floating point type. */
  public static List<Statistic> tukeyHParams(Column x, Over over, DType outputDtype) {
    return tukey(x, over, outputDtype).subList(2, 4);
  }

  static List<Statistic> tukey(Column x, Over over) {
    return reduce("tukey", new TukeyParameters(x.dtype(), axis(x, over)), List.of(x));
  }

  static List<Statistic> tukey(Column x, Over over, DType outputDtype) {
    return reduce("tukey", new TukeyParameters(x.dtype(), axis(x, over), outputDtype), List.of(x));
  }

  /** The number of rows without a value, int64. */
  public static Statistic nullCount(Column x) {
    return counts(x).get(2);
  }

  /** The number of values that are NaN, int64. */
  public static Statistic nanCount(Column x) {
    return counts(x).get(3);
  }

  /** Rows, values, rows without a value, and NaN. */
  static List<Statistic> counts(Column x) {
    return reduce("value_counts", new ValueCounts(x.dtype()), List.of(x));
  }

  /**
   * A reduction of the values of each key.
   *
   * @param name the name of the analyzer in the plan
   * @param each the reducer for the values of one key
   * @param key a string column with one key for each value of x, or one for each row
   * @return the keys in the order of their bytes, and the results with the keys as their first
   *     dimension
   */
  public static List<Statistic> perKey(String name, CellReducer each, Column x, Column key) {
    return reduce(name, new PerKey(each), List.of(x, key));
  }

  /**
   * A custom reducer.
   *
   * @param name the name of the analyzer in the plan
   * @param columns the inputs of the reducer, in its order
   * @return the results of the reducer, in its order
   */
  public static List<Statistic> reduce(String name, Reducer<?> reducer, List<Column> columns) {
    return columns
        .get(0)
        .tracing()
        .analyze(name, new Analysis.Reduction(reducer), columns, reducer.outputs());
  }

  /**
   * A custom Beam transform as an analyzer: a {@code PTransform<PCollection<Batch>,
   * PCollection<Batch>>} whose input batches have the columns {@code input_0}, {@code input_1}, ...
   * and whose output is one batch of one row, with a column for each result. It runs in pipelines
   * only ({@code org.hubbeam.analysis}), not in {@link Preprocessor#applyLocally}.
   *
   * @param name its name in the plan and in steps; for the same columns, transforms of the same
   *     name are taken to be the same
   * @param transform the transform
   * @param outputs the results by name, without a row dimension; -1 for a dimension that depends on
   *     the data
   * @return the results, in the order of {@code outputs}
   */
  public static List<Statistic> ptransformAnalyzer(
      String name, Serializable transform, List<Column> columns, List<ArraySpec> outputs) {
    return columns
        .get(0)
        .tracing()
        .analyze(name, new Analysis.External(transform, name, outputs), columns, outputs);
  }

  static Axis axis(Column x, Over over) {
    return over == Over.ALL ? Axis.WHOLE : Axis.perCell(x.shape().row());
  }
}
