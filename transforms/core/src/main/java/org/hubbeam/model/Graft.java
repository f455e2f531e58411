// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;

/**
 * A module that is copied into a module that is being written. Belongs to its writer; one thread
 * only.
 *
 * @see ModuleWriter#graft
 */
public final class Graft {

  private static final String LOSSES = "regularization_losses.";

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

  /**
   * Keeps variables from being trained. Before any function of the module is called.
   *
   * @param names as {@link ModuleInfo#variables} tells them
   */
  @Internal
  public void fix(Set<String> names) {
    values.fix(names);
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

  /**
   * What is called in training in the place of a function of this module: its graph made with
   * {@code training=true}; for a signature that of {@code __call__}, if inputs and outputs are
   * alike. The function itself where there is no such graph, or its choice says {@code training}.
   *
   * @return a function with as many inputs and outputs, in the same order
   */
  @Internal
  public GraftedFunction inTraining(GraftedFunction function) {
    return function
        .inTraining()
        .or(
            () ->
                function.isSignature()
                    ? definition.members().stream()
                        .filter(m -> m.name().equals("__call__"))
                        .findFirst()
                        .map(m -> new GraftedFunction(source, m, FunctionChoice.of(m.name())))
                        .flatMap(GraftedFunction::inTraining)
                        .filter(function::isLike)
                    : Optional.empty())
        .orElse(function);
  }

  /** The functions that the module wants added to the loss, in their order; each gives a scalar. */
  @Internal
  public List<GraftedFunction> regularizationLosses() {
    List<GraftedFunction> losses = new ArrayList<>();
    if (definition.callsObjects()) {
      String name = LOSSES + losses.size();
      while (definition.objects().find(name).filter(definition.objects()::isFunction).isPresent()) {
        losses.add(function(FunctionChoice.of(name)));
        name = LOSSES + losses.size();
      }
    }
    return losses;
  }

  /** The functions, variables and assets of the module. */
  public ModuleInfo info() {
    return definition.info();
  }
}
