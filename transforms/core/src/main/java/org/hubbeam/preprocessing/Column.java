// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.List;
import java.util.function.UnaryOperator;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.plan.Domain;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/**
 * A column of a preprocessing function while it is traced: a tensor whose first dimension is the
 * rows. It cannot be used after the trace ends.
 */
public sealed interface Column permits Column.Dense, Column.Sparse, Column.Ragged {

  /**
   * The values: of a dense column, the whole tensor; of a sparse or ragged column, a vector of the
   * values that are present.
   */
  Operand<?> values();

  /** The integers that the column can contain; null if unknown. */
  @Nullable Domain domain();

  /**
   * A column of the same structure with other values, one for each value of this one. It has no
   * domain.
   */
  Column withValues(Operand<?> values);

  /** This column with a domain. */
  Column withDomain(Domain domain);

  /** The shape, rows first; -1 for a dimension that is not fixed. */
  Shape shape();

  /** The layout. */
  Layout layout();

  /** The tensors that hold the column, in TensorFlow's order. */
  List<Operand<?>> tensors();

  /** The trace it belongs to. */
  Tracing tracing();

  /** The type of the values. */
  default DType dtype() {
    return DType.of(values().asOutput().dataType());
  }

  /**
   * The values as an operand of this type.
   *
   * @throws IllegalArgumentException when the values are of another type
   */
  default <T extends TType> Operand<T> values(Class<T> type) {
    return values().asOutput().expect(type);
  }

  /** This column with values computed from its own; the function must keep their number. */
  default Column map(UnaryOperator<Operand<?>> function) {
    return withValues(function.apply(values()));
  }

  /** The specification of the column, with this name. */
  default ArraySpec spec(String name) {
    return new ArraySpec(name, dtype(), shape(), layout());
  }

  /** A column whose rows all have the same shape. */
  record Dense(Tracing tracing, Operand<?> values, @Nullable Domain domain) implements Column {
    @Override
    public Dense withValues(Operand<?> other) {
      return new Dense(tracing, other, null);
    }

    @Override
    public Dense withDomain(Domain other) {
      return new Dense(tracing, values, other);
    }

    @Override
    public Shape shape() {
      return Tracing.shape(values);
    }

    @Override
    public Layout layout() {
      return Layout.DENSE;
    }

    @Override
    public List<Operand<?>> tensors() {
      return List.of(values);
    }
  }

  /**
   * A sparse column: values with indices, for lists of different lengths or few values in a large
   * shape.
   *
   * @param denseShape rows, then the other dimensions
   * @param shape the part of it that is known
   */
  record Sparse(
      Tracing tracing,
      Operand<TInt64> indices,
      Operand<?> values,
      Operand<TInt64> denseShape,
      Shape shape,
      @Nullable Domain domain)
      implements Column {
    @Override
    public Sparse withValues(Operand<?> other) {
      return new Sparse(tracing, indices, other, denseShape, shape, null);
    }

    @Override
    public Sparse withDomain(Domain other) {
      return new Sparse(tracing, indices, values, denseShape, shape, other);
    }

    @Override
    public Layout layout() {
      return Layout.SPARSE;
    }

    @Override
    public List<Operand<?>> tensors() {
      return List.of(indices, values, denseShape);
    }
  }

  /**
   * A ragged column: rows of different lengths.
   *
   * @param rowSplits outermost first
   */
  record Ragged(
      Tracing tracing,
      Operand<?> values,
      List<Operand<TInt64>> rowSplits,
      Shape shape,
      @Nullable Domain domain)
      implements Column {
    public Ragged {
      rowSplits = List.copyOf(rowSplits);
    }

    @Override
    public Ragged withValues(Operand<?> other) {
      return new Ragged(tracing, other, rowSplits, shape, null);
    }

    @Override
    public Ragged withDomain(Domain other) {
      return new Ragged(tracing, values, rowSplits, shape, other);
    }

    @Override
    public Layout layout() {
      return Layout.RAGGED;
    }

    @Override
    public List<Operand<?>> tensors() {
      List<Operand<?>> tensors = new java.util.ArrayList<>(List.of(values));
      tensors.addAll(rowSplits);
      return tensors;
    }
  }
}
