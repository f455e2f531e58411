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
 * Full passes over the data: each gives what is the same for every row.
 *
 * <p>By default all values of a column together give one result; with {@link Over#CELLS} those of
 * each cell of a row do (tf.Transform's {@code reduce_instance_dims=False}). Missing values do not
 * take part.
 */
public final class Analyzers {

  private Analyzers() {}

  /** What becomes one result. */
  public enum Over {
    /** All values of all rows. */
    ALL,
    /** The values of each cell of a row. */
    CELLS
  }

  /** The smallest value. Over nothing: infinity, for integers the largest of their type. */
  public static Statistic min(Column x) {
    return min(x, Over.ALL);
  }

  /** The smallest value. */
  public static Statistic min(Column x, Over over) {
    return extremes(x, over).get(0);
  }

  /** The largest value. Over nothing: minus infinity, for integers minus the largest. */
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

  /** The sum; integers as int64. Over nothing 0. */
  public static Statistic sum(Column x) {
    return sum(x, Over.ALL);
  }

  /** The sum. */
  public static Statistic sum(Column x, Over over) {
    return reduce("sum", new Sum(x.dtype(), axis(x, over)), List.of(x)).get(0);
  }

  /** How many values there are, int64. */
  public static Statistic size(Column x) {
    return size(x, Over.ALL);
  }

  /** How many values there are. */
  public static Statistic size(Column x, Over over) {
    return reduce("size", new Size(x.dtype(), axis(x, over)), List.of(x)).get(0);
  }

  /** The mean without NaN and infinities; of integers float32. Over nothing 0. */
  public static Statistic mean(Column x) {
    return mean(x, Over.ALL);
  }

  /** The mean. */
  public static Statistic mean(Column x, Over over) {
    return moments(x, over).get(0);
  }

  /** The mean, in a floating point type of one's own. */
  public static Statistic mean(Column x, Over over, DType outputDtype) {
    return moments(x, over, outputDtype).get(0);
  }

  /** The variance, divided by the number of values, without NaN and infinities. */
  public static Statistic var(Column x) {
    return var(x, Over.ALL);
  }

  /** The variance. */
  public static Statistic var(Column x, Over over) {
    return moments(x, over).get(1);
  }

  /** The variance, in a floating point type of one's own. */
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
   * The values that part the rest into buckets of about equal weight, float32: {@code [1,
   * num_buckets - 1]}, or the shape of a row and {@code num_buckets - 1}.
   *
   * <p>NaN does not count, infinities do. Over nothing zeros.
   */
  public static Statistic quantiles(Column x, Bucketing bucketing) {
    List<Column> columns = new ArrayList<>(List.of(x));
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
   * How often each value is there.
   *
   * @param key strings or integers
   * @return the keys, ordered by their bytes (integers as decimal text), and their counts, int64
   */
  public static List<Statistic> countPerKey(Column key) {
    return reduce("count_per_key", new CountPerKey(key.dtype()), List.of(key));
  }

  /**
   * How often each value is there, as the lines {@code count key} of a file among the assets; keys
   * are written as {@link KeyStorage} says.
   *
   * @param keyVocabularyFilename empty for a name of its own making
   * @return the path of the file
   */
  public static Statistic countPerKey(Column key, String keyVocabularyFilename) {
    Tracing tracing = key.tracing();
    String file =
        keyVocabularyFilename.isEmpty()
            ? tracing.freeFileName("vocab_count_per_key")
            : keyVocabularyFilename;
    Reducer<?> counts = new PerKey(new Size(key.dtype(), Axis.WHOLE));
    Tracing.FileResult result =
        tracing.analyzeFile(
            "count_per_key", new Analysis.KeyFile(counts, file), List.of(key, key), file);
    return new Statistic(tracing, result.node());
  }

  /**
   * How many values lie in each bin.
   *
   * @return the counts, int64, and the boundaries {@code [1, n]}, float32, moved down by 0.0001 so
   *     that a value on one counts above it. Values beyond the boundaries count in the first and
   *     the last bin. For categories, the counts and the elements, ordered by their bytes
   */
  public static List<Statistic> histogram(Column x, Bins bins) {
    return Histograms.analyze(x, bins);
  }

  /** How many values lie in each tenth from 0 to 1. */
  public static List<Statistic> histogram(Column x) {
    return histogram(x, Bins.TENTHS);
  }

  /**
   * The covariance of each pair of cells of a vector column, divided by the number of rows. Over
   * nothing zeros.
   *
   * @param dtype the type of the result
   */
  public static Statistic covariance(Column x, DType dtype) {
    return reduce(
            "covariance", new Covariance(x.dtype(), cells(x, "covariance"), dtype), List.of(x))
        .get(0);
  }

  /**
   * The directions in which a vector column varies most: eigenvectors of its covariance as the
   * columns of a matrix, by falling eigenvalue, each up to its sign.
   *
   * @param outputDim how many
   * @param dtype the type of the result
   */
  public static Statistic pca(Column x, int outputDim, DType dtype) {
    return reduce("pca", new Pca(x.dtype(), cells(x, "pca"), outputDim, dtype), List.of(x)).get(0);
  }

  private static int cells(Column x, String name) {
    boolean vectors = x instanceof Column.Dense && x.shape().hasRank() && x.shape().rank() == 2;
    if (!vectors || !x.shape().row().isFull()) {
      throw new IllegalArgumentException(
          name + " is for a dense column of rank 2, rows of a known size; not for " + x.spec("x"));
    }
    return Math.toIntExact(x.shape().dim(1));
  }

  /** The location of the Tukey HH distribution whose L-moments the column has. */
  public static Statistic tukeyLocation(Column x) {
    return tukeyLocation(x, Over.ALL);
  }

  /** The location. */
  public static Statistic tukeyLocation(Column x, Over over) {
    return tukey(x, over).get(0);
  }

  /** The location, in a floating point type of one's own. */
  public static Statistic tukeyLocation(Column x, Over over, DType outputDtype) {
    return tukey(x, over, outputDtype).get(0);
  }

  /** The scale of the Tukey HH distribution whose L-moments the column has. */
  public static Statistic tukeyScale(Column x) {
    return tukeyScale(x, Over.ALL);
  }

  /** The scale. */
  public static Statistic tukeyScale(Column x, Over over) {
    return tukey(x, over).get(1);
  }

  /** The scale, in a floating point type of one's own. */
  public static Statistic tukeyScale(Column x, Over over, DType outputDtype) {
    return tukey(x, over, outputDtype).get(1);
  }

  /** How long the left and the right tail are; 0 where not longer than a normal variable's. */
  public static List<Statistic> tukeyHParams(Column x) {
    return tukeyHParams(x, Over.ALL);
  }

  /** How long the left and the right tail are. */
  public static List<Statistic> tukeyHParams(Column x, Over over) {
    return tukey(x, over).subList(2, 4);
  }

  /** How long the left and the right tail are, in a floating point type of one's own. */
  public static List<Statistic> tukeyHParams(Column x, Over over, DType outputDtype) {
    return tukey(x, over, outputDtype).subList(2, 4);
  }

  static List<Statistic> tukey(Column x, Over over) {
    return reduce("tukey", new TukeyParameters(x.dtype(), axis(x, over)), List.of(x));
  }

  static List<Statistic> tukey(Column x, Over over, DType outputDtype) {
    return reduce("tukey", new TukeyParameters(x.dtype(), axis(x, over), outputDtype), List.of(x));
  }

  /** How many rows have no value, int64. */
  public static Statistic nullCount(Column x) {
    return counts(x).get(2);
  }

  /** How many values are NaN, int64. */
  public static Statistic nanCount(Column x) {
    return counts(x).get(3);
  }

  /** Rows, values, rows without a value, and NaN. */
  static List<Statistic> counts(Column x) {
    return reduce("value_counts", new ValueCounts(x.dtype()), List.of(x));
  }

  /**
   * An analysis for each key.
   *
   * @param name what the plan calls it
   * @param each what is computed of a key's values
   * @param key strings, built as x is or one a row
   * @return the keys, ordered by their bytes, and the results with the keys as first dimension
   */
  public static List<Statistic> perKey(String name, CellReducer each, Column x, Column key) {
    return reduce(name, new PerKey(each), List.of(x, key));
  }

  /**
   * A reducer of one's own.
   *
   * @param name what the plan calls it
   * @param columns its inputs, in its order
   * @return its results, in its order
   */
  public static List<Statistic> reduce(String name, Reducer<?> reducer, List<Column> columns) {
    return columns
        .get(0)
        .tracing()
        .analyze(name, new Analysis.Reduction(reducer), columns, reducer.outputs());
  }

  /**
   * A whole transform of one's own, which an engine runs ({@code org.hubbeam.analysis}): a Beam
   * {@code PTransform<PCollection<Batch>, PCollection<Batch>>}. It gets batches with the columns
   * {@code input_0}, {@code input_1}, ... and gives one batch of one row, with a column for each
   * result.
   *
   * @param name what it is called in plans and steps: with equal columns, equal names mean the same
   * @param transform the transform
   * @param outputs its results by name, without a row dimension; a dimension is -1 where only the
   *     data tell it
   * @return its results, in the order of {@code outputs}
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
