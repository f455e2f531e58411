// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What is other about variables of a module when it is taken in: their values, and their training.
 */
final class GraftValues {

  private final Map<String, Array.Dense> values;
  private final Set<String> fixed = new HashSet<>();

  private GraftValues(Map<String, Array.Dense> values) {
    this.values = values;
  }

  /**
   * Checks that the variables are there and can hold the values.
   *
   * @param values by the names that {@link ModuleInfo#variables} tells
   * @throws ModuleException when one does not fit
   */
  static GraftValues of(ModuleDefinition definition, Map<String, Array.Dense> values) {
    if (!values.isEmpty()) {
      Map<String, ArraySpec> variables = new HashMap<>();
      definition.info().variables().forEach(v -> variables.put(v.name(), v));
      values.forEach((name, value) -> check(definition, variables, name, value));
    }
    return new GraftValues(new LinkedHashMap<>(values));
  }

  private static void check(
      ModuleDefinition definition,
      Map<String, ArraySpec> variables,
      String name,
      Array.Dense value) {
    ArraySpec variable = variables.get(name);
    if (variable == null) {
      List<String> names = new ArrayList<>(variables.keySet());
      names.sort(null);
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          "the module in "
              + definition.files().folder()
              + " has no variable '"
              + name
              + "'; it has "
              + names);
    }
    if (variable.dtype() != value.dtype() || !variable.shape().admits(value.dims())) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          "the variable '"
              + name
              + "' holds "
              + variable.type()
              + ", given is "
              + value.dtype()
              + " "
              + new Shape(value.dims()));
    }
  }

  /** The value given for a variable; else its own. */
  VariableValue of(@Nullable String name, VariableValue own) {
    Array.Dense value = name == null ? null : values.get(name);
    return value == null ? own : new VariableValue.Given(value, own.shape());
  }

  /** Keeps variables from being trained. */
  void fix(Set<String> names) {
    fixed.addAll(names);
  }

  /** Whether a variable can be trained. */
  ModuleWriter.Learning learning(@Nullable String name, boolean own) {
    return own && !fixed.contains(name)
        ? ModuleWriter.Learning.TRAINABLE
        : ModuleWriter.Learning.FIXED;
  }

  /** Whether these are the same values. */
  boolean isOf(Map<String, Array.Dense> others) {
    return values.equals(others);
  }
}
