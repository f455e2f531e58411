// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.preprocessing.Analyzers.Over;
import org.hubbeam.reducer.BucketCounts;
import org.hubbeam.reducer.CategoricalHistogram;
import org.hubbeam.reducer.Extremes;
import org.hubbeam.reducer.Histogram;
import org.hubbeam.reducer.Nan;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Counts of values in bins, and the density they tell. */
final class Histograms {

  /** Boundaries are moved down by this, so that a value on one counts above it. */
  private static final float SHIFT = 0.0001f;

  private Histograms() {}

  static List<Statistic> analyze(Column x, Bins bins) {
    if (bins instanceof Bins.At at) {
      return Analyzers.reduce("histogram", new Histogram(x.dtype(), at.boundaries()), List.of(x));
    }
    if (bins instanceof Bins.Categorical) {
      return Analyzers.reduce("histogram", new CategoricalHistogram(x.dtype()), List.of(x));
    }
    return bins instanceof Bins.Computed computed
        ? between(x, boundaries(x, computed.boundaries()))
        : between(x, evenly(x, ((Bins.Evenly) bins).points()));
  }

  private static Operand<TFloat32> boundaries(Column x, Statistic boundaries) {
    Ops tf = x.tracing().tf();
    if (!boundaries.shape().isFull()) {
      throw new IllegalArgumentException(
          "the boundaries of a histogram must be of a known number, not " + boundaries.shape());
    }
    return Numeric.flat(tf, Numeric.cast(tf, boundaries.operand(), TFloat32.class));
  }

  private static Operand<TFloat32> evenly(Column x, int points) {
    Ops tf = x.tracing().tf();
    List<Statistic> extremes =
        Analyzers.reduce(
            "min_max",
            new Extremes(x.dtype(), Analyzers.axis(x, Over.ALL), Nan.FINITE),
            List.of(x));
    return tf.linSpace(
        Numeric.cast(tf, extremes.get(0).operand(), TFloat32.class),
        Numeric.cast(tf, extremes.get(1).operand(), TFloat32.class),
        tf.constant(points));
  }

  private static List<Statistic> between(Column x, Operand<TFloat32> boundaries) {
    Ops tf = x.tracing().tf();
    int points = Math.toIntExact(boundaries.shape().get(0));
    Operand<TFloat32> shifted =
        tf.reshape(
            tf.math.sub(boundaries, tf.constant(SHIFT)), tf.constant(new long[] {1, points}));
    Column numbers = x.withValues(numbers(x, shifted));
    Statistic counts =
        Analyzers.reduce("histogram", new BucketCounts(points - 1), List.of(numbers)).get(0);
    return List.of(counts, new Statistic(x.tracing(), shifted));
  }

  /** How many of the inner boundaries are below each value. */
  private static Operand<TInt64> numbers(Column x, Operand<TFloat32> boundaries) {
    Ops tf = x.tracing().tf();
    int inner = Math.toIntExact(boundaries.shape().get(1) - 2);
    Operand<TFloat32> sorted =
        tf.slice(
            Numeric.flat(tf, boundaries),
            tf.constant(new long[] {1}),
            tf.constant(new long[] {inner}));
    Operand<TFloat32> values = Numeric.cast(tf, x.values(), TFloat32.class);
    return tf.reshape(
        Numeric.countBelow(tf, sorted, Numeric.flat(tf, values)), tf.shape(x.values()));
  }

  /** The density of the bin of each value. */
  static Column density(Column x, Bins bins) {
    checkScalars(x);
    Ops tf = x.tracing().tf();
    List<Statistic> histogram = analyze(x, bins);
    Operand<TFloat32> counts = Numeric.cast(tf, histogram.get(0).operand(), TFloat32.class);
    Operand<TFloat32> parts = tf.math.divNoNan(counts, tf.sum(counts, tf.constant(0)));
    if (bins instanceof Bins.Categorical) {
      Operand<TInt64> places = TableLookups.places(histogram.get(1), x.values());
      return x.withValues(KeyValues.gathered(parts, places, tf));
    }
    Operand<TFloat32> boundaries = histogram.get(1).as(TFloat32.class);
    Operand<TFloat32> width = tf.math.div(range(tf, boundaries), size(tf, parts));
    return x.withValues(
        tf.gather(tf.math.div(parts, width), numbers(x, boundaries), tf.constant(0)));
  }

  private static Operand<TFloat32> range(Ops tf, Operand<TFloat32> boundaries) {
    Operand<TFloat32> flat = Numeric.flat(tf, boundaries);
    return tf.math.sub(tf.reduceMax(flat, tf.constant(0)), tf.reduceMin(flat, tf.constant(0)));
  }

  private static Operand<TFloat32> size(Ops tf, Operand<TFloat32> vector) {
    return tf.dtypes.cast(tf.size(vector), TFloat32.class);
  }

  private static void checkScalars(Column x) {
    boolean scalars =
        x instanceof Column.Dense
            && x.shape().hasRank()
            && x.shape().row().dims().stream().allMatch(d -> d == 1);
    if (!scalars) {
      throw new IllegalArgumentException(
          "a density is for a dense column of one value a row, not for " + x.spec("x").type());
    }
    if (x.dtype() == DType.BOOL) {
      throw new IllegalArgumentException("a density is for numbers and strings, not for bool");
    }
  }
}
