// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;

/** Inputs by what callers call them: their names, or the last of nested names. */
@Internal
public final class InputNames {

  private InputNames() {}

  /**
   * The input of this name; else that of this name in the dict that all inputs are parts of; else
   * the only one whose nested name ends with it; else that for which Python has this name as its
   * parameter, {@code job_title} for {@code job.title}.
   */
  public static Optional<ArraySpec> find(List<ArraySpec> inputs, String name) {
    String dict = dict(inputs);
    Optional<ArraySpec> own =
        named(inputs, name)
            .or(() -> dict.isEmpty() ? Optional.empty() : named(inputs, dict + name));
    if (own.isPresent()) {
      return own;
    }
    List<ArraySpec> ending = inputs.stream().filter(i -> i.name().endsWith("/" + name)).toList();
    if (ending.stream().map(ArraySpec::name).distinct().count() == 1) {
      return Optional.of(ending.get(0));
    }
    Map<String, String> parameters =
        PythonParameters.of(inputs.stream().map(ArraySpec::name).toList());
    return inputs.stream().filter(i -> name.equals(parameters.get(i.name()))).findFirst();
  }

  /**
   * The columns that inputs take by their names: those of the shortest names where there is one for
   * every input; else those of the inputs' own names, of their shortest, or of any that means them.
   *
   * @return columns by input, without the inputs that find none
   */
  public static Map<String, String> columns(List<ArraySpec> inputs, Set<String> columns) {
    boolean keys = inputs.stream().allMatch(i -> columns.contains(shortest(inputs, i.name())));
    Map<String, String> found = new LinkedHashMap<>();
    for (ArraySpec input : inputs) {
      String name = input.name();
      String shortest = shortest(inputs, name);
      if (columns.contains(name) && !keys) {
        found.put(name, name);
      } else if (columns.contains(shortest)) {
        found.put(name, shortest);
      }
    }
    if (found.size() < inputs.size()) {
      for (String column : columns) {
        find(inputs, column).ifPresent(input -> found.putIfAbsent(input.name(), column));
      }
    }
    return found;
  }

  /**
   * The shortest name that means an input: its name in the dict that all inputs are parts of; else
   * its last name, where no other input ends so; else its own.
   */
  public static String shortest(List<ArraySpec> inputs, String name) {
    String dict = dict(inputs);
    if (!dict.isEmpty()) {
      return name.substring(dict.length());
    }
    String last = name.substring(name.lastIndexOf('/') + 1);
    return find(inputs, last).filter(i -> i.name().equals(name)).isPresent() ? last : name;
  }

  private static Optional<ArraySpec> named(List<ArraySpec> inputs, String name) {
    return inputs.stream().filter(i -> i.name().equals(name)).findFirst();
  }

  /** What all names begin with when the inputs are one dict; else "". */
  private static String dict(List<ArraySpec> inputs) {
    String first = inputs.isEmpty() ? "" : inputs.get(0).name();
    String dict = first.substring(0, first.indexOf('/') + 1);
    return inputs.stream().allMatch(i -> i.name().startsWith(dict)) ? dict : "";
  }

  /**
   * Values under the names that the inputs have; a name that is none stays, for the call to refuse.
   *
   * @throws ModuleException when two are for the same input
   */
  static <T> Map<String, T> resolved(
      Map<String, T> given, Function<String, Optional<ArraySpec>> inputs) {
    Map<String, T> resolved = new LinkedHashMap<>();
    given.forEach(
        (name, value) -> {
          String own = inputs.apply(name).map(ArraySpec::name).orElse(name);
          if (resolved.put(own, value) != null) {
            throw new ModuleException(
                ModuleException.Kind.MISUSED, "the input '" + own + "' is given twice");
          }
        });
    return resolved;
  }
}
