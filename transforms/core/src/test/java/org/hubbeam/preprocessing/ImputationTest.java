// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.preprocessing.Imputation.Strategy;
import org.junit.jupiter.api.Test;

class ImputationTest {

  private static final float NAN = Float.NaN;

  private static Array imputed(Array x, Function<Column, Column> mapper) {
    return Local.over("x", x).output(in -> mapper.apply(in.get("x")));
  }

  @Test
  void rowsWithoutAValueAndNanAreFilledIn() {
    Array x = Array.Ragged.of(Values.of(1f, NAN, 1f, 7f, 9f), new int[] {0, 1, 1, 2, 3, 4, 5});
    assertThat(imputed(x, c -> Imputation.impute(c, Strategy.MEAN)))
        .isEqualTo(Local.floats(1, 4.5f, 4.5f, 1, 7, 9));
    assertThat(imputed(x, c -> Imputation.impute(c, Strategy.MEDIAN)))
        .isEqualTo(Local.floats(1, 7, 7, 1, 7, 9));
    assertThat(imputed(x, c -> Imputation.impute(c, Strategy.MODE)))
        .isEqualTo(Local.floats(1, 1, 1, 1, 7, 9));
    assertThat(imputed(x, c -> Imputation.impute(c, -1.5)))
        .isEqualTo(Local.floats(1, -1.5f, -1.5f, 1, 7, 9));
  }

  @Test
  void aDenseColumnKeepsItsShape() {
    assertThat(imputed(Local.rows(2, 1, NAN, 3, 5), c -> Imputation.impute(c, Strategy.MEAN)))
        .isEqualTo(Local.rows(2, 1, 3, 3, 5));
  }

  @Test
  void integersAreFilledWithIntegersAndStringsWithTheMostFrequent() {
    assertThat(
            imputed(
                Array.Ragged.of(Values.of(1L, 2L, 2L), new int[] {0, 1, 1, 2, 3}),
                c -> Imputation.impute(c, Strategy.MEAN)))
        .isEqualTo(Local.longs(1, 2, 2, 2));
    Array texts = Array.Ragged.of(Values.of("b", "a", "b", "a"), new int[] {0, 1, 2, 3, 3, 4});
    assertThat(imputed(texts, c -> Imputation.impute(c, Strategy.MODE)))
        .isEqualTo(Local.strings("b", "a", "b", "a", "a"));
    assertThat(imputed(texts, c -> Imputation.impute(c, "none")))
        .isEqualTo(Local.strings("b", "a", "b", "none", "a"));
  }

  @Test
  void aColumnOfNothingButMissingValuesIsFilledWithZeros() {
    Array nothing = Array.Ragged.of(Values.of(NAN), new int[] {0, 0, 1});
    Array empty = Array.Ragged.of(Values.of(new String[0]), new int[] {0, 0});
    for (Strategy strategy : Strategy.values()) {
      assertThat(imputed(nothing, c -> Imputation.impute(c, strategy)))
          .isEqualTo(Local.floats(0, 0));
    }
    assertThat(imputed(empty, c -> Imputation.impute(c, Strategy.MODE)))
        .isEqualTo(Local.strings(""));
  }

  @Test
  void whatWasAnalysedFillsInOtherRows() {
    assertThat(
            Local.over("x", Local.floats(2, 4))
                .serving(Map.of("x", Local.floats(NAN, 100)))
                .output(in -> Imputation.impute(in.get("x"), Strategy.MEAN)))
        .isEqualTo(Local.floats(3, 100));
  }

  @Test
  void aRowWithSeveralValuesFails() {
    assertThatThrownBy(
            () ->
                imputed(
                    Array.Ragged.of(Values.of(1f, 2f), new int[] {0, 2}),
                    c -> Imputation.impute(c, 0)))
        .hasMessageContaining("out of bounds");
  }

  @Test
  void wrongFillingsAreNamed() {
    assertThatThrownBy(() -> imputed(Local.strings("a"), c -> Imputation.impute(c, Strategy.MEAN)))
        .hasMessageContaining("strings have no MEAN");
    assertThatThrownBy(() -> imputed(Local.longs(1), c -> Imputation.impute(c, 1.5)))
        .hasMessageContaining("1.5 does not fit the column int64 [?], which has integers");
    assertThatThrownBy(() -> imputed(Local.floats(1), c -> Imputation.impute(c, "a")))
        .hasMessageContaining("the string 'a' does not fit the column float32 [?]");
  }
}
