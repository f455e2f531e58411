// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.hubbeam.batch.ArraySpec;
import org.jspecify.annotations.Nullable;

/**
 * The functions, variables and assets of a module, read without loading it.
 *
 * @param format how it was shared: {@code TF2 SavedModel}, {@code TF1 SavedModel}, {@code TF1 Hub
 *     format}; with {@code (text)} where the file is text
 * @param tagSets the tag sets of its graphs
 * @param tags the tag set of the described graph
 * @param callables its signatures and members, in this order
 * @param variables its variables by their shortest paths
 * @param assets the files under {@code assets/} that it uses
 * @param ops every op of the graph and the function library
 * @param missingOps ops that this runtime lacks
 * @param unsafeOps what a module from elsewhere may not have unless it is allowed, with its places
 * @param bytes the size of all its files
 */
public record ModuleInfo(
    Path folder,
    String format,
    List<Set<String>> tagSets,
    Set<String> tags,
    List<Callable> callables,
    List<ArraySpec> variables,
    List<String> assets,
    SortedSet<String> ops,
    SortedSet<String> missingOps,
    List<UnsafeOp> unsafeOps,
    long bytes) {

  /**
   * Reads a module without loading or running it.
   *
   * @param tags the tag set of the graph to describe; null to choose like {@link Module#load}
   */
  public static ModuleInfo read(Path folder, @Nullable Set<String> tags) {
    return ModuleDefinition.read(folder, tags).info();
  }

  /** The signatures. */
  public List<Callable> signatures() {
    return callables.stream().filter(c -> c.kind() == Callable.Kind.SIGNATURE).toList();
  }

  /** The functions that are members. */
  public List<Callable> members() {
    return callables.stream().filter(c -> c.kind() == Callable.Kind.MEMBER).toList();
  }

  /**
   * An operation that a module from elsewhere may not use, unless it is allowed by its name.
   *
   * @param name the operation; or the attribute that changes what an operation is
   * @param place the graph or the function that has it, with the first such node
   * @param does what it does that is not let in
   */
  public record UnsafeOp(String name, String place, String does) {

    /** {@code WriteFile in the function f (node a/b), which writes files}. */
    @Override
    public String toString() {
      return Shown.name(name) + " " + place + ", which " + does;
    }
  }

  /**
   * A function.
   *
   * @param name a signature's name or a member's path
   * @param variants its graphs: one for each set of Python arguments and types that it was traced
   *     with
   */
  public record Callable(String name, Kind kind, List<Variant> variants) {

    /** What kind of function it is. */
    public enum Kind {
      SIGNATURE,
      MEMBER
    }
  }

  /**
   * One graph of a function.
   *
   * @param arguments the Python arguments that are fixed in it
   */
  public record Variant(
      List<ArraySpec> inputs, Map<String, @Nullable Object> arguments, List<ArraySpec> outputs) {

    /** {@code (sentences: string [?]) -> output: float32 [?, 128]}. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder("(");
      String separator = "";
      for (ArraySpec input : inputs) {
        text.append(separator).append(input);
        separator = ", ";
      }
      for (Map.Entry<String, @Nullable Object> argument : arguments.entrySet()) {
        text.append(separator).append(argument.getKey()).append('=').append(argument.getValue());
        separator = ", ";
      }
      text.append(") -> ");
      separator = "";
      for (ArraySpec output : outputs) {
        text.append(separator).append(output);
        separator = ", ";
      }
      return text.toString();
    }
  }
}
