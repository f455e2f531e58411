// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.tensorflow.proto.DataType;

/**
 * One tensor of an array: a dense array is one, a ragged one its values and row splits, a sparse
 * one its indices, values and dense shape.
 *
 * @param name what the tensor is called in a signature
 */
record TensorPart(String name, DataType dtype, Shape shape) {

  static TensorPart of(String name, DType dtype, Shape shape) {
    return new TensorPart(name, dtype.proto(), shape);
  }

  /** The tensors of an array, in TensorFlow's order; those after the first are numbered. */
  static List<TensorPart> of(ArraySpec spec) {
    String name = spec.name();
    Shape shape = spec.shape();
    return switch (spec.layout()) {
      case DENSE -> List.of(of(name, spec.dtype(), shape));
      case SPARSE -> {
        long rank = shape.hasRank() ? shape.rank() : -1;
        yield List.of(
            of(name, DType.INT64, Shape.of(-1, rank)),
            of(name + "_1", spec.dtype(), Shape.of(-1)),
            of(name + "_2", DType.INT64, Shape.of(rank)));
      }
      case RAGGED -> {
        int levels = raggedRank(spec);
        List<Long> flat = new ArrayList<>(shape.dims().subList(levels, shape.rank()));
        flat.set(0, -1L);
        List<TensorPart> parts = new ArrayList<>();
        parts.add(of(name, spec.dtype(), new Shape(flat)));
        for (int i = 0; i < levels; i++) {
          long splits = i == 0 && shape.dim(0) >= 0 ? shape.dim(0) + 1 : -1;
          parts.add(of(name + "_" + (i + 1), DType.INT64, Shape.of(splits)));
        }
        yield parts;
      }
    };
  }

  /** How many dimensions of a ragged array are ragged. */
  static int raggedRank(ArraySpec spec) {
    Shape shape = spec.shape();
    int rank = 0;
    if (shape.hasRank()) {
      while (rank + 1 < shape.rank() && shape.dim(rank + 1) < 0) {
        rank++;
      }
    }
    if (rank == 0) {
      throw new IllegalArgumentException(
          spec + " has no ragged dimension: the one after the rows must not be fixed");
    }
    return rank;
  }
}
