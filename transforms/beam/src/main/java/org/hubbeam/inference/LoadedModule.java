package org.hubbeam.inference;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.model.BatchFunction;
import org.hubbeam.model.FunctionChoice;

/** A module as this package needs it. Threads may share it. */
interface LoadedModule extends AutoCloseable {

  /**
   * The function meant.
   *
   * @throws org.hubbeam.model.ModuleException when there is none, or it cannot be used so, listing
   *     those there are
   */
  Function function(FunctionChoice choice, Use use);

  /** The bytes it takes in memory. */
  long bytes();

  @Override
  void close();

  /**
   * How a function is used.
   *
   * @param constants inputs that are the same in every call
   * @param inputs those that each call gives, as far as they are named
   * @param outputs those that are wanted, what only the others need is not computed; null for all
   */
  record Use(Map<String, Array> constants, Set<String> inputs, List<String> outputs) {

    /** This use with some of the outputs only. */
    Use only(List<String> value) {
      return new Use(constants, inputs, value);
    }
  }

  /**
   * One function of a module.
   *
   * @param name for messages
   * @param state whether calls leave the module as it is
   */
  record Function(
      String name,
      List<ArraySpec> inputs,
      List<ArraySpec> outputs,
      State state,
      BatchFunction body) {}

  /** What calls of a function do to its module. */
  enum State {
    /** Nothing: users may share it. */
    KEPT,
    /** They change variables or tables: each user needs a module of its own. */
    CHANGED
  }
}
