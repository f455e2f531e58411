// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the values of a column beyond their dtype.
 *
 * @param range the range of integers; null if unknown
 * @param boundaries the increasing boundaries of the buckets that the column contains; empty if it
 *     contains none
 * @param packed the numbers that the byte strings contain; null if they are no numbers
 */
public record ColumnDomain(
    @Nullable IntRange range, List<Float> boundaries, @Nullable PackedValues packed)
    implements Serializable {

  /** Nothing is known. */
  public static final ColumnDomain UNKNOWN = new ColumnDomain(null, List.of(), null);

  public ColumnDomain {
    boundaries = List.copyOf(boundaries);
  }

  /** Sets the range of integers. */
  public ColumnDomain withRange(IntRange value) {
    return new ColumnDomain(value, boundaries, packed);
  }

  /** Sets the boundaries of buckets. */
  public ColumnDomain withBoundaries(List<Float> value) {
    return new ColumnDomain(range, value, packed);
  }

  /** Sets the numbers that the byte strings contain; null if they are no numbers. */
  public ColumnDomain withPacked(@Nullable PackedValues value) {
    return new ColumnDomain(range, boundaries, value);
  }

  /** What is known of values that are in one or the other. */
  ColumnDomain merge(ColumnDomain other) {
    return new ColumnDomain(
        range == null || other.range == null ? null : range.merge(other.range),
        boundaries.equals(other.boundaries) ? boundaries : List.of(),
        Objects.equals(packed, other.packed) ? packed : null);
  }
}
