// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.junit.jupiter.api.Nested;

/** The contract, kept by each reducer of numbers over each kind of column. */
class CellReducersTest {

  private static final Axis VECTOR = Axis.perCell(Shape.of(2, 3));
  private static final Axis LIST = Axis.perCell(Shape.of(-1));

  abstract static class OfDense extends ReducerContract<CellSummary> {
    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.dense(random, DType.FLOAT32, rows, 2, 3));
    }
  }

  abstract static class OfLists extends ReducerContract<CellSummary> {
    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.varlen(random, DType.FLOAT32, rows));
    }
  }

  @Nested
  class ExtremesOfAll extends OfDense {
    @Override
    Reducer<CellSummary> reducer() {
      return new Extremes(DType.FLOAT32, Axis.WHOLE, Nan.IGNORE);
    }
  }

  @Nested
  class ExtremesOfCells extends OfDense {
    @Override
    Reducer<CellSummary> reducer() {
      return new Extremes(DType.FLOAT32, VECTOR);
    }
  }

  @Nested
  class ExtremesOfPositions extends OfLists {
    @Override
    Reducer<CellSummary> reducer() {
      return new Extremes(DType.FLOAT32, LIST);
    }
  }

  @Nested
  class ExtremesOfShorts extends ReducerContract<CellSummary> {
    @Override
    Reducer<CellSummary> reducer() {
      return new Extremes(DType.INT16, Axis.perCell(Shape.of()));
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.dense(random, DType.INT16, rows));
    }
  }

  @Nested
  class SumOfCells extends OfDense {
    @Override
    Reducer<CellSummary> reducer() {
      return new Sum(DType.FLOAT32, VECTOR);
    }
  }

  @Nested
  class SumOfBytes extends ReducerContract<CellSummary> {
    @Override
    Reducer<CellSummary> reducer() {
      return new Sum(DType.UINT8, Axis.WHOLE);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.varlen(random, DType.UINT8, rows));
    }
  }

  @Nested
  class SizeOfPositions extends ReducerContract<CellSummary> {
    @Override
    Reducer<CellSummary> reducer() {
      return new Size(DType.STRING, LIST);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.varlen(random, DType.STRING, rows));
    }
  }

  @Nested
  class MomentsOfAll extends OfLists {
    @Override
    Reducer<CellSummary> reducer() {
      return new Moments(DType.FLOAT32, Axis.WHOLE);
    }
  }

  @Nested
  class MomentsOfSparse extends ReducerContract<CellSummary> {
    @Override
    Reducer<CellSummary> reducer() {
      return new Moments(DType.INT64, Axis.perCell(Shape.of(4)), DType.FLOAT64);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.sparse(random, DType.INT64, rows, 4));
    }
  }

  @Nested
  class MomentsOfPositions extends OfLists {
    @Override
    Reducer<CellSummary> reducer() {
      return new Moments(DType.FLOAT32, LIST);
    }
  }

  @Nested
  class QuantilesOfAll extends OfDense {
    @Override
    Reducer<CellSummary> reducer() {
      return new Quantiles(DType.FLOAT32, Axis.WHOLE, 5, 0.01);
    }
  }

  @Nested
  class QuantilesOfCellsWeighted extends ReducerContract<CellSummary> {
    @Override
    Reducer<CellSummary> reducer() {
      return new Quantiles(DType.FLOAT64, VECTOR, 3, 0.01, Weighting.WEIGHTED);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(
          Samples.dense(random, DType.FLOAT64, rows, 2, 3),
          Samples.dense(random, DType.FLOAT32, rows));
    }
  }

  @Nested
  class TukeyOfAll extends OfDense {
    @Override
    Reducer<CellSummary> reducer() {
      return new TukeyParameters(DType.FLOAT32, Axis.WHOLE);
    }
  }

  @Nested
  class TukeyOfPositions extends OfLists {
    @Override
    Reducer<CellSummary> reducer() {
      return new TukeyParameters(DType.FLOAT32, LIST);
    }
  }
}
