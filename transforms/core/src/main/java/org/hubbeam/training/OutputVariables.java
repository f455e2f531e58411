// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.hubbeam.gradients.ModuleVariable;
import org.hubbeam.gradients.TrainableFunction;

/**
 * The variables that a function of a module captures.
 *
 * @param busy those that an output, or a loss of the module, depends on
 * @param idle the others: training could not change them
 */
record OutputVariables(Set<String> busy, Set<String> idle) {

  /**
   * Those of a function.
   *
   * @param function what is called in training; empty where its graph tells nothing
   * @param output the name that the output has when the module is used
   */
  static OutputVariables of(Optional<TrainableFunction> function, String output) {
    Set<String> busy = new HashSet<>();
    Set<String> idle = new HashSet<>();
    function.ifPresent(
        f -> {
          String name = f.outputs().size() == 1 ? f.outputs().get(0).name() : output;
          busy.addAll(f.variablesBehind(name));
          busy.addAll(f.variablesBehindLosses());
          f.variables().stream()
              .map(ModuleVariable::path)
              .filter(p -> !busy.contains(p))
              .forEach(idle::add);
        });
    return new OutputVariables(busy, idle);
  }
}
