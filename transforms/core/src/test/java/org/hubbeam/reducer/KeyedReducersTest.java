// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract, kept by reducers of keys, counts, vectors and whole columns. */
class KeyedReducersTest {

  @Nested
  class ExtremesPerKey extends ReducerContract<KeyedSummary> {
    @Override
    Reducer<KeyedSummary> reducer() {
      return new PerKey(new Extremes(DType.FLOAT32, Axis.WHOLE, Nan.IGNORE));
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(
          Samples.varlen(random, DType.FLOAT32, rows), Samples.dense(random, DType.STRING, rows));
    }
  }

  @Nested
  class MinusMinimaOfIntegers extends ReducerContract<KeyedSummary> {
    @Override
    Reducer<KeyedSummary> reducer() {
      return MinusMinima.of(DType.INT64);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(
          Samples.dense(random, DType.INT64, rows), Samples.dense(random, DType.STRING, rows));
    }
  }

  @Nested
  class MomentsPerKeyAndCell extends ReducerContract<KeyedSummary> {
    @Override
    Reducer<KeyedSummary> reducer() {
      return new PerKey(new Moments(DType.INT32, Axis.perCell(Shape.of(3))));
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(
          Samples.dense(random, DType.INT32, rows, 3), Samples.dense(random, DType.INT64, rows));
    }
  }

  @Nested
  class SumsPerKeyOfEachValue extends ReducerContract<KeyedSummary> {
    @Override
    Reducer<KeyedSummary> reducer() {
      return new PerKey(new Sum(DType.INT64, Axis.WHOLE));
    }

    @Override
    List<Array> batch(Random random, int rows) {
      Array.Ragged x = Samples.varlen(random, DType.INT64, rows);
      Values keys = Samples.keys(random, x.values().size());
      return List.of(x, Array.Ragged.of(keys, x.rowSplits().get(0)));
    }
  }

  @Nested
  class WeightedQuantilesPerKey extends ReducerContract<KeyedSummary> {
    @Override
    Reducer<KeyedSummary> reducer() {
      return new PerKey(new Quantiles(DType.FLOAT32, Axis.WHOLE, 4, 0.01, Weighting.WEIGHTED));
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(
          Samples.dense(random, DType.FLOAT32, rows),
          Samples.dense(random, DType.INT32, rows),
          Samples.dense(random, DType.STRING, rows));
    }
  }

  @Nested
  class Counts extends ReducerContract<CountPerKey.Counts> {
    @Override
    Reducer<CountPerKey.Counts> reducer() {
      return new CountPerKey(DType.STRING);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.varlen(random, DType.STRING, rows));
    }
  }

  @Nested
  class Categories extends ReducerContract<CountPerKey.Counts> {
    @Override
    Reducer<CountPerKey.Counts> reducer() {
      return new CategoricalHistogram(DType.INT32);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.sparse(random, DType.INT32, rows, 5));
    }
  }

  @Nested
  class Between extends ReducerContract<FixedCounts> {
    @Override
    Reducer<FixedCounts> reducer() {
      return new Histogram(DType.FLOAT32, List.of(-10f, -1f, 0f, 2.5f, 10f));
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.dense(random, DType.FLOAT32, rows, 2));
    }
  }

  @Nested
  class Buckets extends ReducerContract<FixedCounts> {
    @Override
    Reducer<FixedCounts> reducer() {
      return new BucketCounts(7);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Array.Dense.vector(Values.of(random.longs(rows, 0, 7).toArray())));
    }

    @Test
    void aNumberThatIsNoBucketIsRefused() {
      assertThatThrownBy(
              () -> reducer().add(reducer().empty(), List.of(Array.Dense.vector(Values.of(7L)))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bucket 7");
    }
  }

  @Nested
  class Completeness extends ReducerContract<FixedCounts> {
    @Override
    Reducer<FixedCounts> reducer() {
      return new ValueCounts(DType.FLOAT32);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.varlen(random, DType.FLOAT32, rows));
    }
  }

  abstract static class OfVectors extends ReducerContract<CoMoments> {
    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.dense(random, DType.INT64, rows, 3));
    }
  }

  @Nested
  class Covariances extends OfVectors {
    @Override
    Reducer<CoMoments> reducer() {
      return new Covariance(DType.INT64, 3, DType.FLOAT64);
    }
  }

  @Nested
  class Directions extends OfVectors {
    @Override
    Reducer<CoMoments> reducer() {
      return new Pca(DType.INT64, 3, 2, DType.FLOAT32);
    }
  }

  @Nested
  class Components extends OfVectors {
    @Override
    Reducer<CoMoments> reducer() {
      return new PrincipalComponents(DType.INT64, 3, 2, DType.FLOAT32);
    }
  }
}
