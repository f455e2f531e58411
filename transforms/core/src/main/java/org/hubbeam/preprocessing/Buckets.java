// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.plan.Domain;
import org.hubbeam.preprocessing.Analyzers.Over;
import org.hubbeam.reducer.PerKey;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Mappers from numbers to the index of their bucket, int64.
 *
 * <p>A value equal to a boundary is in the bucket above it. NaN is in the last bucket. Sparse and
 * ragged columns keep their structure.
 */
public final class Buckets {

  private Buckets() {}

  /** Buckets of about equal size. */
  public static Column bucketize(Column x, int numBuckets) {
    return bucketize(x, Bucketing.into(numBuckets));
  }

  /**
   * Buckets of about equal weight. All values of a constant column are in the last bucket; if there
   * are few distinct values, some buckets are empty.
   *
   * @throws IllegalArgumentException for buckets of each cell of a column that is not dense
   */
  public static Column bucketize(Column x, Bucketing bucketing) {
    if (bucketing.over() == Over.ALL) {
      return applyBuckets(x, Analyzers.quantiles(x, bucketing));
    }
    if (!(x instanceof Column.Dense) || !x.shape().row().isFull()) {
      throw new IllegalArgumentException(
          "buckets of each cell (elementwise) are for dense columns of fixed rows, not for "
              + x.spec("x").type());
    }
    return byCell(x, Analyzers.quantiles(x, bucketing));
  }

  private static Column byCell(Column x, Statistic boundaries) {
    Ops tf = x.tracing().tf();
    long cells = x.shape().row().dims().stream().reduce(1L, Math::multiplyExact);
    Operand<TInt64> matrix = tf.constant(new long[] {-1, cells});
    Operand<TFloat32> values = tf.reshape(Numeric.cast(tf, x.values(), TFloat32.class), matrix);
    Operand<TFloat32> sorted =
        tf.reshape(boundaries.as(TFloat32.class), tf.constant(new long[] {cells, -1}));
    Operand<TInt64> numbers =
        transposed(tf, tf.upperBound(sorted, transposed(tf, values), TInt64.class));
    List<Long> dims = new ArrayList<>(x.shape().dims());
    dims.set(0, -1L);
    return x.withValues(
        tf.reshape(numbers, tf.constant(dims.stream().mapToLong(Long::longValue).toArray())));
  }

  private static <T extends TType> Operand<T> transposed(Ops tf, Operand<T> matrix) {
    return tf.linalg.transpose(matrix, tf.constant(new int[] {1, 0}));
  }

  /** Buckets of about equal size for the rows of each key. */
  public static Column bucketizePerKey(Column x, Column key, int numBuckets) {
    return bucketizePerKey(x, key, Bucketing.into(numBuckets));
  }

  /**
   * Buckets of about equal weight for the rows of each key; -1 for a key that was not analysed. A
   * value equal to several equal boundaries is in the bucket above the first of them.
   *
   * @param key a string column with one key for each value of x, or one for each row
   * @throws IllegalArgumentException for buckets of each cell
   */
  public static Column bucketizePerKey(Column x, Column key, Bucketing bucketing) {
    KeyValues.check(key);
    if (bucketing.over() != Over.ALL) {
      throw new IllegalArgumentException("buckets per key are of all values of a key");
    }
    List<Column> columns = new ArrayList<>(List.of(x));
    Scores.checkWeights(columns.get(0), bucketing.weights());
    if (bucketing.weights() != null) {
      columns.add(bucketing.weights());
    }
    columns.add(key);
    List<Statistic> results =
        Analyzers.reduce("quantiles_per_key", new PerKey(Analyzers.reducer(x, bucketing)), columns);
    return byKey(x, places(x, key, results.get(0)), results)
        .withDomain(new Domain.Range(0, bucketing.numBuckets() - 1L));
  }

  private static Operand<TInt64> places(Column x, Column key, Statistic keys) {
    Ops tf = x.tracing().tf();
    Operand<TInt64> places = TableLookups.places(keys, Rows.paired(x, key, TString.class, "key"));
    Operand<TInt64> expanded =
        x instanceof Column.Dense
            ? tf.broadcastTo(Numeric.expanded(tf, places, x.shape().rank()), tf.shape(x.values()))
            : places;
    return Numeric.flat(tf, expanded);
  }

  private static Column byKey(Column x, Operand<TInt64> places, List<Statistic> results) {
    Ops tf = x.tracing().tf();
    Operand<TFloat32> boundaries =
        KeyValues.gathered(results.get(1).as(TFloat32.class), places, tf);
    Operand<TFloat32> values =
        tf.reshape(Numeric.cast(tf, x.values(), TFloat32.class), tf.constant(new long[] {-1, 1}));
    Operand<TInt64> upTo = tf.upperBound(boundaries, values, TInt64.class);
    Operand<TInt64> below = tf.lowerBound(boundaries, values, TInt64.class);
    Operand<TInt64> numbers =
        Numeric.flat(
            tf,
            tf.select(
                tf.math.isNan(values),
                upTo,
                tf.math.minimum(upTo, tf.math.add(below, tf.constant(1L)))));
    Operand<TInt64> known = tf.size(results.get(0).operand(), TInt64.class);
    return x.withValues(
        tf.reshape(
            tf.select(tf.math.less(places, known), numbers, tf.constant(-1L)),
            tf.shape(x.values())));
  }

