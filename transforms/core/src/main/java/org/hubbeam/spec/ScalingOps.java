// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import org.hubbeam.preprocessing.Analyzers.Over;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.KeyStorage;
import org.hubbeam.preprocessing.OutputRange;
import org.hubbeam.preprocessing.Scaling;

/** Numbers brought to a scale. */
final class ScalingOps {

  private static final String ELEMENTWISE = "elementwise=False";
  private static final String KEY_FILE = "key_vocabulary_filename=None";
  private static final String RANGE = "output_min=0.0, output_max=1.0";
  private static final String NAME = "name=None";
  private static final String TYPE = "output_dtype=None";

  private ScalingOps() {}

  static void register(Operations operations) {
    operations.add(
        "scale_to_0_1",
        signature("x", ELEMENTWISE, NAME),
        "Scales values linearly from their minimum and maximum to [0, 1].",
        a -> Value.of(Scaling.scaleTo01(a.column("x"), over(a))));
    operations.add(
        "scale_by_min_max",
        signature("x", RANGE, ELEMENTWISE, NAME),
        "Scales values linearly from their minimum and maximum to [`output_min`, `output_max`].",
        a -> Value.of(Scaling.scaleByMinMax(a.column("x"), range(a), over(a))));
    operations.add(
        "scale_to_0_1_per_key",
        signature("x", "key", ELEMENTWISE, KEY_FILE, NAME),
        "Works like `scale_to_0_1`, with a minimum and maximum for each key.",
        a -> Value.of(Scaling.scaleTo01PerKey(a.column("x"), a.column("key"), storage(a))));
    operations.add(
        "scale_by_min_max_per_key",
        signature("x", "key", RANGE, ELEMENTWISE, KEY_FILE, NAME),
        "Works like `scale_by_min_max`, with a minimum and maximum for each key.",
        a ->
            Value.of(
                Scaling.scaleByMinMaxPerKey(a.column("x"), a.column("key"), range(a), storage(a))));
    operations.add(
        "scale_to_z_score",
        signature("x", ELEMENTWISE, NAME, TYPE),
        "Subtracts the mean and divides by the standard deviation.",
        ScalingOps::zScore);
    operations.add(
        "scale_to_z_score_per_key",
        signature("x", "key", ELEMENTWISE, KEY_FILE, NAME, TYPE),
        "Works like `scale_to_z_score`, with a mean and standard deviation for each key.",
        ScalingOps::zScorePerKey);
    operations.add(
        "scale_to_gaussian",
        signature("x", ELEMENTWISE, NAME, TYPE),
        "Transforms values to an approximately normal distribution with mean 0 and variance 1.",
        ScalingOps::gaussian);
  }

  private static String signature(String... parameters) {
    return String.join(", ", parameters);
  }

  private static Value zScore(Arguments a) {
    Column x = a.column("x");
    return Value.of(
        a.has("output_dtype")
            ? Scaling.scaleToZScore(x, over(a), a.dtype("output_dtype"))
            : Scaling.scaleToZScore(x, over(a)));
  }

  private static Value zScorePerKey(Arguments a) {
    Column x = a.column("x");
    Column key = a.column("key");
    return Value.of(
        a.has("output_dtype")
            ? Scaling.scaleToZScorePerKey(x, key, storage(a), a.dtype("output_dtype"))
            : Scaling.scaleToZScorePerKey(x, key, storage(a)));
  }

  private static Value gaussian(Arguments a) {
    Column x = a.column("x");
    return Value.of(
        a.has("output_dtype")
            ? Scaling.scaleToGaussian(x, over(a), a.dtype("output_dtype"))
            : Scaling.scaleToGaussian(x, over(a)));
  }

  private static Over over(Arguments a) {
    return a.either("elementwise", Over.CELLS, Over.ALL);
  }

  private static OutputRange range(Arguments a) {
    return new OutputRange((float) a.number("output_min"), (float) a.number("output_max"));
  }

  private static KeyStorage storage(Arguments a) {
    KeyStorage storage = KeyStorage.GRAPH.withOver(over(a));
    return a.has("key_vocabulary_filename")
        ? storage.withFile(a.text("key_vocabulary_filename"))
        : storage;
  }
}
