// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.hubbeam.batch.ArraySpec;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a function that is being written: tensors, and Python arguments with fixed values.
 *
 * <p>In Python the function has one argument for each first part of a name, in the order given,
 * then the Python arguments. Names with {@code /} make dicts, or lists where all parts of a level
 * are numbers from 0 on: {@code inputs/mask} and {@code inputs/ids} are one argument {@code inputs}
 * that takes a dict.
 *
 * @param specs the tensors: dense, ragged (int64 row splits; every dimension after the rows that is
 *     not fixed, up to the first fixed one, is ragged) or sparse
 * @param arguments the python arguments and their values: Boolean, Long, Double, String, or null
 *     for None
 */
public record FunctionInputs(List<ArraySpec> specs, Map<String, @Nullable Object> arguments) {

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  public FunctionInputs {
    specs = List.copyOf(specs);
    arguments = new FunctionChoice(null, arguments).arguments();
    Tree.of(specs.stream().map(ArraySpec::name).toList());
    Set<String> names = new LinkedHashSet<>();
    specs.forEach(s -> names.add(first(s.name())));
    for (String argument : arguments.keySet()) {
      if (!names.add(argument)) {
        throw new IllegalArgumentException(
            "'" + argument + "' is both an input and a python argument");
      }
    }
    for (String name : names) {
      if (!IDENTIFIER.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "'" + name + "' cannot be an argument of a Python function; allowed are identifiers");
      }
    }
  }

  /** Tensors only. */
  public static FunctionInputs of(ArraySpec... specs) {
    return of(List.of(specs));
  }

  /** Tensors only. */
  public static FunctionInputs of(List<ArraySpec> specs) {
    return new FunctionInputs(specs, Map.of());
  }

  /**
   * Adds a Python argument.
   *
   * @param value Boolean, Integer, Long, Double, String, or null for None
   */
  public FunctionInputs with(String argument, @Nullable Object value) {
    if (arguments.containsKey(argument)) {
      throw new IllegalArgumentException(
          "the python argument '" + argument + "' has a value already");
    }
    FunctionChoice more = new FunctionChoice(null, arguments).with(argument, value);
    return new FunctionInputs(specs, more.arguments());
  }

  /** The names of the tensor arguments as Python has them, in order. */
  List<String> tensorArguments() {
    Set<String> names = new LinkedHashSet<>();
    specs.forEach(s -> names.add(first(s.name())));
    return new ArrayList<>(names);
  }

  /** All argument names as Python has them, in order. */
  List<String> allArguments() {
    List<String> names = tensorArguments();
    names.addAll(arguments.keySet());
    return names;
  }

  /** The inputs that belong to one argument. */
  List<ArraySpec> under(String argument) {
    return specs.stream().filter(s -> first(s.name()).equals(argument)).toList();
  }

  private static String first(String path) {
    int cut = path.indexOf('/');
    return cut < 0 ? path : path.substring(0, cut);
  }
}
