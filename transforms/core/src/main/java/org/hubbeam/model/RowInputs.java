// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;

/**
 * Columns as the inputs of a function take them, and how many rows a call takes.
 *
 * @param inputs what the columns are for
 * @param columns by input
 */
record RowInputs(List<ArraySpec> inputs, Map<String, Array> columns) {

  /**
   * The columns that are inputs, each in the layout and type of its input as far as it can be.
   *
   * @throws ModuleException when a column has lists of other lengths, or values that do not fit
   */
  static RowInputs match(Trace trace, TraceChooser chooser, Batch rows) {
    return fitted(trace.inputSpecs(), columns(trace, chooser, rows));
  }

  /**
   * The same for inputs of which none is filled otherwise. Lists of numbers, such as sounds, go one
   * by one into an input without rows.
   */
  static RowInputs match(List<ArraySpec> inputs, Batch rows) {
    Map<ArraySpec, Array> columns = new LinkedHashMap<>();
    Map<String, Array> records = new LinkedHashMap<>();
    Map<String, String> names = InputNames.columns(inputs, rows.columns().keySet());
    for (ArraySpec input : inputs) {
      String name = names.get(input.name());
      if (name != null && areRecords(input, rows.column(name))) {
        records.put(input.name(), Composites.widened(rows.column(name), input.dtype()));
      } else if (name != null) {
        columns.put(input, rows.column(name));
      }
    }
    RowInputs fitted = fitted(inputs, columns);
    records.putAll(fitted.columns);
    return new RowInputs(inputs, records);
  }

  private static RowInputs fitted(List<ArraySpec> inputs, Map<ArraySpec, Array> given) {
    Map<String, Array> columns = new LinkedHashMap<>();
    given.forEach((input, column) -> columns.put(input.name(), fit(input, column)));
    return new RowInputs(inputs, columns);
  }

  /** The first graph whose inputs have the columns' types; else the first that could have them. */
  static Trace trace(TraceChooser chooser, Batch rows) {
    Trace castable = null;
    for (Trace trace : chooser.candidates()) {
      Map<ArraySpec, Array> columns = columns(trace, chooser, rows);
      if (columns.entrySet().stream().allMatch(c -> c.getKey().dtype() == c.getValue().dtype())) {
        return trace;
      }
      if (castable == null
          && columns.entrySet().stream()
              .allMatch(
                  c ->
                      c.getKey().dtype() == c.getValue().dtype()
                          || Composites.castable(c.getValue().dtype(), c.getKey().dtype()))) {
        castable = trace;
      }
    }
    return castable == null ? chooser.first() : castable;
  }

  private static Map<ArraySpec, Array> columns(Trace trace, TraceChooser chooser, Batch rows) {
    Map<ArraySpec, Array> columns = new LinkedHashMap<>();
    List<ArraySpec> given = trace.inputSpecs().stream().filter(i -> !chooser.isFilled(i)).toList();
    Map<String, String> names = InputNames.columns(given, rows.columns().keySet());
    for (ArraySpec input : trace.inputSpecs()) {
      String name = input.name();
      Array column = rows.columns().get(names.getOrDefault(name, name));
      if (column != null && !chooser.isConstant(input.name())) {
        columns.put(input, column);
      }
    }
    return columns;
  }

  /** Whether an input takes one row, without the dimension that the column has for rows. */
  boolean takesOneRow(String input) {
    Shape shape = shape(input);
    return shape.hasRank()
        && shape.rank() < Objects.requireNonNull(columns.get(input)).dims().size();
  }

  /** Whether a call takes one record: a batch of exactly one, something that is no row, nothing. */
  boolean oneByOne() {
    return columns.isEmpty()
        || fixedRows() == 1
        || columns.keySet().stream().anyMatch(this::takesOneRow);
  }

  /** How many rows a call must have; -1 where any number will do. */
  int fixedRows() {
    return columns.keySet().stream().mapToInt(this::rows).max().orElse(-1);
  }

