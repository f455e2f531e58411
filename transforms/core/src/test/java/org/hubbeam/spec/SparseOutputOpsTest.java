// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.preprocessing.LocalRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Truth: tf.Transform's annotations of the same {@code tf.SparseTensor}. */
class SparseOutputOpsTest {

  private static final Expressions ROWS =
      new Expressions()
          .with("x", Array.Ragged.of(Values.of(5L, 3L, 5L, -1L, 9L, 1L), new int[] {0, 3, 3, 6}))
          .with("w", Array.Ragged.of(Values.of(1f, 2f, 4f, 8f, 16f, 32f), new int[] {0, 3, 3, 6}))
          .with("d", Array.Dense.vector(Values.of(2L, 0L, 8L)))
          .with("s", Array.Ragged.of(Values.of("a", "b", "c"), new int[] {0, 2, 2, 3}));

  private static ArraySpec spec(String expression) {
    return ROWS.preprocessor(expression).outputs().column("y");
  }

  @Test
  void anAnnotatedColumnOfListsIsStillStoredAsLists() {
    String shape = "annotate_sparse_output_shape(s, [4])";
    assertThat(spec(shape).layout()).isEqualTo(Layout.RAGGED);
    assertThat(ROWS.evaluate(shape))
        .isEqualTo(Array.Ragged.of(Values.of("a", "b", "c"), new int[] {0, 2, 2, 3}));
  }

  @Test
  void aTrueSparseOutputIsStoredWithPositions() {
    String sparse = "annotate_true_sparse_output(annotate_sparse_output_shape(s, [4]))";
    assertThat(spec(sparse))
        .isEqualTo(new ArraySpec("y", DType.STRING, Shape.of(-1, 4), Layout.SPARSE));
    Array.Sparse found = (Array.Sparse) ROWS.evaluate(sparse);
    assertThat(found.dims()).isEqualTo(List.of(3L, 4L));
    assertThat(found.values()).isEqualTo(Values.of("a", "b", "c"));
    assertThat(found.indices()).isEqualTo(new long[] {0, 0, 0, 1, 2, 0});
  }

  @Test
  void idsBecomeSparseVectors() {
    Array.Sparse hot = (Array.Sparse) ROWS.evaluate("sparse_one_hot(x, 6)");
    assertThat(hot.dims()).isEqualTo(List.of(3L, 6L));
    assertThat(hot.indices()).isEqualTo(new long[] {0, 3, 0, 5, 2, 1});
    assertThat(hot.values()).isEqualTo(Values.of(1f, 1f, 1f));
    Array.Sparse weighted = (Array.Sparse) ROWS.evaluate("sparse_one_hot(x, 10, weights=w)");
    assertThat(weighted.indices()).isEqualTo(new long[] {0, 3, 0, 5, 2, 1, 2, 9});
    assertThat(weighted.values()).isEqualTo(Values.of(2f, 5f, 32f, 16f));
    Array.Sparse dense = (Array.Sparse) ROWS.evaluate("sparse_one_hot(d, 3)");
    assertThat(dense.indices()).isEqualTo(new long[] {0, 2, 1, 0});
  }

  @Test
  void aBagOfWordsIsASparseVector() {
    String ids = "compute_and_apply_vocabulary(bag_of_words(s, [1, 1], \" \"))";
    Array.Sparse bag = (Array.Sparse) ROWS.evaluate("sparse_one_hot(" + ids + ", 3)");
    assertThat(bag.indices()).isEqualTo(new long[] {0, 1, 0, 2, 2, 0});
  }

  @Test
  void theValuesOfOneRowHaveTheNamesOfTheirFeatures() {
    try (LocalRun run =
        ROWS.preprocessor("sparse_one_hot(x, 10, weights=w)").applyLocally(List.of(ROWS.rows()))) {
      assertThat(run.function().apply(Map.of("x", List.of(4L, 2L), "w", List.of(1.5f, 2f))))
          .isEqualTo(
              Map.of("y$sparse_indices_0", List.of(2L, 4L), "y$sparse_values", List.of(2f, 1.5f)));
      assertThat(run.schema().column("y").layout()).isEqualTo(Layout.SPARSE);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          annotate_true_sparse_output(s)            | annotate_sparse_output_shape(x, [n]) gives
          annotate_sparse_output_shape(d, [3])      | a sparse output is made of a sparse column
          annotate_sparse_output_shape(s, [3, 4])   | must have 1 sizes of 1 or more; found [3, 4]
          sparse_one_hot(s, 3)                      | sparse vectors are of integers
          sparse_one_hot(x, 0)                      | with 1 category or more; found 0
          sparse_one_hot(x)                         | 'depth' is missing
          """)
  void whatHasNoWidthIsRefused(String expression, String message) {
    assertThatThrownBy(() -> ROWS.preprocessor(expression))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(message);
  }
}
