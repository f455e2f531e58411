// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Truth: NumPy's {@code np.arange(12).reshape(2, 3, 2)} and the same subscripts. */
class SubscriptsTest {

  private static final Expressions ROWS =
      new Expressions()
          .with("x", Array.Dense.vector(Values.of(1f, 2f)))
          .with("list", Array.Ragged.of(Values.of(1f), new int[] {0, 1, 1}))
          .with(
              "cube",
              new Array.Dense(
                  List.of(2L, 3L, 2L),
                  Values.of(0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f, 10f, 11f)));

  private static Array rows(int width, float... values) {
    return new Array.Dense(List.of(2L, (long) width), Values.of(values));
  }

  @Test
  void positionsOfRowsAreTaken() {
    assertThat(ROWS.evaluate("cube[:, 0]")).isEqualTo(rows(2, 0, 1, 6, 7));
    assertThat(ROWS.evaluate("cube[:, 1, 1]")).isEqualTo(Array.Dense.vector(Values.of(3f, 9f)));
    assertThat(ROWS.evaluate("cube[:, -1, 0] - 1"))
        .isEqualTo(Array.Dense.vector(Values.of(3f, 9f)));
    assertThat(ROWS.evaluate("cube[:, :, 0]")).isEqualTo(rows(3, 0, 2, 4, 6, 8, 10));
    assertThat(ROWS.evaluate("cube[:, 1:, 1]")).isEqualTo(rows(2, 3, 5, 9, 11));
    assertThat(ROWS.evaluate("cube[:, :2, 0]")).isEqualTo(rows(2, 0, 2, 6, 8));
    assertThat(ROWS.evaluate("cube[:, :-1][:, :, 1]")).isEqualTo(rows(2, 1, 3, 7, 9));
    assertThat(ROWS.evaluate("x[:, None]")).isEqualTo(rows(1, 1, 2));
    assertThat(ROWS.evaluate("(x * 2)[:, None][:, 0]"))
        .isEqualTo(Array.Dense.vector(Values.of(2f, 4f)));
  }

  @Test
  void resultsAndStatisticsHavePositions() {
    assertThat(ROWS.evaluate("x * 0 + tukey_h_params(x)[0]"))
        .isEqualTo(ROWS.evaluate("x * 0 + item(tukey_h_params(x), 0)"));
    assertThat(ROWS.evaluate("x + max(cube, reduce_instance_dims=False)[2, 1]"))
        .isEqualTo(Array.Dense.vector(Values.of(12f, 13f)));
  }

  @Test
  void listsAreCut() {
    Expressions lists =
        new Expressions()
            .with("l", Array.Ragged.of(Values.of(1L, 2L, 3L, 4L), new int[] {0, 3, 3, 4}))
            .withRagged("r", Array.Ragged.of(Values.of("a", "b", "c"), new int[] {0, 0, 2, 3}));
    assertThat(lists.evaluate("l[:, :2]"))
        .isEqualTo(Array.Ragged.of(Values.of(1L, 2L, 4L), new int[] {0, 2, 2, 3}));
    assertThat(lists.evaluate("l[:, -1:]"))
        .isEqualTo(Array.Ragged.of(Values.of(3L, 4L), new int[] {0, 1, 1, 2}));
    assertThat(lists.evaluate("r[:, :1]"))
        .isEqualTo(Array.Ragged.of(Values.of("a", "c"), new int[] {0, 0, 1, 2}));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x[0]                    | rows are not picked: the first position is ':', as in x[:, 0]
          x[1:]                   | rows are not picked
          list[:, 0]              | of lists, the first values are taken by [:, :n]
          list[:, 1:]             | of lists, the first values are taken by [:, :n]
          x[:, 0]                 | there are 1 dimensions, [?]
          x[]                     | expected positions
          x[:, x]                 | a position is a whole number; found x
          x[:                     | expected
          tukey_h_params(x)[2]    | there are 2 results, from 0 on
          """)
  void whatHasNoPositionIsSaid(String expression, String message) {
    assertThatThrownBy(() -> ROWS.preprocessor(expression))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(message);
  }
}
