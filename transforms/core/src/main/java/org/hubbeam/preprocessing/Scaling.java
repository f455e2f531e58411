// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.preprocessing.Analyzers.Over;
import org.hubbeam.reducer.Extremes;
import org.hubbeam.reducer.MinusMinima;
import org.hubbeam.reducer.Moments;
import org.hubbeam.reducer.Nan;
import org.hubbeam.reducer.PerKey;
import org.hubbeam.reducer.Reducer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * Mappers that scale numbers by statistics of the whole data set, or of the rows of each key.
 *
 * <p>Sparse and ragged columns keep their structure. NaN stays NaN. NaN and infinities are ignored
 * when the statistics are computed.
 */
public final class Scaling {

  private Scaling() {}

  /** Scales to the range from 0 to 1; see {@link #scaleByMinMax(Column, OutputRange)}. */
  public static Column scaleTo01(Column x) {
    return scaleTo01(x, Over.ALL);
  }

  /**
   * Scales to the range from 0 to 1, by the extremes of all values or of each position in a row.
   */
  public static Column scaleTo01(Column x, Over over) {
    return scaleByMinMax(x, OutputRange.UNIT, over);
  }

  /** The same as {@link #scaleTo01(Column)}. */
  public static Column scaleByMinMax(Column x) {
    return scaleByMinMax(x, OutputRange.UNIT);
  }

  /**
   * Scales so that the smallest value becomes the lower end of the range and the largest its upper
   * end, float32. A value outside the range of the analysed values is mapped outside the output
   * range.
   *
   * <p>If all values are equal or none was analysed, the sigmoid of x is scaled to the range
   * instead.
   */
  public static Column scaleByMinMax(Column x, OutputRange range) {
    return scaleByMinMax(x, range, Over.ALL);
  }

  /** The same by the statistics of all values, or of each position in a row. */
  public static Column scaleByMinMax(Column x, OutputRange range, Over over) {
    Column numbers = analysable(x);
    List<Statistic> extremes =
        Analyzers.reduce(
            "min_max",
            new Extremes(numbers.dtype(), Analyzers.axis(numbers, over), Nan.FINITE),
            List.of(numbers));
    return byMinMax(
        x,
        CellValues.align(x, extremes.get(0), over, TFloat32.class),
        CellValues.align(x, extremes.get(1), over, TFloat32.class),
        range);
  }

  /** Scales the rows of each key to the range from 0 to 1. */
  public static Column scaleTo01PerKey(Column x, Column key) {
    return scaleTo01PerKey(x, key, KeyStorage.GRAPH);
  }

  /** Scales the rows of each key to the range from 0 to 1. */
  public static Column scaleTo01PerKey(Column x, Column key, KeyStorage storage) {
    return byMinMaxPerKey("scale_to_0_1_per_key", x, key, OutputRange.UNIT, storage);
  }

  /** The same as {@link #scaleTo01PerKey(Column, Column)}. */
  public static Column scaleByMinMaxPerKey(Column x, Column key) {
    return scaleByMinMaxPerKey(x, key, OutputRange.UNIT);
  }

  /**
   * Scales the rows of each key so that the smallest value becomes the lower end of the range and
   * the largest its upper end.
   */
  public static Column scaleByMinMaxPerKey(Column x, Column key, OutputRange range) {
    return scaleByMinMaxPerKey(x, key, range, KeyStorage.GRAPH);
  }

  /**
   * {@link #scaleByMinMax(Column, OutputRange)} for the rows of each key. For a key that was not
   * analysed, the sigmoid of x is scaled to the range.
   *
   * @param key a string column with one key for each value of x, or one for each row
   */
  public static Column scaleByMinMaxPerKey(
      Column x, Column key, OutputRange range, KeyStorage storage) {
    return byMinMaxPerKey("scale_by_min_max_per_key", x, key, range, storage);
  }

  private static Column byMinMaxPerKey(
      String name, Column x, Column key, OutputRange range, KeyStorage storage) {
    Column numbers = analysable(x);
    Ops tf = x.tracing().tf();
    boolean file = storage.fileName() != null;
    Reducer<?> reducer =
        file
            ? MinusMinima.of(numbers.dtype())
            : new PerKey(
                new Extremes(numbers.dtype(), Analyzers.axis(numbers, storage.over()), Nan.FINITE));
    List<Operand<TFloat32>> extremes =
        KeyValues.align(
            name + "_min_and_max_per_key", reducer, List.of(numbers, key), storage, TFloat32.class);
    Operand<TFloat32> min = extremes.get(0);
    return byMinMax(x, file ? tf.math.neg(min) : min, extremes.get(1), range);
  }

  /** Unsigned integers whose extremes are not computed are read as float32. */
  private static Column analysable(Column x) {
    boolean wide = x.dtype() == DType.UINT32 || x.dtype() == DType.UINT64;
    return wide ? x.withValues(Numeric.cast(x.tracing().tf(), x.values(), TFloat32.class)) : x;
  }

  private static Column byMinMax(
      Column x, Operand<TFloat32> min, Operand<TFloat32> max, OutputRange range) {
    Ops tf = x.tracing().tf();
    Operand<TFloat32> values = Numeric.cast(tf, x.values(), TFloat32.class);
    Operand<TFloat32> scaled =
        tf.select(
            tf.math.less(min, max),
            tf.math.div(tf.math.sub(values, min), tf.math.sub(max, min)),
            tf.math.sigmoid(values));
    Operand<TFloat32> width = tf.constant(range.max() - range.min());
    return x.withValues(tf.math.add(tf.math.mul(scaled, width), tf.constant(range.min())));
  }

