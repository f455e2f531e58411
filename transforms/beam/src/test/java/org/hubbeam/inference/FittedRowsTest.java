// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FittedRowsTest {

  private static final Array.Ragged RAGGED =
      Array.Ragged.of(Values.of(5f, 6f, 7f), new int[] {0, 2, 2, 3});

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64", "INT64", "UINT8"})
  void anInputOfOneDimensionTakesOneValueARow(DType dtype) {
    FittedRows fitted = fit(RAGGED, dtype, FittedRows.Rows.VALUES, -1);
    assertThat(fitted.bad())
        .containsExactly(
            new CallPlan.BadRow(0, "x", "expected 1 value, found 2"),
            new CallPlan.BadRow(1, "x", "expected 1 value, found 0"));
    FittedRows.Group group = only(fitted);
    assertThat(group.rows()).containsExactly(2);
    assertThat(group.inputs().column("x").dims()).containsExactly(1L);
    assertThat(group.inputs().column("x").dtype()).isEqualTo(dtype);
    assertThat(group.inputs().origin().records()).containsExactly(2);
  }

  @Test
  void listsThatAreRecordsAreCalledByTheirLength() {
    FittedRows fitted = fit(RAGGED, DType.FLOAT32, FittedRows.Rows.LISTS, -1);
    assertThat(fitted.bad()).isEmpty();
    assertThat(fitted.groups())
        .extracting(group -> group.inputs().column("x"))
        .containsExactly(
            new Array.Dense(List.of(1L, 2L), Values.of(5f, 6f)),
            new Array.Dense(List.of(1L, 0L), Values.of(new float[0])),
            new Array.Dense(List.of(1L, 1L), Values.of(7f)));
  }

  @Test
  void rowsOfOneLengthAreCalledTogetherWhereTheLengthIsOpen() {
    Array.Ragged lists =
        Array.Ragged.of(Values.of(1L, 2L, 3L, 4L, 5L, 6L), new int[] {0, 2, 3, 3, 5, 6});
    FittedRows fitted = fit(lists, DType.INT32, FittedRows.Rows.VALUES, -1, -1);
    assertThat(fitted.bad()).isEmpty();
    assertThat(fitted.groups())
        .extracting(FittedRows.Group::rows)
        .containsExactly(new int[] {0, 3}, new int[] {1, 4}, new int[] {2});
    assertThat(fitted.groups())
        .extracting(group -> group.inputs().column("x"))
        .containsExactly(
            new Array.Dense(List.of(2L, 2L), Values.of(1, 2, 4, 5)),
            new Array.Dense(List.of(2L, 1L), Values.of(3, 6)),
            new Array.Dense(List.of(1L, 0L), Values.of(new int[0])));
  }

  @Test
  void rowsOfAnotherSizeThanDeclaredAreBad() {
    FittedRows fitted = fit(RAGGED, DType.FLOAT32, FittedRows.Rows.VALUES, -1, 2);
    assertThat(fitted.bad())
        .extracting(CallPlan.BadRow::reason)
        .containsExactly("expected 2 values, found 0", "expected 2 values, found 1");
    assertThat(only(fitted).inputs().column("x"))
        .isEqualTo(new Array.Dense(List.of(1L, 2L), Values.of(5f, 6f)));
    assertThat(
            only(fit(RAGGED.select(new int[] {0}), DType.FLOAT32, FittedRows.Rows.VALUES, -1, 1, 2))
                .inputs()
                .column("x")
                .dims())
        .containsExactly(1L, 1L, 2L);
    assertThat(fit(RAGGED, DType.FLOAT32, FittedRows.Rows.VALUES, -1, -1, 2).bad())
        .extracting(CallPlan.BadRow::reason)
        .containsExactly("expected values of the shape [?, 2], found 1");
  }

  @Test
  void textsAreReadAsTheDeclaredType() {
    Array texts = Array.Dense.vector(Values.of("1", "x", "2e1", "true"));
    FittedRows fitted = fit(texts, DType.INT64, FittedRows.Rows.VALUES, -1);
    assertThat(fitted.bad())
        .containsExactly(
            new CallPlan.BadRow(1, "x", "expected int64, found 'x'"),
            new CallPlan.BadRow(3, "x", "expected int64, found 'true'"));
    assertThat(only(fitted).inputs().column("x")).isEqualTo(Array.Dense.vector(Values.of(1L, 20L)));
  }

  @Test
  void oneOfSeveralTypesIsThatOfTheValuesOrOneOfTheirKind() {
    ArraySpec spec = new ArraySpec("x", DType.FLOAT32, Shape.of(-1), Layout.DENSE);
    Set<DType> both = Set.of(DType.FLOAT32, DType.INT32);
    for (Map.Entry<Array, DType> wanted :
        Map.of(
                (Array) Array.Dense.vector(Values.of(1L)),
                DType.INT32,
                Array.Dense.vector(Values.of(1f)),
                DType.FLOAT32,
                Array.Dense.vector(Values.of("1")),
                DType.FLOAT32)
            .entrySet()) {
      FittedRows fitted =
          FittedRows.of(
              Batch.of(Map.of("x", wanted.getKey())),
              List.of(new FittedRows.Input("x", spec, both, FittedRows.Rows.VALUES)));
      assertThat(only(fitted).inputs().column("x").dtype()).isEqualTo(wanted.getValue());
    }
  }

  @Test
  void aRowIsBadOnceForItsFirstColumn() {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("a", Array.Dense.vector(Values.of("1", "x", "2")));
    columns.put("b", Array.Dense.vector(Values.of("y", "y", "3")));
    ArraySpec a = new ArraySpec("a", DType.INT64, Shape.of(-1), Layout.DENSE);
    FittedRows fitted =
        FittedRows.of(
            Batch.of(columns),
            List.of(
                new FittedRows.Input("a", a, Set.of(DType.INT64), FittedRows.Rows.VALUES),
                new FittedRows.Input(
                    "b", a.named("c"), Set.of(DType.INT64), FittedRows.Rows.VALUES)));
    assertThat(fitted.bad())
        .extracting(bad -> bad.row() + " " + bad.column())
        .containsExactly("0 b", "1 a");
    assertThat(only(fitted).inputs().columns().keySet()).containsExactly("a", "c");
  }

  private static FittedRows fit(Array column, DType dtype, FittedRows.Rows rows, long... shape) {
    ArraySpec spec = new ArraySpec("x", dtype, Shape.of(shape), Layout.DENSE);
    return FittedRows.of(
        Batch.of(Map.of("x", column)),
        List.of(new FittedRows.Input("x", spec, Set.of(dtype), rows)));
  }

  private static FittedRows.Group only(FittedRows fitted) {
    assertThat(fitted.groups()).hasSize(1);
    return fitted.groups().get(0);
  }
}
