// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/**
 * The number of occurrences of each bucket index: the counts of a histogram whose boundaries are
 * computed by an earlier phase. Input: bucket numbers, int64, from 0 up to {@code buckets}
 * (excluded). Result: counts, int64 {@code [buckets]}.
 */
@Internal
public record BucketCounts(int buckets) implements SummaryReducer<FixedCounts> {

  /**
   * Counts of this many buckets.
   *
   * @throws IllegalArgumentException when there is none
   */
  public BucketCounts {
    if (buckets < 1) {
      throw new IllegalArgumentException("bucket counts need 1 bucket or more, not " + buckets);
    }
  }

  @Override
  public FixedCounts empty() {
    return new FixedCounts(buckets);
  }

  @Override
  public FixedCounts read(DataInput in) throws IOException {
    return FixedCounts.read(in, buckets);
  }

  @Override
  public void add(FixedCounts summary, List<Array> columns) {
    Array column = ReducerInputs.only(columns, DType.INT64, "bucket counts");
    for (long bucket : NumberArrays.longs((Values.Numbers) column.values())) {
      if (bucket < 0 || bucket >= buckets) {
        throw new IllegalArgumentException(
            "bucket " + bucket + " where there are " + buckets + " buckets");
      }
      summary.add((int) bucket, 1);
    }
  }

  @Override
  public List<Array.Dense> finish(FixedCounts summary) {
    return List.of(Array.Dense.vector(Values.of(summary.counts())));
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(new ArraySpec("counts", DType.INT64, Shape.of(buckets), Layout.DENSE));
  }

  @Override
  public String describe() {
    return "bucket_counts(buckets=" + buckets + ")";
  }
}
