// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;
import java.util.Map;
import org.hubbeam.batch.Array;

/**
 * A module that is copied into a module that is being written. Belongs to its writer; one thread
 * only.
 *
 * @see ModuleWriter#graft
 */
public final class Graft {

  private final ModuleDefinition definition;
  private final GraftSource source;
  private final GraftValues values;

  private Graft(ModuleDefinition definition, GraftSource source, GraftValues values) {
    this.definition = definition;
    this.source = source;
    this.values = values;
  }

  static Graft read(
      ModuleWriter writer,
      String name,
      Path folder,
      ModuleOptions options,
      Map<String, Array.Dense> given) {
    ModuleDefinition definition = ModuleDefinition.admitted(folder, options);
    GraftValues values = GraftValues.of(definition, given);
    return new Graft(
        definition,
        definition.callsObjects()
            ? new ObjectGraft(writer, name, definition, values)
            : new GraphGraft(writer, name, definition, values),
        values);
  }

  /** Whether its variables have these values instead of their own. */
  boolean has(Map<String, Array.Dense> given) {
    return values.isOf(given);
  }

  /**
   * A function of the module.
   *
   * @throws ModuleException if there is no such function, or the choice has no name and is
   *     ambiguous; the message lists all functions with dtypes and shapes
   */
  public GraftedFunction function(FunctionChoice choice) {
    return new GraftedFunction(source, FunctionFinder.find(definition, choice), choice);
  }

  /** The functions, variables and assets of the module. */
  public ModuleInfo info() {
    return definition.info();
  }
}
