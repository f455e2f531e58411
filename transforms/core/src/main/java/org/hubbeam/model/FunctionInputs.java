// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * that takes a dict. With {@link #dict} there is one argument: a dict whose keys can be any text.
 *
 * @param specs the tensors: dense, ragged (int64 row splits; every dimension after the rows that is
 *     not fixed, up to the first fixed one, is ragged) or sparse
 * @param arguments the python arguments and their values: Boolean, Long, Double, String, or null
 *     for None
 * @param nesting what the names stand for
 */
public record FunctionInputs(
    List<ArraySpec> specs, Map<String, @Nullable Object> arguments, Nesting nesting) {

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** What the names of inputs stand for. */
  public enum Nesting {
    /** Each {@code /} is one level of nesting. */
    PATHS,
    /** What comes before the first {@code /} is an argument, the rest a key of a dict. */
    DICT
  }

  public FunctionInputs {
    specs = List.copyOf(specs);
    arguments = new FunctionChoice(null, arguments).arguments();
    check(specs, nesting);
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

  private static void check(List<ArraySpec> specs, Nesting nesting) {
    List<String> names = specs.stream().map(ArraySpec::name).toList();
    if (nesting == Nesting.PATHS) {
      Tree.of(names);
    } else {
      Tree.dict("", names);
    }
  }

  /** Tensors only. */
  public static FunctionInputs of(ArraySpec... specs) {
    return of(List.of(specs));
  }

  /** Tensors only. */
  public static FunctionInputs of(List<ArraySpec> specs) {
    return new FunctionInputs(specs, Map.of(), Nesting.PATHS);
  }

  /**
   * One argument, which takes a dict of tensors.
   *
   * @param argument the name of the argument
   * @param specs what the dict takes; each name is a key, as it is
   */
  public static FunctionInputs dict(String argument, List<ArraySpec> specs) {
    return new FunctionInputs(
        specs.stream().map(s -> s.named(inDict(argument, s.name()))).toList(),
        Map.of(),
        Nesting.DICT);
  }

  /** What the input is called that a dict has under a key. */
  public static String inDict(String argument, String key) {
    return argument + "/" + key;
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
    return new FunctionInputs(specs, more.arguments(), nesting);
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

  /** The inputs of one argument as it takes them. */
  Tree tree(String argument) {
    List<String> names = under(argument).stream().map(ArraySpec::name).toList();
    return nesting == Nesting.DICT
        ? Tree.dict(inDict(argument, ""), names)
        : Objects.requireNonNull(Tree.of(names).children().get(argument));
  }

  /** What an input is called in a signature: the key of a dict, else {@code _} for {@code /}. */
  String inSignature(ArraySpec input) {
    String name = input.name();
    return nesting == Nesting.DICT ? name.substring(name.indexOf('/') + 1) : name.replace('/', '_');
  }

  private static String first(String path) {
    int cut = path.indexOf('/');
    return cut < 0 ? path : path.substring(0, cut);
  }
}
