// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.preprocessing.Analyzers.Over;
import org.hubbeam.reducer.Mode;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * Mappers that fill in missing values.
 *
 * <p>Missing are NaN, and rows of a sparse or ragged column without a value. A sparse or ragged
 * column must have at most one value in each row (a row with more fails) and becomes a dense column
 * of rank 1. A dense column keeps its shape, and only NaN are filled in.
 */
public final class Imputation {

  private static final double MEDIAN_EPSILON = 0.001;

  private Imputation() {}

  /** The value for missing values: if all are missing, 0 or an empty string. */
  public enum Strategy {
    /** The mean, ignoring infinities; rounded for integers. */
    MEAN,
    /** The median: a value of the column whose rank is within 0.1% of the middle. */
    MEDIAN,
    /**
     * The most frequent value. Of equally frequent values, the smallest (strings by their bytes).
     */
    MODE
  }

  /**
   * Fills in a value that is computed from the data.
   *
   * @throws IllegalArgumentException for the mean or median of strings
   */
  public static Column impute(Column x, Strategy strategy) {
    if (strategy != Strategy.MODE && x.dtype() == DType.STRING) {
      throw new IllegalArgumentException(
          "strings have no " + strategy + "; allowed is " + Strategy.MODE);
    }
    return filled(x, fill(x, strategy));
  }

  /** Fills in a string. */
  public static Column impute(Column x, String value) {
    return filled(x, Constant.of(x, value));
  }

  /** Fills in a whole number. */
  public static Column impute(Column x, long value) {
    return filled(x, Constant.of(x, value));
  }

  /** Fills in a number. */
  public static Column impute(Column x, double value) {
    return filled(x, Constant.of(x, value));
  }

  /**
   * Fills in a number that was computed from data, such as {@link Analyzers#mean}; for integers, it
   * is rounded.
   *
   * @param value a scalar
   * @throws IllegalArgumentException when the column has no numbers, or the value is none
   */
  public static Column impute(Column x, Statistic value) {
    if (value.shape().hasRank() && value.shape().rank() != 0) {
      throw new IllegalArgumentException(
          "one number fills in missing values, unlike " + value.dtype() + " " + value.shape());
    }
    if (x.dtype() == DType.STRING || value.dtype() == DType.STRING) {
      if (x.dtype() != value.dtype()) {
        throw new IllegalArgumentException(value.dtype() + " does not fit " + x.spec("x").type());
      }
      return filled(x, value.operand().asOutput().expect(x.values().type()));
    }
    return filled(x, rounded(x, value.operand()));
  }

  /**
   * Tests for missing values: one boolean a row for a sparse or ragged column, true where the row
   * has no value or only NaN; of a dense column, true for NaN.
   */
  public static Column isMissing(Column x) {
    Ops tf = x.tracing().tf();
    Operand<TBool> there =
        x.dtype().isFloating()
            ? tf.math.logicalNot(tf.math.isNan(numbers(x.values())))
            : tf.fill(tf.shape(x.values()), tf.constant(true));
    if (x instanceof Column.Dense) {
      return x.withValues(tf.math.logicalNot(there));
    }
    Operand<TInt64> present =
        tf.scatterNd(
            tf.expandDims(Rows.rowIds(x), tf.constant(1)),
            Numeric.cast(tf, there, TInt64.class),
            tf.expandDims(Rows.count(x), tf.constant(0)));
    return new Column.Dense(x.tracing(), tf.math.equal(present, tf.constant(0L)), null);
  }

  private static Operand<? extends TType> fill(Column x, Strategy strategy) {
    Ops tf = x.tracing().tf();
    return switch (strategy) {
      case MEAN -> {
        DType precise = x.dtype().isInteger() ? DType.FLOAT64 : x.dtype();
        yield rounded(x, Analyzers.moments(x, Over.ALL, precise).get(0).operand());
      }
      case MEDIAN -> {
        Bucketing halves = Bucketing.into(2).withEpsilon(MEDIAN_EPSILON);
        yield rounded(
            x,
            tf.reshape(
                Analyzers.quantiles(x, halves).as(TFloat32.class), tf.constant(new long[0])));
      }
      case MODE ->
          Analyzers.reduce("mode", new Mode(x.dtype()), List.of(x))
              .get(0)
              .operand()
              .asOutput()
              .expect(x.values().type());
    };
  }

  private static Operand<? extends TType> rounded(Column x, Operand<?> number) {
    Ops tf = x.tracing().tf();
    boolean rounds = x.dtype().isInteger() && DType.of(number.asOutput().dataType()).isFloating();
    return Numeric.cast(tf, rounds ? tf.math.rint(numbers(number)) : number, x.values().type());
  }

  private static <T extends TType> Column filled(Column x, Operand<T> fill) {
    if (x instanceof Column.Dense) {
      return x.withValues(withoutNan(x, x.values(fill.type()), fill));
    }
    Ops tf = x.tracing().tf();
    Column.Sparse sparse = x instanceof Column.Sparse s ? s : RowLists.of(x, fill.type()).sparse();
    Column.Dense dense = SparseTensors.dense(sparse, Shape.of(-1, 1), fill);
    Operand<T> vector = Numeric.flat(tf, dense.values(fill.type()));
    return new Column.Dense(x.tracing(), withoutNan(x, vector, fill), null);
  }

  private static <T extends TType> Operand<T> withoutNan(
      Column x, Operand<T> values, Operand<T> fill) {
    if (!x.dtype().isFloating()) {
      return values;
    }
    Ops tf = x.tracing().tf();
    return tf.select(tf.math.isNan(numbers(values)), fill, values);
  }

  @SuppressWarnings("unchecked") // asked only of operands that are floats
  private static Operand<? extends TNumber> numbers(Operand<?> values) {
    return (Operand<? extends TNumber>) values;
  }
}
