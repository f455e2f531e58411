// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.plan.Domain;
import org.hubbeam.preprocessing.Analyzers.Over;
import org.junit.jupiter.api.Test;

class BucketsTest {

  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  private static long[] served(Array x, Array other, Function<Column, Column> mapper) {
    return Local.longs(
        Local.over("x", x).serving(Map.of("x", other)).output(in -> mapper.apply(in.get("x"))));
  }

  private static long[] buckets(Array x, Function<Column, Column> mapper) {
    return served(x, x, mapper);
  }

  @Test
  void aBoundaryBelongsToTheBucketAboveAndNanToTheLast() {
    assertThat(
            served(
                Local.floats(4, 1, 5, 2, 3, 6),
                Local.floats(-100, 3, 2.9999f, 5, 1e9f, NAN, INF, -INF),
                x -> Buckets.bucketize(x, 3)))
        .containsExactly(0, 1, 0, 2, 2, 2, 2, 0);
  }

  @Test
  void aConstantColumnIsInTheLastBucket() {
    assertThat(
            served(
                Local.floats(7, 7, 7), Local.floats(6.9f, 7, 7.1f), x -> Buckets.bucketize(x, 3)))
        .containsExactly(0, 2, 2);
  }

  @Test
  void integersAndListsHaveBuckets() {
    assertThat(
            buckets(
                Local.longs(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
                x -> Buckets.bucketize(x, Bucketing.into(5).withEpsilon(0.001))))
        .containsExactly(0, 0, 1, 1, 2, 2, 3, 3, 4, 4);
    Array lists = Array.Ragged.of(Values.of(1f, 9f, 4f, 2f, 3f, 8f), new int[] {0, 2, 2, 3, 6});
    assertThat(Local.over("x", lists).output(in -> Buckets.bucketize(in.get("x"), 3)))
        .isEqualTo(Array.Ragged.of(Values.of(0L, 2L, 1L, 0L, 1L, 2L), new int[] {0, 2, 2, 3, 6}));
  }

  @Test
  void eachCellHasBucketsOfItsOwn() {
    float[] cells = new float[24];
    for (int i = 0; i < 12; i++) {
      cells[2 * i] = i;
      cells[2 * i + 1] = 100 - 3 * i;
    }
    assertThat(
            buckets(
                Local.rows(2, cells),
                x -> Buckets.bucketize(x, Bucketing.into(3).withOver(Over.CELLS))))
        .containsExactly(0, 2, 0, 2, 0, 2, 0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 0, 2, 0, 2, 0, 2, 0);
  }

  @Test
  void weightsMoveTheBoundaries() {
    assertThat(
            Local.longs(
                Local.over(
                        Map.of(
                            "x",
                            Local.floats(1, 2, 3, 4, 5, 6),
                            "w",
                            Local.floats(10, 1, 1, 1, 1, 1)))
                    .output(
                        in ->
                            Buckets.bucketize(
                                in.get("x"), Bucketing.into(2).withWeights(in.get("w"))))))
        .containsExactly(1, 1, 1, 1, 1, 1);
  }

  private static long[] perKey(Array x, Array key, Map<String, Array> asked, Bucketing bucketing) {
    return Local.longs(
        Local.over(Map.of("x", x, "key", key))
            .serving(asked)
            .output(in -> Buckets.bucketizePerKey(in.get("x"), in.get("key"), bucketing)));
  }

  @Test
  void twoBucketsAreRightForEveryKey() {
    assertThat(
            perKey(
                Local.floats(1, 2, 3, 10, 20, 30),
                Local.strings("a", "a", "a", "b", "b", "b"),
                Map.of(
                    "x", Local.floats(1.9f, 2, 19.9f, 20, 5),
                    "key", Local.strings("a", "a", "b", "b", "unseen")),
                Bucketing.into(2)))
        .containsExactly(0, 1, 0, 1, -1);
  }

  @Test
  void keysWithFewerValuesThanBucketsRepeatTheirBoundaries() {
    Array x = Local.floats(5, 6, 7, 12, 13, 15, 2, 4, 6, 8, 2, 4, 6, 8, 10, 11, 12, 13);
    Array key =
        Local.strings(
            "a", "a", "a", "b", "b", "c", "d", "d", "d", "d", "e", "e", "e", "e", "e", "e", "e",
            "e");
    assertThat(perKey(x, key, Map.of("x", x, "key", key), Bucketing.into(4).withEpsilon(1e-5)))
        .containsExactly(1, 2, 3, 1, 2, 1, 0, 1, 2, 3, 0, 0, 1, 1, 2, 2, 3, 3);
  }

  @Test
  void nanAndInfinitiesHaveBucketsPerKey() {
    assertThat(
            perKey(
                Local.floats(1, 2, 3, 4, 10, 20, 30, 40),
                Local.strings("a", "a", "a", "a", "b", "b", "b", "b"),
                Map.of(
                    "x", Local.floats(NAN, NAN, INF, -INF),
                    "key", Local.strings("a", "b", "a", "b")),
                Bucketing.into(3)))
        .containsExactly(2, 2, 2, 0);
  }

  @Test
  void givenBoundariesAreComparedInTheWiderType() {
    assertThat(
            buckets(
                Local.floats(4, NAN, 1, -INF, 7.5f, 10, 2),
                x -> Buckets.applyBuckets(x, List.of(2f, 5f, 10f))))
        .containsExactly(1, 3, 0, 0, 2, 3, 1);
    assertThat(
            buckets(
                Local.longs(1, 2, 3, 5, 9007199254740993L),
                x ->
                    Buckets.applyBuckets(
                        x, x.tracing().tf().constant(new long[][] {{2, 9007199254740993L}}))))
        .containsExactly(0, 1, 1, 1, 2);
  }

  @Test
  void bucketsAreCategoriesOfAKnownNumber() {
    try (LocalRun run =
        Local.over("x", Local.floats(1, 2, 3, 4))
            .run(
                in -> {
                  Column buckets = Buckets.bucketize(in.get("x"), 4);
                  assertThat(buckets.domain())
                      .isInstanceOfSatisfying(
                          Domain.Range.class,
                          range -> {
                            assertThat(range.min()).isZero();
                            assertThat(range.max()).isEqualTo(3);
                          });
                  Statistic count = Buckets.getNumBucketsForTransformedFeature(buckets);
                  return Map.of(
                      "y",
                      buckets.map(
                          v ->
                              in.tf()
                                  .math
                                  .mul(
                                      in.tf().onesLike(buckets.values(TINT64)), count.as(TINT64))));
                })) {
      assertThat(
              Local.longs(
                  run.transform(org.hubbeam.batch.Batch.of(Map.of("x", Local.floats(1, 2))))
                      .column("y")))
          .containsExactly(4, 4);
    }
  }

  private static final Class<org.tensorflow.types.TInt64> TINT64 =
      org.tensorflow.types.TInt64.class;

  private static float[] interpolated(Array x, Float... boundaries) {
    return Local.floats(
        Local.over("x", x)
            .output(in -> Buckets.applyBucketsWithInterpolation(in.get("x"), List.of(boundaries))));
  }

  @Test
  void interpolationIsLinearWithinBuckets() {
    assertThat(interpolated(Local.floats(0, 2, 3.5f, 5, 7.5f, 10, 20, NAN), 2f, 5f, 10f))
        .containsExactly(new float[] {0, 0, 0.25f, 0.5f, 0.75f, 1, 1, 0.5f}, within(1e-6f));
    assertThat(interpolated(Local.longs(-1, 0, 3, 10, 25, 100), 0f, 10f, 50f))
        .containsExactly(new float[] {0, 0, 0.15f, 0.5f, 0.6875f, 1}, within(1e-6f));
  }

  @Test
  void interpolationLeavesBoundariesOutThatAreNotFinite() {
    assertThat(interpolated(Local.floats(0.5f, 1, 2, 4), -INF, 1f, 3f, INF))
        .containsExactly(0, 0, 0.5f, 1);
    assertThat(interpolated(Local.floats(0, 1, 2), 1f)).containsExactly(0, 1, 1);
    assertThat(interpolated(Local.floats(0, 1), INF)).containsExactly(0, 0);
  }

  @Test
  void aDensityIsThatOfTheBin() {
    Function<Column, Column> density = Buckets::estimatedProbabilityDensity;
    assertThat(
            Local.floats(
                Local.over("x", Local.floats(0.05f, 0.05f, 0.55f, 0.95f))
                    .serving(Map.of("x", Local.floats(0, 0.5f, 2, -1)))
                    .output(in -> density.apply(in.get("x")))))
        .containsExactly(new float[] {5, 2.5f, 2.5f, 5}, within(1e-4f));
    assertThat(
            Local.floats(
                Local.over("x", Local.floats(-2, 0, 1, 2, 2))
                    .output(
                        in -> Buckets.estimatedProbabilityDensity(in.get("x"), Bins.evenly(3)))))
        .containsExactly(new float[] {0.1f, 0.4f, 0.4f, 0.4f, 0.4f}, within(1e-4f));
  }

  @Test
  void theDensityOfACategoryIsItsPart() {
    assertThat(
            Local.floats(
                Local.over("x", Local.longs(7, 7, 8, 10))
                    .serving(Map.of("x", Local.longs(10, 99, 7)))
                    .output(
                        in ->
                            Buckets.estimatedProbabilityDensity(in.get("x"), Bins.categorical()))))
        .containsExactly(0.25f, 0, 0.5f);
  }

  @Test
  void wrongSettingsAreNamed() {
    assertThatThrownBy(() -> Bucketing.into(0)).hasMessage("num_buckets must be 2 or more, not 0");
    assertThatThrownBy(
            () ->
                buckets(
                    Local.floats(1),
                    x -> Buckets.applyBuckets(x, x.tracing().tf().constant(new float[] {1}))))
        .hasMessageContaining("rank 2");
    assertThatThrownBy(
            () ->
                Local.over("x", Array.Ragged.of(Values.of(1f), new int[] {0, 1}))
                    .output(
                        in ->
                            Buckets.bucketize(in.get("x"), Bucketing.into(2).withOver(Over.CELLS))))
        .hasMessageContaining("elementwise");
    assertThatThrownBy(
            () ->
                Local.over(Map.of("x", Local.floats(1), "key", Local.longs(1)))
                    .output(in -> Buckets.bucketizePerKey(in.get("x"), in.get("key"), 2)))
        .hasMessageContaining("a key is a string column");
  }
}
