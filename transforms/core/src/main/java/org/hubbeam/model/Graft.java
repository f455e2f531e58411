// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;

/**
 * A module that is copied into a module that is being written. Belongs to its writer; one thread
 * only.
 *
 * @see ModuleWriter#graft
 */
public final class Graft {

  private final ModuleDefinition definition;
  private final GraftSource source;

  private Graft(ModuleDefinition definition, GraftSource source) {
    this.definition = definition;
    this.source = source;
  }

  static Graft read(ModuleWriter writer, String name, Path folder, ModuleOptions options) {
    ModuleDefinition definition = ModuleDefinition.admitted(folder, options);
    return new Graft(
        definition,
        definition.callsObjects()
            ? new ObjectGraft(writer, name, definition)
            : new GraphGraft(writer, name, definition));
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