  /**
   * Buckets between given boundaries.
   *
   * @param bucketBoundaries in ascending order
   */
  public static Column applyBuckets(Column x, List<Float> bucketBoundaries) {
    return applyBuckets(x, boundaries(x, bucketBoundaries));
  }

  /** Buckets between boundaries that an analyzer computes: {@code [1, n]}, ascending. */
  public static Column applyBuckets(Column x, Statistic bucketBoundaries) {
    return applyBuckets(x, bucketBoundaries.operand());
  }

  /**
   * Buckets between boundaries.
   *
   * @param bucketBoundaries numbers {@code [1, n]}, ascending
   * @throws IllegalArgumentException when they are not a matrix
   */
  public static Column applyBuckets(Column x, Operand<?> bucketBoundaries) {
    check(x, bucketBoundaries);
    Column buckets = x.withValues(assigned(x, bucketBoundaries));
    long count = bucketBoundaries.shape().get(1);
    return count < 0
        ? buckets
        : buckets.withDomain(new Domain.Range(0, count, Tracing.node(bucketBoundaries)));
  }

  /** See {@link #applyBucketsWithInterpolation(Column, Operand)}. */
  public static Column applyBucketsWithInterpolation(Column x, List<Float> bucketBoundaries) {
    return applyBucketsWithInterpolation(x, boundaries(x, bucketBoundaries));
  }

  /** See {@link #applyBucketsWithInterpolation(Column, Operand)}. */
  public static Column applyBucketsWithInterpolation(Column x, Statistic bucketBoundaries) {
    return applyBucketsWithInterpolation(x, bucketBoundaries.operand());
  }

  /**
   * Maps values to numbers from 0 to 1: 0 up to the first boundary, 1 from the last boundary on,
   * and in between an equal share for each bucket, linear within it. float64 for float64, otherwise
   * float32.
   *
   * <p>NaN becomes 0.5. With a single boundary, values below it become 0 and all others 1.
   * Boundaries that are not finite are ignored; if none is left, the result is 0.
   *
   * @param bucketBoundaries numbers {@code [1, n]}, ascending
   */
  public static Column applyBucketsWithInterpolation(Column x, Operand<?> bucketBoundaries) {
    check(x, bucketBoundaries);
    return Interpolation.apply(x, bucketBoundaries);
  }

  private static Operand<TFloat32> boundaries(Column x, List<Float> values) {
    float[] row = new float[values.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = values.get(i);
    }
    return x.tracing().tf().constant(new float[][] {row});
  }

  private static void check(Column x, Operand<?> boundaries) {
    if (!x.dtype().isFloating() && !x.dtype().isInteger()) {
      throw new IllegalArgumentException("buckets are of numbers, not of " + x.dtype());
    }
    if (boundaries.rank() != 2) {
      throw new IllegalArgumentException(
          "bucket boundaries must be of rank 2, [1, n], not " + Tracing.shape(boundaries));
    }
  }

  /** How many boundaries are up to each value, compared in the wider of their types. */
  static Operand<TInt64> assigned(Column x, Operand<?> boundaries) {
    DType other = DType.of(boundaries.asOutput().dataType());
    return largest(x.dtype()) > largest(other)
        ? assigned(x, boundaries, x.values().type())
        : assigned(x, boundaries, boundaries.type());
  }

  private static <T extends TType> Operand<TInt64> assigned(
      Column x, Operand<?> boundaries, Class<T> type) {
    Ops tf = x.tracing().tf();
    Operand<T> sorted = Numeric.flat(tf, Numeric.cast(tf, boundaries, type));
    Operand<T> values = Numeric.flat(tf, Numeric.cast(tf, x.values(), type));
    return tf.reshape(Numeric.countUpTo(tf, sorted, values), tf.shape(x.values()));
  }

  /** The largest number of a type, roughly. */
  private static double largest(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> Double.MAX_VALUE;
      case FLOAT32 -> Float.MAX_VALUE;
      case BFLOAT16 -> 3.3895314e38;
      case FLOAT16 -> 65504;
      case INT8, INT16, INT32, INT64 -> Math.pow(2, 8 * dtype.bytes() - 1.0);
      default -> Math.pow(2, 8.0 * dtype.bytes());
    };
  }

  /**
   * The estimated density of each value by a histogram of ten bins from 0 to 1; see {@link
   * #estimatedProbabilityDensity(Column, Bins)}.
   */
  public static Column estimatedProbabilityDensity(Column x) {
    return estimatedProbabilityDensity(x, Bins.TENTHS);
  }

  /**
   * The estimated density of each value by a histogram, float32: the fraction of all values in its
   * bin, divided by the mean width of a bin. For categories, the fraction itself, and 0 for a
   * category that was not analysed.
   *
   * @param x a dense column with one value for each row
   */
  public static Column estimatedProbabilityDensity(Column x, Bins bins) {
    return Histograms.density(x, bins);
  }

  /**
   * The number of categories of a column, int64: the largest value of its domain plus one.
   *
   * @throws IllegalArgumentException when the column has no domain
   */
  public static Statistic getNumBucketsForTransformedFeature(Column transformedFeature) {
    return Domains.size(transformedFeature);
  }
}