  /**
   * The z-score {@code (x - mean) / sqrt(var)} with the mean and variance of all values of the
   * column; of the type of x for floats, float32 for integers.
   *
   * <p>If the variance is 0 (a constant column), the result is {@code x - mean}; if no value was
   * analysed, it is x.
   */
  public static Column scaleToZScore(Column x) {
    return scaleToZScore(x, Over.ALL);
  }

  /** The same by the statistics of all values, or of each position in a row. */
  public static Column scaleToZScore(Column x, Over over) {
    return zScore(x, over, Analyzers.moments(x, over));
  }

  /** The same in the given floating point type. */
  public static Column scaleToZScore(Column x, Over over, DType outputDtype) {
    return zScore(x, over, Analyzers.moments(x, over, outputDtype));
  }

  private static Column zScore(Column x, Over over, List<Statistic> moments) {
    return zScore(x, over, moments, Numeric.floating(moments.get(0).dtype()));
  }

  private static <T extends TNumber> Column zScore(
      Column x, Over over, List<Statistic> moments, Class<T> type) {
    return zScore(
        x,
        CellValues.align(x, moments.get(0), over, type),
        CellValues.align(x, moments.get(1), over, type));
  }

  private static <T extends TNumber> Column zScore(Column x, Operand<T> mean, Operand<T> var) {
    Ops tf = x.tracing().tf();
    return x.withValues(
        quotient(
            tf, tf.math.sub(Numeric.cast(tf, x.values(), mean.type()), mean), tf.math.sqrt(var)));
  }

  /** The quotient; the numerator where the denominator is 0. */
  private static <T extends TNumber> Operand<T> quotient(
      Ops tf, Operand<T> numerator, Operand<T> denominator) {
    Operand<T> zero = tf.dtypes.cast(tf.constant(0f), denominator.type());
    return tf.select(
        tf.math.notEqual(denominator, zero), tf.math.div(numerator, denominator), numerator);
  }

  /** The z-score for the rows of each key. */
  public static Column scaleToZScorePerKey(Column x, Column key) {
    return scaleToZScorePerKey(x, key, KeyStorage.GRAPH);
  }

  /**
   * {@link #scaleToZScore(Column)} for the rows of each key. Rows of a key that was not analysed
   * are unchanged.
   *
   * @param key a string column with one key for each value of x, or one for each row
   */
  public static Column scaleToZScorePerKey(Column x, Column key, KeyStorage storage) {
    return perKey(x, key, storage, new Moments(x.dtype(), Analyzers.axis(x, storage.over())));
  }

  /** The same in the given floating point type. */
  public static Column scaleToZScorePerKey(
      Column x, Column key, KeyStorage storage, DType outputDtype) {
    return perKey(
        x, key, storage, new Moments(x.dtype(), Analyzers.axis(x, storage.over()), outputDtype));
  }

  private static Column perKey(Column x, Column key, KeyStorage storage, Moments moments) {
    return perKey(x, key, storage, moments, Numeric.floating(moments.outputs().get(0).dtype()));
  }

  private static <T extends TNumber> Column perKey(
      Column x, Column key, KeyStorage storage, Moments moments, Class<T> type) {
    List<Operand<T>> results =
        KeyValues.align(
            "scale_to_z_score_per_key_mean_and_var_per_key",
            new PerKey(moments),
            List.of(x, key),
            storage,
            type);
    return zScore(x, results.get(0), results.get(1));
  }

  /** Transforms values to an approximately normal distribution with mean 0 and variance 1. */
  public static Column scaleToGaussian(Column x) {
    return scaleToGaussian(x, Over.ALL);
  }

  /**
   * Transforms values to an approximately normal distribution with mean 0 and variance 1: heavy
   * left and right tails are removed by the inverse of the Tukey HH distribution with the same
   * L-moments as the column. Without heavy tails, this is the z-score.
   */
  public static Column scaleToGaussian(Column x, Over over) {
    return gaussian(x, over, Analyzers.tukey(x, over), Analyzers.moments(x, over).get(1));
  }

  /** The same in the given floating point type. */
  public static Column scaleToGaussian(Column x, Over over, DType outputDtype) {
    return gaussian(
        x,
        over,
        Analyzers.tukey(x, over, outputDtype),
        Analyzers.moments(x, over, outputDtype).get(1));
  }

  private static Column gaussian(Column x, Over over, List<Statistic> tukey, Statistic var) {
    return gaussian(x, over, tukey, var, Numeric.floating(var.dtype()));
  }

  private static <T extends TNumber> Column gaussian(
      Column x, Over over, List<Statistic> tukey, Statistic var, Class<T> type) {
    Ops tf = x.tracing().tf();
    List<Operand<T>> parameters =
        tukey.stream().map(s -> CellValues.align(x, s, over, type)).toList();
    Operand<T> left = parameters.get(2);
    Operand<T> right = parameters.get(3);
    Operand<T> zero = tf.dtypes.cast(tf.constant(0f), type);
    Operand<TBool> longTails =
        tf.math.logicalOr(tf.math.greater(left, zero), tf.math.greater(right, zero));
    Operand<T> scale =
        tf.select(longTails, parameters.get(1), tf.math.sqrt(CellValues.align(x, var, over, type)));
    Operand<T> centred = tf.math.sub(Numeric.cast(tf, x.values(), type), parameters.get(0));
    return x.withValues(
        new TukeyInverse<>(tf, type).apply(quotient(tf, centred, scale), left, right));
  }
}
