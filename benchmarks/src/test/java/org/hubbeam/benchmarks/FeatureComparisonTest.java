// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;

class FeatureComparisonTest {

  private static Batch features(float[] age, long[] job, long[] bucket) {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("age", Array.Dense.vector(Values.of(age)));
    columns.put("job", Array.Dense.vector(Values.of(job)));
    columns.put("age_bucket", Array.Dense.vector(Values.of(bucket)));
    return Batch.of(columns);
  }

  private static final Batch REFERENCE =
      features(new float[] {1, -2, 1}, new long[] {7, 8, 9}, new long[] {1, 0, 1});

  @Test
  void theOrderOfRowsDoesNotCount() {
    Batch other = features(new float[] {1, 1, -2}, new long[] {9, 7, 8}, new long[] {1, 1, 0});
    assertThat(FeatureComparison.of(REFERENCE, other).isSame()).isTrue();
    assertThat(FeatureComparison.of(REFERENCE, other))
        .hasToString("the same: 3 rows, 3 columns, greatest difference 0.0e+00");
  }

  @Test
  void aSmallDifferenceOfFloatsIsAllowed() {
    Batch near =
        features(
            new float[] {1.000005f, -2, 1.000005f}, new long[] {7, 8, 9}, new long[] {1, 0, 1});
    Batch far =
        features(new float[] {1.0001f, -2, 1.0001f}, new long[] {7, 8, 9}, new long[] {1, 0, 1});
    assertThat(FeatureComparison.of(REFERENCE, near).isSame()).isTrue();
    FeatureComparison found = FeatureComparison.of(REFERENCE, far);
    assertThat(found.isSame()).isFalse();
    assertThat(found.toString()).contains("age differs in 2 rows");
  }

  @Test
  void anIntegerThatDiffersIsWrongUnlessABucket() {
    Batch job = features(new float[] {1, -2, 1}, new long[] {7, 8, 5}, new long[] {1, 0, 1});
    Batch bucket = features(new float[] {1, -2, 1}, new long[] {7, 8, 9}, new long[] {1, 1, 1});
    assertThat(FeatureComparison.of(REFERENCE, job).isSame()).isFalse();
    assertThat(FeatureComparison.of(REFERENCE, bucket).isSame()).isTrue();
    assertThat(FeatureComparison.of(REFERENCE, bucket).toString())
        .contains("age_bucket differs in 1 rows");
  }

  @Test
  void otherColumnsAndOtherCountsAreRefused() {
    Batch fewer = REFERENCE.slice(0, 2);
    assertThatThrownBy(() -> FeatureComparison.of(REFERENCE, fewer))
        .hasMessageContaining("3 rows")
        .hasMessageContaining("2 of");
    Batch more = REFERENCE.with("sex", REFERENCE.column("job"));
    assertThatThrownBy(() -> FeatureComparison.of(REFERENCE, more)).hasMessageContaining("sex");
  }
}
