// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.tensorflow.types.TInt64;

class SparseTensorsTest {

  private static final Array LISTS = Array.Ragged.of(Values.of(1L, 2L, 3L), new int[] {0, 2, 2, 3});

  @Test
  void listsBecomeDenseRowsOfAWidth() {
    assertThat(
            Local.over("x", LISTS)
                .output(
                    in ->
                        SparseTensors.sparseTensorToDenseWithShape(
                            in.get("x"), Shape.of(-1, 3), -1)))
        .isEqualTo(
            new Array.Dense(List.of(3L, 3L), Values.of(1L, 2L, -1L, -1L, -1L, -1L, 3L, -1L, -1L)));
    assertThat(
            Local.over("x", Array.Ragged.of(Values.of("a", ""), new int[] {0, 1, 1, 2}))
                .output(
                    in ->
                        SparseTensors.sparseTensorToDenseWithShape(
                            in.get("x"), Shape.of(-1, 1), "missing")))
        .isEqualTo(new Array.Dense(List.of(3L, 1L), Values.of("a", "missing", "")));
  }

  @Test
  void valuesMoveToTheBeginningOfTheirRow() {
    assertThat(
            Local.over("x", LISTS)
                .output(
                    in -> {
                      Column.Sparse x = (Column.Sparse) in.get("x");
                      var moved =
                          in.tf().math.add(x.indices(), in.tf().constant(new long[][] {{0, 2}}));
                      var wider =
                          in.tf().math.add(x.denseShape(), in.tf().constant(new long[] {0, 2}));
                      return SparseTensors.sparseTensorLeftAlign(
                          new Column.Sparse(
                              x.tracing(), moved, x.values(), wider, x.shape(), null));
                    }))
        .isEqualTo(LISTS);
  }

  @Test
  void elementsAreNumberedWithinTheirSegment() {
    assertThat(
            Local.over("x", LISTS)
                .output(
                    in -> {
                      Column x = in.get("x");
                      Column rows = in.column(Rows.rowIds(x));
                      return x.withValues(Texts.segmentIndices(rows).values(TInt64.class));
                    }))
        .isEqualTo(Array.Ragged.of(Values.of(0L, 1L, 0L), new int[] {0, 2, 2, 3}));
  }

  @Test
  void wrongColumnsAreNamed() {
    assertThatThrownBy(
            () ->
                Local.over("x", Local.floats(1))
                    .output(
                        in ->
                            SparseTensors.sparseTensorToDenseWithShape(in.get("x"), Shape.of(-1))))
        .hasMessageContaining("must be sparse");
    assertThatThrownBy(
            () ->
                Local.over("x", LISTS)
                    .output(
                        in ->
                            SparseTensors.sparseTensorToDenseWithShape(
                                in.get("x"), Shape.of(-1, 2), "a")))
        .hasMessageContaining("the string 'a' does not fit the column sparse int64");
  }
}
