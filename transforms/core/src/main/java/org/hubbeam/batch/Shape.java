// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a tensor: dimensions from the outermost to the innermost, -1 for an unknown
 * dimension. The rank can be unknown, too.
 *
 * @param dims the dimensions; null when the rank is unknown
 */
public record Shape(@Nullable List<Long> dims) implements Serializable {

  /** Any rank. */
  public static final Shape UNKNOWN = new Shape(null);

  public Shape {
    if (dims != null) {
      dims = List.copyOf(dims);
      for (long dim : dims) {
        if (dim < -1) {
          throw new IllegalArgumentException("a dimension cannot be " + dim);
        }
      }
    }
  }

  /** A shape of known rank; -1 is an unknown dimension. */
  public static Shape of(long... dims) {
    return new Shape(java.util.Arrays.stream(dims).boxed().toList());
  }

  /** Whether the number of dimensions is known. */
  public boolean hasRank() {
    return dims != null;
  }

  /**
   * The dimensions.
   *
   * @throws IllegalStateException when the rank is unknown
   */
  @Override
  public List<Long> dims() {
    if (dims == null) {
      throw new IllegalStateException("the rank is unknown");
    }
    return dims;
  }

  /**
   * The number of dimensions.
   *
   * @throws IllegalStateException when it is not known
   */
  public int rank() {
    return dims().size();
  }

  /** One dimension; -1 if unknown. */
  public long dim(int index) {
    return dims().get(index);
  }

  /** Whether every dimension is known. */
  public boolean isFull() {
    return dims != null && !dims.contains(-1L);
  }

  /** This shape without its outermost dimension: the shape of one row. */
  public Shape row() {
    return dims == null || dims.isEmpty() ? UNKNOWN : new Shape(dims.subList(1, dims.size()));
  }

  /** Whether an array of these dimensions has this shape. */
  public boolean admits(List<Long> actual) {
    if (dims == null) {
      return true;
    }
    if (dims.size() != actual.size()) {
      return false;
    }
    for (int i = 0; i < dims.size(); i++) {
      if (dims.get(i) >= 0 && actual.get(i) >= 0 && !dims.get(i).equals(actual.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** In the form {@code [?, 128]}, with {@code ?} for unknown dimensions. */
  @Override
  public String toString() {
    return dims == null
        ? "[...]"
        : dims.stream()
            .map(d -> d < 0 ? "?" : Long.toString(d))
            .collect(Collectors.joining(", ", "[", "]"));
  }
}
