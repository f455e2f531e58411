// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Truth: the number of distinct tokens, and tf.Transform's functions of the same names. */
class VocabularySizesTest {

  private static final Expressions ROWS =
      new Expressions()
          .with("n", Array.Dense.vector(Values.of(0L, 0L, 0L, 0L)))
          .with("s", Array.Dense.vector(Values.of("a", "b", "a", "c")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n + vocabulary_size(vocabulary(s))                                           | 3
          n + vocabulary_size(vocabulary(s, top_k=2, store_frequency=True))             | 2
          n + vocabulary_size(approximate_vocabulary(s, top_k=3))                       | 3
          n + vocabulary_size(vocabulary(s, file_format=tfrecord_gzip))                 | 3
          n + vocabulary_size(compute_and_apply_vocabulary(s, num_oov_buckets=5))       | 3
          n + vocabulary_size(compute_and_apply_vocabulary(s, store_frequency=True))    | 3
          n + compute_and_apply_vocabulary(s, top_k=2, vocab_filename="my words") * 0 + get_vocabulary_size_by_name("my words") | 2
          n + get_num_buckets_for_transformed_feature(compute_and_apply_vocabulary(s, num_oov_buckets=5)) | 8
          n + get_num_buckets_for_transformed_feature(bucketize(n, 4))                  | 4
          """)
  void sizesAreThoseOfTheFiles(String expression, long size) {
    assertThat(((Values.Numbers) ROWS.evaluate(expression).values()).toLongs())
        .containsExactly(size, size, size, size);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n + vocabulary_size(n)                     | only ids of a vocabulary tell its size, unlike int64
          n + get_vocabulary_size_by_name(words)     | there is no vocabulary 'words' so far; there are []
          """)
  void whatHasNoVocabularyIsRefused(String expression, String message) {
    assertThatThrownBy(() -> ROWS.preprocessor(expression)).hasMessageContaining(message);
  }
}
