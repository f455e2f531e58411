// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/** Makes graphs of the functions of a module, whose files are read once. One thread only. */
@Internal
public final class GraphReader {

  private final ModuleDefinition definition;
  private final ModuleOptions options;
  private @Nullable ObjectNodes objects;

  private GraphReader(ModuleDefinition definition, ModuleOptions options) {
    this.definition = definition;
    this.options = options;
  }

  /**
   * Reads a module that is to be loaded.
   *
   * @throws ModuleException when it is broken or not admitted
   */
  public static GraphReader of(Path folder, ModuleOptions options) {
    if (options.isolation() != null) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          "a module that runs in a process of its own can be neither trained nor converted; leave"
              + " --isolate out");
    }
    return new GraphReader(ModuleDefinition.admitted(folder, options), options);
  }

  /**
   * Reads a module that is only looked at: it may have operations that would not be let in.
   *
   * @param tags the tag set of the graph; null to choose
   */
  public static GraphReader inspecting(Path folder, @Nullable Set<String> tags) {
    ModuleDefinition definition = ModuleDefinition.read(folder, tags);
    return new GraphReader(definition, ModuleOptions.DEFAULT);
  }

  /** The names of all functions. */
  public List<String> functions() {
    return definition.members().stream().map(Member::name).distinct().toList();
  }

  /**
   * The graph of a function.
   *
   * @param choice where it does not say {@code training}, the graph made with {@code training=true}
   *     is taken if there is one
   * @param given what is known of the inputs, by name; empty for the first graph of the function
   * @throws ModuleException when there is no such function, or it cannot be taken out of its module
   */
  public ModuleGraph graph(FunctionChoice choice, Map<String, ArraySpec> given) {
    Member member = FunctionFinder.find(definition, choice);
    TraceChooser chooser = chooser(member, choice);
    Trace trace = given.isEmpty() ? chooser.first() : chooser.chooseBySpecs(given);
    return new ModuleGraph(this, member, chooser, trace);
  }

  /**
   * The graph that a call of a function runs. What a signature has defaults for stays an input.
   *
   * @param constants inputs that have these arrays, by name
   * @throws ModuleException when there is no such function, or it cannot be taken out of its module
   */
  public ModuleGraph called(FunctionChoice choice, Map<String, Array> constants) {
    Member member = FunctionFinder.find(definition, choice);
    List<ArraySpec> inputs =
        new TraceChooser(member, choice, TraceChooser.Given.NOTHING)
            .candidates().stream().flatMap(t -> t.inputSpecs().stream()).toList();
    Map<String, Array> named = InputNames.resolved(constants, n -> InputNames.find(inputs, n));
    Set<String> open = new LinkedHashSet<>(member.tensorDefaults().keySet());
    open.removeAll(named.keySet());
    open.removeAll(choice.arguments().keySet());
    TraceChooser chooser = new TraceChooser(member, choice, new TraceChooser.Given(named, open));
    return new ModuleGraph(this, member, chooser, chooser.first());
  }

  private static TraceChooser chooser(Member member, FunctionChoice choice) {
    if (!choice.arguments().containsKey("training")) {
      TraceChooser training =
          new TraceChooser(member, choice.with("training", true), TraceChooser.Given.NOTHING);
      if (!training.candidates().isEmpty()) {
        return training;
      }
    }
    return new TraceChooser(member, choice, TraceChooser.Given.NOTHING);
  }

  ModuleDefinition definition() {
    return definition;
  }

  ModuleOptions options() {
    return options;
  }

  /** The nodes of a TF2 module's objects. */
  ObjectNodes objects() {
    if (objects == null) {
      objects = new ObjectNodes(definition);
    }
    return objects;
  }
}