  /** Whether an input takes any number of rows, as its shape says. */
  boolean takesAnyRows() {
    return columns.keySet().stream()
        .anyMatch(i -> shape(i).hasRank() && !takesOneRow(i) && rows(i) < 0);
  }

  private int rows(String input) {
    Shape shape = shape(input);
    return !shape.hasRank() || shape.rank() == 0 || takesOneRow(input)
        ? -1
        : Math.toIntExact(shape.dim(0));
  }

  private Shape shape(String input) {
    return inputs.stream().filter(i -> i.name().equals(input)).findFirst().orElseThrow().shape();
  }

  /**
   * A column as an input takes it: lists of one length as a dense array, lists as a sparse one,
   * numbers in the input's width.
   */
  private static Array fit(ArraySpec input, Array column) {
    Array fitted = column;
    if (column instanceof Array.Ragged ragged
        && ragged.rowSplits().size() == 1
        && input.shape().hasRank()) {
      if (input.layout() == Layout.DENSE) {
        fitted = dense(input, ragged);
      } else if (input.layout() == Layout.SPARSE && ragged.inner().isEmpty()) {
        Array.Sparse lists = ragged.toSparse();
        fitted = input.shape().rank() == 2 ? lists.widened(input.shape().dim(1)) : lists;
      }
    }
    if (!Composites.castable(fitted.dtype(), input.dtype())) {
      return fitted;
    }
    Array widened = Composites.widened(fitted, input.dtype());
    if (widened == fitted) {
      throw new ModuleException(
          ModuleException.Kind.REFUSED,
          "column '" + input.name() + "' has values that no " + input.dtype() + " can hold");
    }
    return widened;
  }

  /** Lists as the rows of a dense array, where the input has rows of lists or of a fixed shape. */
  private static Array dense(ArraySpec input, Array.Ragged ragged) {
    int rank = input.shape().rank();
    Shape row = input.shape().row();
    boolean reshaped = rank > 2 && ragged.inner().isEmpty() && row.isFull();
    if (rank == 0 || !reshaped && rank > 1 && rank != 2 + ragged.inner().size()) {
      return ragged;
    }
    int[] splits = ragged.rowSplits().get(0);
    int width = reshaped ? size(row) : width(input, splits);
    for (int i = 0; i + 1 < splits.length; i++) {
      int length = splits[i + 1] - splits[i];
      if (length != width) {
        throw new ModuleException(
            ModuleException.Kind.REFUSED,
            "input '"
                + input.name()
                + "' takes "
                + width
                + " values a row; row "
                + i
                + " has "
                + length);
      }
    }
    if (rank == 1 && width != 1) {
      return ragged; // each row is a record of its own
    }
    List<Long> dims = new ArrayList<>(List.of(splits.length - 1L));
    if (reshaped) {
      dims.addAll(row.dims());
    } else if (rank > 1) {
      dims.add((long) width);
    }
    dims.addAll(ragged.inner());
    return new Array.Dense(dims, ragged.values());
  }

  /** Whether lists, of which none is a single number, are what the input takes one at a time. */
  private static boolean areRecords(ArraySpec input, Array column) {
    if (!input.dtype().isFloating()
        || input.layout() != Layout.DENSE
        || !input.shape().equals(Shape.of(-1))
        || !(column instanceof Array.Ragged ragged)
        || ragged.rowSplits().size() != 1) {
      return false;
    }
    int[] splits = ragged.rowSplits().get(0);
    return IntStream.range(1, splits.length).noneMatch(i -> splits[i] - splits[i - 1] == 1);
  }

  private static int size(Shape row) {
    return Math.toIntExact(row.dims().stream().reduce(1L, Math::multiplyExact));
  }

  /** How many values a row has: as the input says, else as many as the first row has. */
  private static int width(ArraySpec input, int[] splits) {
    if (input.shape().rank() == 1) {
      return Math.max(1, Math.toIntExact(input.shape().dim(0)));
    }
    if (input.shape().rank() >= 2 && input.shape().dim(1) >= 0) {
      return Math.toIntExact(input.shape().dim(1));
    }
    return splits.length == 1 ? 0 : splits[1];
  }
}
