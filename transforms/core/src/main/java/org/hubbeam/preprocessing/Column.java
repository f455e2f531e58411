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
 * A column of a preprocessing function: a tensor whose outermost dimension is the rows. Belongs to
 * the trace that made it, and is of no use after it.
 */
public sealed interface Column permits Column.Dense, Column.Sparse, Column.Ragged {

  /** The values: of a dense column all, of the others those that are there, one after another. */
  Operand<?> values();

  /** The integers it can have; null where nothing is said. */
  @Nullable Domain domain();

  /** The same positions with other values, one for each. */
  Column withValues(Operand<?> values);

  /** This column, said to have these integers only. */
  Column withDomain(Domain domain);

  /** The shape, rows first; -1 where a dimension is not fixed. */
  Shape shape();

  /** How it is laid out. */
  Layout layout();

  /** What holds it, in TensorFlow's order. */
  List<Operand<?>> tensors();

  /** The trace it belongs to. */
  Tracing tracing();

  /** The type of the values. */
  default DType dtype() {
    return DType.of(values().asOutput().dataType());
  }

  /**
   * The values as operands of this type.
   *
   * @throws IllegalArgumentException when they are of another
   */
  default <T extends TType> Operand<T> values(Class<T> type) {
    return values().asOutput().expect(type);
  }

  /** This column with each value replaced; the operand given has as many values. */
  default Column map(UnaryOperator<Operand<?>> function) {
    return withValues(function.apply(values()));
  }

  /** What it is, under a name. */
  default ArraySpec spec(String name) {
    return new ArraySpec(name, dtype(), shape(), layout());
  }

  /** Every row has the same shape. */
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
   * Values at indices: lists of different lengths, or few values in a large shape.
   *
   * @param denseShape rows, then the other dimensions
   * @param shape what is known of it
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
   * Rows of different lengths.
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
