package org.hubbeam.preprocessing;

import java.util.Map;

/**
 * From raw columns to features, written with mappers ({@link Scaling}, {@link Buckets}, {@link
 * Vocabularies}, ...), analyzers ({@link Analyzers}) and TensorFlow's operations.
 *
 * <p>It is called once, where the pipeline is built, to be traced; it need not be serialisable.
 *
 * <pre>{@code
 * PreprocessingFunction function =
 *     inputs ->
 *         Map.of(
 *             "age_z", Scaling.scaleToZScore(inputs.get("age")),
 *             "job", Vocabularies.computeAndApplyVocabulary(inputs.get("job")));
 * }</pre>
 */
@FunctionalInterface
public interface PreprocessingFunction {

  /**
   * Builds the features.
   *
   * @param inputs the raw columns
   * @return the features by name: of string, int64 or float32; a dense one with every dimension
   *     after the rows known
   */
  Map<String, Column> apply(Columns inputs);
}
