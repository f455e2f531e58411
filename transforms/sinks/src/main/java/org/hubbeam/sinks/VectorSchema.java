// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.PackedValues;
import org.hubbeam.batch.Shape;
import org.hubbeam.vectors.PostProcessing;

/**
 * The columns of the rows that a store is given.
 *
 * @param id a string or an int64 for each row
 * @param vector float32 {@code [n, dimension]}
 * @param columns the others, in their order; lists where a row may have no value, or several
 */
public record VectorSchema(ArraySpec id, ArraySpec vector, List<ArraySpec> columns)
    implements Serializable {

  public VectorSchema {
    columns = List.copyOf(columns);
    if (id.layout() != Layout.DENSE
        || id.shape().rank() != 1
        || id.dtype() != DType.STRING && id.dtype() != DType.INT64) {
      throw new IllegalArgumentException("an id is one string or int64, not " + id);
    }
    if (vector.layout() != Layout.DENSE
        || vector.shape().rank() != 2
        || vector.dtype() != DType.FLOAT32
        || vector.shape().dim(1) < 1) {
      throw new IllegalArgumentException(
          "a vector is a row of float32 of one length, not " + vector);
    }
  }

  /** The schema of a batch, whose id and vector columns have these names. */
  static VectorSchema of(Batch batch, String id, String vector) {
    List<ArraySpec> others = new ArrayList<>();
    batch
        .columns()
        .forEach(
            (name, array) -> {
              if (!name.equals(id) && !name.equals(vector)) {
                others.add(anyRows(array.spec(name)));
              }
            });
    return new VectorSchema(
        anyRows(batch.column(id).spec(id)), anyRows(batch.column(vector).spec(vector)), others);
  }

  /**
   * The schema of rows that {@link WriteVectors} makes of these: with vectors as float32, and
   * without the scales of vectors of int8.
   *
   * @throws IllegalArgumentException if there are no such columns, or the vectors have no length,
   *     or the ids are none
   */
  public static VectorSchema of(BatchSchema schema, String id, String vector) {
    ArraySpec ids = schema.column(id);
    ArraySpec vectors = schema.column(vector);
    PackedValues packed = schema.domain(vector).packed();
    boolean scaled = packed != null && packed.dtype() == DType.INT8;
    Shape shape =
        packed == null || packed.dims().size() != 1
            ? vectors.shape()
            : Shape.of(-1, packed.dims().get(0));
    List<ArraySpec> others = new ArrayList<>();
    for (ArraySpec column : schema.columns()) {
      if (!column.name().equals(id)
          && !column.name().equals(vector)
          && !(scaled && column.name().equals(PostProcessing.scaleColumn(vector)))) {
        others.add(column);
      }
    }
    DType ofId = ids.dtype().isInteger() ? DType.INT64 : ids.dtype();
    return new VectorSchema(
        new ArraySpec(id, ofId, ids.shape().rank() <= 2 ? Shape.of(-1) : ids.shape(), Layout.DENSE),
        new ArraySpec(vector, DType.FLOAT32, shape, Layout.DENSE),
        others);
  }

  private static ArraySpec anyRows(ArraySpec spec) {
    List<Long> dims = new ArrayList<>(spec.shape().dims());
    dims.set(0, -1L);
    return new ArraySpec(spec.name(), spec.dtype(), new Shape(dims), spec.layout());
  }

  /** The numbers of a vector. */
  public int dimension() {
    return Math.toIntExact(vector.shape().dim(1));
  }
}
