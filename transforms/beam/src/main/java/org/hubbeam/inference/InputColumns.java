// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Suggestions;
import org.hubbeam.model.InputNames;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Which column each input of a function takes.
 *
 * @param function its name, for messages
 * @param named columns by input, as a mapping names them
 */
record InputColumns(String function, List<ArraySpec> inputs, Map<String, String> named) {

  /**
   * The columns that the inputs take.
   *
   * @param columns those there are
   * @return columns by input
   * @throws ModuleException when a column is missing, or no input has one
   */
  Map<String, String> bound(Set<String> columns) {
    Map<String, String> bound = new LinkedHashMap<>();
    named.forEach(
        (input, column) -> {
          if (!columns.contains(column)) {
            throw misused(
                "is to take the column '"
                    + column
                    + "'; there are "
                    + columns
                    + Suggestions.didYouMean(column, columns));
          }
          bound.put(input.equals(ModuleSpec.Mapping.ONLY) ? inputs.get(0).name() : input, column);
        });
    InputNames.columns(inputs, columns).forEach(bound::putIfAbsent);
    if (bound.isEmpty() && inputs.size() == 1 && columns.size() == 1) {
      bound.put(inputs.get(0).name(), columns.iterator().next());
    }
    if (bound.isEmpty() && !inputs.isEmpty()) {
      throw misused(
          "takes "
              + inputs
              + "; there are the columns "
              + columns
              + (inputs.size() == 1
                  ? "; name the one to take: --column=NAME, ModuleSpec.withInput(NAME)"
                  : "; give the columns the names of the inputs, or name those to take:"
                      + " ModuleSpec.withInput(INPUT, COLUMN)"));
    }
    return bound;
  }

  /**
   * The columns that the inputs may take, where it is not known which there are.
   *
   * @return inputs by column
   */
  Map<String, String> possible() {
    Map<String, String> possible = new LinkedHashMap<>();
    for (ArraySpec input : inputs) {
      String column = column(input.name());
      possible.put(column == null ? input.name() : column, input.name());
      if (column == null) {
        possible.putIfAbsent(shortest(input.name()), input.name());
      }
    }
    return possible;
  }

  /** The column that the mapping names for an input; null where it names none. */
  @Nullable String column(String input) {
    String column = named.get(input);
    return column == null && inputs.size() == 1 ? named.get(ModuleSpec.Mapping.ONLY) : column;
  }

  /** The shortest name that means an input. */
  String shortest(String input) {
    return InputNames.shortest(inputs, input);
  }

  private ModuleException misused(String what) {
    return new ModuleException(Kind.MISUSED, "the function " + function + " " + what);
  }
}
