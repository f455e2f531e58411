package org.hubbeam.spec;

import org.hubbeam.preprocessing.Analyzers.Over;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.KeyStorage;
import org.hubbeam.preprocessing.OutputRange;
import org.hubbeam.preprocessing.Scaling;

/** Numbers brought to a scale. */
final class ScalingOps {

  private static final String ELEMENTWISE = "elementwise?";
  private static final String KEY_FILE = "key_vocabulary_filename?";
  private static final String RANGE = "output_min?, output_max?";
  private static final String NAME = "name?";
  private static final String TYPE = "output_dtype?";

  private ScalingOps() {}

  static void register(Operations operations) {
    operations.add(
        "scale_to_0_1",
        signature("x", ELEMENTWISE, NAME),
        a -> Value.of(Scaling.scaleTo01(a.column("x"), over(a))));
    operations.add(
        "scale_by_min_max",
        signature("x", RANGE, ELEMENTWISE, NAME),
        a -> Value.of(Scaling.scaleByMinMax(a.column("x"), range(a), over(a))));
    operations.add(
        "scale_to_0_1_per_key",
        signature("x", "key", ELEMENTWISE, KEY_FILE, NAME),
        a -> Value.of(Scaling.scaleTo01PerKey(a.column("x"), a.column("key"), storage(a))));
    operations.add(
        "scale_by_min_max_per_key",
        signature("x", "key", RANGE, ELEMENTWISE, KEY_FILE, NAME),
        a ->
            Value.of(
                Scaling.scaleByMinMaxPerKey(a.column("x"), a.column("key"), range(a), storage(a))));
    operations.add("scale_to_z_score", signature("x", ELEMENTWISE, NAME, TYPE), ScalingOps::zScore);
    operations.add(
        "scale_to_z_score_per_key",
        signature("x", "key", ELEMENTWISE, KEY_FILE, NAME, TYPE),
        ScalingOps::zScorePerKey);
    operations.add(
        "scale_to_gaussian", signature("x", ELEMENTWISE, NAME, TYPE), ScalingOps::gaussian);
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
    return new OutputRange((float) a.number("output_min", 0), (float) a.number("output_max", 1));
  }

  private static KeyStorage storage(Arguments a) {
    KeyStorage storage = KeyStorage.GRAPH.withOver(over(a));
    return a.has("key_vocabulary_filename")
        ? storage.withFile(a.text("key_vocabulary_filename"))
        : storage;
  }
}
