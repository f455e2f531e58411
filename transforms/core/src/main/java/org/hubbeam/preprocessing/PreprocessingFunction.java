// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.Map;

/**
 * A function from raw columns to features, written with mappers ({@link Scaling}, {@link Buckets},
 * {@link Vocabularies}, ...), analyzers ({@link Analyzers}) and TensorFlow's operations.
 *
 * <p>It is called once, when the pipeline is built, to trace it. It need not be serialisable.
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
   * @return the features by name, of type string, int64 or float32. Of a dense feature, every
   *     dimension except the rows must be known
   */
  Map<String, Column> apply(Columns inputs);
}
