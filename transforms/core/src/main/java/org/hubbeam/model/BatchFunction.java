package org.hubbeam.model;

import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;

/** Rows in, as many rows out: how a module's function is called on a {@link Batch}. */
@FunctionalInterface
public interface BatchFunction {

  /**
   * Calls the function on all rows at once.
   *
   * @param rows the inputs as columns under the function's input names; other columns are ignored
   * @return the outputs as columns under the function's output names, row by row, of the same
   *     origin
   * @throws ModuleException when the call fails; no row has a result then
   */
  Batch call(Batch rows);

  /**
   * Calls the function on arrays, which need not have as many rows as each other.
   *
   * @param inputs under the function's input names, as it takes them
   * @return the outputs under the function's output names
   * @throws ModuleException when the call fails
   */
  default Map<String, Array> call(Map<String, Array> inputs) {
    return call(Batch.of(inputs)).columns();
  }
}
