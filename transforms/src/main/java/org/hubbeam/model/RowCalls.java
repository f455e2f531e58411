package org.hubbeam.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Values;

/**
 * Calls a function on rows, however it takes them: all at once; so many at a time, the last padded
 * with copies of the last row; or one by one where it takes no batch.
 */
final class RowCalls {

  private final ModuleFunction function;
  private final TraceChooser chooser;

  RowCalls(ModuleFunction function, TraceChooser chooser) {
    this.function = function;
    this.chooser = chooser;
  }

  Batch call(Batch rows) {
    Map<String, Array> inputs = new LinkedHashMap<>();
    boolean single = false;
    long fixed = -1;
    String dict = onlyDict();
    for (ArraySpec input : chooser.first().inputSpecs()) {
      Array column = column(rows, input.name(), dict);
      if (column == null) {
        continue;
      }
      Array fitted = fit(input, column);
      inputs.put(input.name(), fitted);
      if (input.shape().hasRank()) {
        single |= input.shape().rank() < fitted.dims().size();
        if (input.shape().rank() == fitted.dims().size() && input.shape().dim(0) >= 0) {
          fixed = input.shape().dim(0);
        }
      }
    }
    if (inputs.isEmpty()) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          function.choice()
              + " takes "
              + function.inputs()
              + ", of which the rows have none; they have the columns "
              + rows.columns().keySet());
    }
    Map<String, Array> outputs =
        single
            ? oneByOne(inputs, rows.rows())
            : fixed >= 0 ? fixedSize(inputs, rows.rows(), (int) fixed) : function.call(inputs);
    return new Batch(rows.rows(), checked(outputs, rows.rows()), rows.origin());
  }

  private static Array column(Batch rows, String input, String dict) {
    Array column = rows.columns().get(input);
    return column == null && input.startsWith(dict)
        ? rows.columns().get(input.substring(dict.length()))
        : column;
  }

  /** What the inputs' names begin with when the function takes all of them as one dict; or "". */
  private String onlyDict() {
    List<String> names = function.inputs().stream().map(ArraySpec::name).toList();
    String first = names.isEmpty() ? "" : names.get(0);
    String dict = first.substring(0, first.indexOf('/') + 1);
    return names.stream().allMatch(n -> n.startsWith(dict)) ? dict : "";
  }

  private Map<String, Array> checked(Map<String, Array> outputs, int rows) {
    Map<String, Array> columns = new LinkedHashMap<>();
    outputs.forEach(
        (name, array) -> {
          Array column = array.dims().isEmpty() ? repeated((Array.Dense) array, rows) : array;
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
          columns.put(name, column);
        });
    return columns;
  }

  /** A scalar that is said of the whole batch, said of each row. */
  private static Array.Dense repeated(Array.Dense scalar, int rows) {
    Array.Dense one = new Array.Dense(List.of(1L), scalar.values());
    return one.select(new int[rows]);
  }

  private Map<String, Array> fixedSize(Map<String, Array> inputs, int rows, int size) {
    List<Batch> results = new ArrayList<>();
    for (int from = 0; from < rows; from += size) {
      int start = from;
      int last = Math.min(rows, from + size) - 1;
      int[] chosen = new int[size];
      Arrays.setAll(chosen, i -> Math.min(start + i, last));
      Map<String, Array> part = new LinkedHashMap<>();
      inputs.forEach((name, array) -> part.put(name, array.select(chosen)));
      Map<String, Array> outputs = checked(function.call(part), size);
      results.add(new Batch(size, outputs, Batch.Origin.unknown(size)).slice(0, last - start + 1));
    }
    return rows == 0 ? none(Stacking::emptyBatch) : Batch.concat(results).columns();
  }

  private Map<String, Array> oneByOne(Map<String, Array> inputs, int rows) {
    List<Map<String, Array>> results = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Map<String, Array> part = new LinkedHashMap<>();
      for (Map.Entry<String, Array> input : inputs.entrySet()) {
        part.put(input.getKey(), Stacking.row(input.getValue(), row));
      }
      results.add(function.call(part));
    }
    if (rows == 0) {
      return none(Stacking::emptyStack);
    }
    Map<String, Array> stacked = new LinkedHashMap<>();
    for (String name : results.get(0).keySet()) {
      stacked.put(name, Stacking.stack(name, results.stream().map(r -> r.get(name)).toList()));
    }
    return stacked;
  }

  private Map<String, Array> none(Function<ArraySpec, Array> empty) {
    Map<String, Array> outputs = new LinkedHashMap<>();
    function.outputs().forEach(o -> outputs.put(o.name(), empty.apply(o)));
    return outputs;
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
      boolean flat = input.shape().rank() == 1 || input.shape().rank() == 2;
      if (input.layout() == Layout.DENSE && flat) {
        fitted = dense(input, ragged);
      } else if (input.layout() == Layout.SPARSE && ragged.inner().isEmpty()) {
        fitted = ragged.toSparse();
      }
    }
    return fitted.dtype() == input.dtype() ? fitted : cast(input, fitted);
  }

  private static Array cast(ArraySpec input, Array column) {
    boolean castable =
        column.dtype().isInteger() && input.dtype().isInteger()
            || column.dtype() == DType.FLOAT32 && input.dtype() == DType.FLOAT64;
    if (!castable) {
      return column;
    }
    Values cast = Composites.cast((Values.Numbers) column.values(), input.dtype());
    if (cast == null) {
      throw new ModuleException(
          ModuleException.Kind.REFUSED,
          "column '" + input.name() + "' has values that no " + input.dtype() + " can hold");
    }
    if (column instanceof Array.Dense) {
      return new Array.Dense(column.dims(), cast);
    }
    return column instanceof Array.Ragged ragged
        ? new Array.Ragged(cast, ragged.rowSplits(), ragged.inner())
        : new Array.Sparse(column.dims(), ((Array.Sparse) column).indices(), cast);
  }

  private static Array dense(ArraySpec input, Array.Ragged ragged) {
    int[] splits = ragged.rowSplits().get(0);
    int rows = splits.length - 1;
    boolean vector = input.shape().rank() == 1;
    int width = width(input, splits);
    if (vector && input.dtype() != DType.STRING && width != 1) {
      return ragged; // each row is a vector of its own, as a sound is
    }
    for (int row = 0; row < rows; row++) {
      int length = splits[row + 1] - splits[row];
      if (length != width) {
        throw new ModuleException(
            ModuleException.Kind.REFUSED,
            "input '"
                + input.name()
                + "' takes "
                + width
                + " values a row; row "
                + row
                + " has "
                + length);
      }
    }
    List<Long> dims = new ArrayList<>(List.of((long) rows));
    if (!vector) {
      dims.add((long) width);
    }
    dims.addAll(ragged.inner());
    return new Array.Dense(dims, ragged.values());
  }

  /** How many values a row has: as the input says, else as many as the first row has. */
  private static int width(ArraySpec input, int[] splits) {
    if (input.shape().rank() == 1 && input.dtype() == DType.STRING) {
      return 1;
    }
    if (input.shape().rank() == 2 && input.shape().dim(1) >= 0) {
      return Math.toIntExact(input.shape().dim(1));
    }
    return splits.length == 1 ? 0 : splits[1];
  }

  /** Empty strings and values are one array of no rows. */
  static Values none(DType dtype) {
    return dtype == DType.STRING
        ? Values.ofBytes(List.of())
        : new Values.Numbers(dtype, new byte[0]);
  }
}
