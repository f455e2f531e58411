// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.preprocessing.Analyzers;
import org.hubbeam.preprocessing.Analyzers.Over;
import org.hubbeam.preprocessing.Bins;
import org.hubbeam.preprocessing.Bucketing;
import org.hubbeam.preprocessing.Buckets;

/** Buckets, quantiles and histograms. */
final class BucketOps {

  private static final String BOUNDARIES = "bucket_boundaries";

  private BucketOps() {}

  static void register(Operations operations) {
    operations.add(
        "quantiles",
        "x, num_buckets, epsilon, weights=None, reduce_instance_dims=True, name=None",
        "Computes the boundaries of `num_buckets` buckets with about equally many values each;"
            + " `epsilon` is the error of their ranks.",
        a ->
            Value.of(
                Analyzers.quantiles(a.column("x"), bucketing(a).withOver(AnalyzerOps.over(a)))));
    operations.add(
        "histogram",
        "x, boundaries=None, categorical=False, name=None",
        "Counts values by range (10 ranges of equal width by default) or, with `categorical=True`,"
            + " by value; the results are the counts and the boundaries.",
        a -> Value.ofParts(Analyzers.histogram(a.column("x"), bins(a))));
    operations.add(
        "bucketize",
        "x, num_buckets, epsilon=None, weights=None, elementwise=False, name=None",
        "Replaces each value by the number of its bucket, of `num_buckets` with about equally many"
            + " values each.",
        a ->
            Value.of(
                Buckets.bucketize(
                    a.column("x"),
                    bucketing(a).withOver(a.either("elementwise", Over.CELLS, Over.ALL)))));
    operations.add(
        "bucketize_per_key",
        "x, key, num_buckets, epsilon=None, weights=None, name=None",
        "Works like `bucketize`, with boundaries of its own for each key.",
        a -> Value.of(Buckets.bucketizePerKey(a.column("x"), a.column("key"), bucketing(a))));
    operations.add(
        "apply_buckets",
        "x, bucket_boundaries, name=None",
        "Replaces each value by the number of its bucket, given the boundaries.",
        a -> Value.of(Buckets.applyBuckets(a.column("x"), a.statistic(BOUNDARIES))));
    operations.add(
        "apply_buckets_with_interpolation",
        "x, bucket_boundaries, name=None",
        "Scales each value to [0, 1] by linear interpolation between the boundaries of its bucket.",
        a ->
            Value.of(
                Buckets.applyBucketsWithInterpolation(a.column("x"), a.statistic(BOUNDARIES))));
    operations.add(
        "estimated_probability_density",
        "x, boundaries=None, categorical=False, name=None",
        "Estimates the probability density of each value from a histogram of the column.",
        a -> Value.of(Buckets.estimatedProbabilityDensity(a.column("x"), bins(a))));
    operations.add(
        "get_num_buckets_for_transformed_feature",
        "transformed_feature",
        "Returns the number of buckets of a bucketized column, or of the ids of a vocabulary, those"
            + " for unknown tokens included.",
        a -> Value.of(Buckets.getNumBucketsForTransformedFeature(a.column("transformed_feature"))));
  }

  private static Bucketing bucketing(Arguments a) {
    Bucketing bucketing = Bucketing.into(a.size("num_buckets", Arguments.MOST_COUNTED));
    if (a.has("epsilon")) {
      bucketing = bucketing.withEpsilon(a.number("epsilon"));
    }
    return a.has("weights") ? bucketing.withWeights(VocabularyOps.weights(a)) : bucketing;
  }

  private static Bins bins(Arguments a) {
    if (a.flag("categorical")) {
      if (a.has("boundaries")) {
        throw a.error("boundaries", "are not for categories");
      }
      return Bins.categorical();
    }
    if (!a.has("boundaries")) {
      return Bins.TENTHS;
    }
    Expression given = a.expression("boundaries");
    Expression value = given instanceof Expression.Const constant ? constant.value() : given;
    if (value instanceof Expression.Plain) {
      return Bins.evenly(a.size("boundaries", Arguments.MOST_COUNTED));
    }
    if (!ConstantArrays.isPlain(value)) {
      return Bins.computed(a.statistic("boundaries"));
    }
    List<Float> boundaries = new ArrayList<>();
    ConstantArrays.flat(value).forEach(p -> boundaries.add((float) ConstantArrays.number(p)));
    return Bins.at(boundaries);
  }
}
