// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Secrets;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.InputNames;
import org.hubbeam.model.ModuleException;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/**
 * Mappers that call TensorFlow Hub modules. Their inputs and outputs can be used by analyzers and
 * other mappers. The module becomes part of the transform output, with its weights, tables and
 * assets, so that the output remains one folder that can be moved, read by Python and served.
 *
 * <p>The module is resolved when the function is traced, and again by each worker that writes a
 * SavedModel of the function, so all of them must be able to resolve the handle. If it then
 * resolves to another module, the job fails. The module is called with many rows at once; it must
 * be deterministic, and its rows must not depend on each other.
 */
public final class HubModules {

  private HubModules() {}

  /**
   * Calls the function of a module that {@link org.hubbeam.model.FunctionChoice#ANY} stands for.
   *
   * @param handle a folder, an archive, a URL, a Kaggle handle or a {@code gs:} path
   * @throws ModuleException when the module cannot be used, or its input has another type or shape
   */
  public static Column apply(String handle, Column x) {
    return apply(HubModule.of(handle), x);
  }

  /**
   * Calls a function of a module with one input and returns the selected output.
   *
   * @param x the input; a sparse column of lists is converted to a ragged column if the function
   *     needs one
   * @throws ModuleException when the module cannot be used, has no such function or output, or its
   *     input has another type or shape
   */
  public static Column apply(HubModule module, Column x) {
    List<String> inputs =
        x.tracing().modules().function(module).inputs().stream().map(ArraySpec::name).toList();
    if (inputs.size() != 1) {
      throw misused(
          module, "takes " + inputs.size() + " inputs: " + inputs + "; give each a column");
    }
    return chosen(module, call(module, Map.of(inputs.get(0), x)));
  }

  /**
   * Calls a function of a module and returns all outputs by name: a single one as {@code output},
   * nested ones by path. With {@link HubModule#withOutput}, only that one.
   *
   * @param columns by the names of the function's inputs, nested ones by path or, where no other
   *     ends so, by their last names
   * @throws ModuleException when the module cannot be used, has no such function or output, or has
   *     other inputs
   */
  public static Map<String, Column> apply(HubModule module, Map<String, Column> columns) {
    Map<String, Column> outputs = call(module, columns);
    return module.output().isEmpty() ? outputs : Map.of(module.output(), chosen(module, outputs));
  }

  /** Calls a function of a module with several inputs and returns the selected output. */
  public static Column output(HubModule module, Map<String, Column> columns) {
    return chosen(module, call(module, columns));
  }

  private static Map<String, Column> call(HubModule module, Map<String, Column> columns) {
    Set<Tracing> tracings =
        columns.values().stream().map(Column::tracing).collect(Collectors.toSet());
    if (tracings.size() != 1) {
      throw misused(module, "needs columns of one trace, given are " + columns.keySet());
    }
    Tracing tracing = tracings.iterator().next();
    List<ArraySpec> inputs = tracing.modules().function(module).inputs();
    Map<String, ArraySpec> taken = new LinkedHashMap<>();
    inputs.forEach(i -> taken.put(i.name(), i));
    taken.values().forEach(i -> checkRows(module, "takes", i));
    Map<String, Column> given = new TreeMap<>();
    columns.forEach(
        (name, column) -> {
          String input = InputNames.find(inputs, name).map(ArraySpec::name).orElse(name);
          given.put(input, laidOut(column, taken.get(input)));
        });
    Map<String, Column> outputs = tracing.modules().call(module, given);
    outputs.forEach((name, column) -> checkRows(module, "gives", column.spec(name)));
    return Collections.unmodifiableMap(outputs);
  }

  private static Column chosen(HubModule module, Map<String, Column> outputs) {
    if (module.output().isEmpty() && outputs.size() == 1) {
      return outputs.values().iterator().next();
    }
    String key = module.output().isEmpty() ? "default" : module.output();
    Column column = outputs.get(key);
    if (column == null) {
      throw misused(module, "has no output '" + key + "'; there are " + outputs.keySet());
    }
    return column;
  }

  /** Lists as ragged columns, where they are wanted so. */
  private static Column laidOut(Column column, @Nullable ArraySpec wanted) {
    if (wanted == null || wanted.layout() != Layout.RAGGED || !(column instanceof Column.Sparse)) {
      return column;
    }
    Ops tf = column.tracing().tf();
    Operand<TInt64> one = tf.constant(1L);
    Operand<TInt64> ends = tf.range(tf.constant(0L), tf.math.add(Rows.count(column), one), one);
    return new Column.Ragged(
        column.tracing(),
        column.values(),
        List.of(Numeric.countBelow(tf, Rows.rowIds(column), ends)),
        Shape.of(-1, -1),
        null);
  }

  private static void checkRows(HubModule module, String verb, ArraySpec array) {
    Shape shape = array.shape();
    if (!shape.hasRank()) {
      return;
    }
    if (shape.rank() == 0) {
      throw misused(
          module,
          verb
              + " "
              + array
              + ", which has no rows; a preprocessing function needs a module that works on many"
              + " records a call");
    }
    if (shape.dim(0) >= 0) {
      throw misused(
          module,
          verb
              + " "
              + array
              + ", always "
              + shape.dim(0)
              + " rows; a preprocessing function needs a module that works on any number of rows");
    }
  }

  private static ModuleException misused(HubModule module, String what) {
    return new ModuleException(
        ModuleException.Kind.MISUSED,
        module.function() + " of the module " + Secrets.masked(module.handle()) + " " + what);
  }
}
