// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;

/**
 * How one record goes into a call and what it gives comes out, as one row.
 *
 * <p>Inputs that take no rows get the record's value itself; the others get a batch of {@code
 * batch} copies of it. An output has the batch as its first dimension if there is one and the
 * output's declared shape does not say otherwise: the first copy is the row. Any other output is
 * the row itself. A row with only its first dimension open is a list, and its column ragged,
 * whether the lists of some records are equally long or not.
 *
 * @param alone the inputs that take no rows
 * @param batch how many rows the other inputs get; 0 when there are none
 * @param any whether some input takes any number of rows
 */
record OneRecord(Set<String> alone, int batch, Batches any) {

  /** Which numbers of rows the inputs take that have rows. */
  enum Batches {
    OF_ANY_SIZE,
    OF_ONE_SIZE
  }

  static OneRecord of(RowInputs inputs) {
    Set<String> alone = new LinkedHashSet<>();
    inputs.columns().keySet().stream().filter(inputs::takesOneRow).forEach(alone::add);
    boolean batched = alone.size() < inputs.columns().size();
    return new OneRecord(
        alone,
        batched ? Math.max(1, inputs.fixedRows()) : 0,
        inputs.takesAnyRows() ? Batches.OF_ANY_SIZE : Batches.OF_ONE_SIZE);
  }

  /** A record's value as an input takes it. */
  Array input(String name, Array column, int row) {
    if (alone.contains(name)) {
      return Stacking.row(column, row);
    }
    int[] copies = new int[batch];
    Arrays.fill(copies, row);
    return column.select(copies);
  }

  /** An output as a column of one row. */
  Array output(ArraySpec declared, Array array) {
    if (array.dims().isEmpty()) {
      return Stacking.repeated((Array.Dense) array, 1);
    }
    boolean batched = isBatch(declared.shape(), array.dims().get(0));
    if (batched && array.rows() != batch) {
      throw new ModuleException(
          ModuleException.Kind.ROWS_DIFFER,
          "a call with "
              + batch
              + " rows gave "
              + array.rows()
              + " rows of the output '"
              + declared.name()
              + "'");
    }
    Array row = batched ? array.slice(0, 1) : Stacking.oneRow(array);
    return isList(declared, batched) ? Stacking.list((Array.Dense) row) : row;
  }

  /** An output of no rows. */
  Array noOutput(ArraySpec declared) {
    Shape shape = declared.shape();
    boolean batched = shape.hasRank() && shape.rank() > 0 && isBatch(shape, shape.dim(0));
    List<Long> dims = new ArrayList<>(List.of(0L));
    if (shape.hasRank()) {
      (batched ? shape.row() : shape).dims().forEach(d -> dims.add(Math.max(d, 0)));
    }
    Array.Dense none = new Array.Dense(dims, Stacking.none(declared.dtype()));
    return isList(declared, batched) ? Stacking.list(none) : none;
  }

  /** Whether the first dimension of an output is the batch. */
  private boolean isBatch(Shape declared, long actual) {
    if (batch == 0) {
      return false;
    }
    if (!declared.hasRank()) {
      return actual == batch;
    }
    long first = declared.dim(0);
    if (first < 0) {
      return any == Batches.OF_ANY_SIZE || batch > 1;
    }
    return first == actual ? any == Batches.OF_ONE_SIZE && first == batch : actual == batch;
  }

  private static boolean isList(ArraySpec declared, boolean batched) {
    if (declared.layout() != Layout.DENSE || !declared.shape().hasRank()) {
      return false;
    }
    Shape row = batched ? declared.shape().row() : declared.shape();
    return row.rank() > 0 && row.dim(0) < 0 && row.dims().lastIndexOf(-1L) == 0;
  }
}
