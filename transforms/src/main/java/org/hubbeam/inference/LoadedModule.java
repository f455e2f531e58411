package org.hubbeam.inference;

import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.model.BatchFunction;
import org.hubbeam.model.FunctionChoice;

/** A module as this package needs it. Threads may share it. */
interface LoadedModule extends AutoCloseable {

  /**
   * The function meant, with all its outputs.
   *
   * @throws org.hubbeam.model.ModuleException when there is none, listing those there are
   */
  Function function(FunctionChoice choice);

  /** The same, with these outputs only; what only the others need is not computed. */
  Function function(FunctionChoice choice, List<String> outputs);

  /** The bytes it takes in memory. */
  long bytes();

  @Override
  void close();

  /**
   * One function of a module.
   *
   * @param name for messages
   */
  record Function(
      String name, List<ArraySpec> inputs, List<ArraySpec> outputs, BatchFunction body) {}
}
