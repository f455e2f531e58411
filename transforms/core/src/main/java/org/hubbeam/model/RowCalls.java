// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;

/**
 * Calls a function on rows, however it takes them: all at once; so many at a time, the last padded
 * with copies of the last row; or one by one.
 *
 * <p>One by one are called functions that take a batch of exactly one, that take no batch (a
 * scalar, a sound), or that take no column at all. Where other inputs of such a function have rows,
 * they are given one.
 */
final class RowCalls {

  private final ModuleFunction function;
  private final TraceChooser chooser;

  RowCalls(ModuleFunction function, TraceChooser chooser) {
    this.function = function;
    this.chooser = chooser;
  }

  Batch call(Batch rows) {
    Trace trace = RowInputs.trace(chooser, rows);
    RowInputs inputs = RowInputs.match(trace, chooser, rows);
    if (inputs.columns().isEmpty() && !function.inputs().isEmpty()) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          function.choice()
              + " takes "
              + function.inputs()
              + ", of which the rows have none; they have the columns "
              + rows.columns().keySet());
    }
    Map<String, Array> columns;
    if (inputs.oneByOne()) {
      columns = oneByOne(trace, inputs, rows.rows());
    } else if (inputs.fixedRows() >= 0) {
      columns = fixedSize(inputs, rows.rows());
    } else {
      columns = allAtOnce(trace, inputs, rows.rows());
    }
    return new Batch(rows.rows(), columns, rows.origin());
  }

  private Map<String, Array> allAtOnce(Trace trace, RowInputs inputs, int rows) {
    Map<String, Array> columns = new LinkedHashMap<>();
    function
        .call(inputs.columns())
        .forEach(
            (name, array) -> {
              boolean ofAll = array.dims().isEmpty();
              if (!ofAll && inputs.takesAnyRows()) {
                ArraySpec declared = trace.output(name);
                ofAll =
                    declared.shape().hasRank()
                        && declared.shape().rank() > 0
                        && declared.shape().dim(0) == array.dims().get(0);
              }
              columns.put(
                  name,
                  ofAll
                      ? Stacking.repeated((Array.Dense) array, rows)
                      : checked(name, array, rows));
            });
    return columns;
  }

  private Array checked(String name, Array column, int rows) {
    if (column.rows() != rows) {
      throw new ModuleException(
          ModuleException.Kind.ROWS_DIFFER,
          function.choice()
              + " was given "
              + rows
              + " rows, but its output '"
              + name
              + "' has "
              + column.rows());
    }
    return column;
  }

  private Map<String, Array> fixedSize(RowInputs inputs, int rows) {
    int size = inputs.fixedRows();
    List<Batch> results = new ArrayList<>();
    for (int from = 0; from < rows; from += size) {
      int start = from;
      int last = Math.min(rows, from + size) - 1;
      int[] chosen = new int[size];
      Arrays.setAll(chosen, i -> Math.min(start + i, last));
      Map<String, Array> part = new LinkedHashMap<>();
      inputs.columns().forEach((name, array) -> part.put(name, array.select(chosen)));
      Map<String, Array> outputs = new LinkedHashMap<>();
      function
          .call(part)
          .forEach(
              (name, array) ->
                  outputs.put(
                      name,
                      array.dims().isEmpty()
                          ? Stacking.repeated((Array.Dense) array, size)
                          : checked(name, array, size)));
      results.add(new Batch(size, outputs, Batch.Origin.unknown(size)).slice(0, last - start + 1));
    }
    if (rows > 0) {
      return Stacking.joined(results, function.outputs()).columns();
    }
    Map<String, Array> none = new LinkedHashMap<>();
    function.outputs().forEach(o -> none.put(o.name(), Stacking.noRows(o)));
    return none;
  }

  private Map<String, Array> oneByOne(Trace trace, RowInputs inputs, int rows) {
    OneRecord form = OneRecord.of(inputs);
    List<Batch> results = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Map<String, Array> part = new LinkedHashMap<>();
      for (Map.Entry<String, Array> input : inputs.columns().entrySet()) {
        part.put(input.getKey(), form.input(input.getKey(), input.getValue(), row));
      }
      Map<String, Array> outputs = new LinkedHashMap<>();
      function
          .call(part)
          .forEach((name, array) -> outputs.put(name, form.output(trace.output(name), array)));
      results.add(new Batch(1, outputs, Batch.Origin.unknown(1)));
    }
    if (rows > 0) {
      return Stacking.joined(results, function.outputs()).columns();
    }
    Map<String, Array> none = new LinkedHashMap<>();
    function.outputs().forEach(o -> none.put(o.name(), form.noOutput(o)));
    return none;
  }
}
