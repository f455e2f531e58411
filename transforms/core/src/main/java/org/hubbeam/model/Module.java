// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.hub.FolderDigest;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded module with its functions and variables. Tables and assets are initialised once, when it
 * is loaded. Threads may share it; no call may be running when it is closed, or come later.
 *
 * <pre>{@code
 * try (Module module = Module.load("google/nnlm/tensorFlow2/en-dim128/1")) {
 *   Map<String, Array> out =
 *       module
 *           .function(FunctionChoice.ANY)
 *           .call(Map.of("sentences", Array.Dense.vector(Values.of("hello"))));
 * }
 * }</pre>
 */
public final class Module implements LoadedModule {

  private static final Logger LOG = LoggerFactory.getLogger(Module.class);

  private final ModuleDefinition definition;
  private final Program program;
  private final long bytes;
  private final Set<FunctionChoice> warned = ConcurrentHashMap.newKeySet();

  private Module(ModuleDefinition definition, Program program) {
    this.definition = definition;
    this.program = program;
    this.bytes = definition.files().bytes();
  }

  /**
   * Loads a module from where its handle leads to, with the default options.
   *
   * @param handle a folder, an archive, a URL, a Kaggle handle such as {@code
   *     google/nnlm/tensorFlow2/en-dim128/1}
   * @throws org.hubbeam.hub.HubException when there is no such module, or it cannot be fetched
   * @throws ModuleException as {@link #load(Path, ModuleOptions)} does
   */
  public static Module load(String handle) {
    return load(handle, ModuleOptions.DEFAULT, HubOptions.DEFAULT);
  }

  /**
   * Loads a module from where its handle leads to.
   *
   * @param options how it is loaded; how far it is trusted follows from the handle: what was
   *     fetched may only have ops that touch nothing but tensors, and those that the options allow
   * @param hub how the handle is resolved
   * @throws org.hubbeam.hub.HubException when there is no such module, or it cannot be fetched
   * @throws ModuleException as {@link #load(Path, ModuleOptions)} does
   */
  public static Module load(String handle, ModuleOptions options, HubOptions hub) {
    Hub.Resolved module = Hub.of(hub).resolve(handle);
    return load(module.folder(), options.withOriginOf(module));
  }

  /**
   * Loads a module.
   *
   * @param folder the SavedModel, on this machine
   * @throws ModuleException if it is broken, does not have the tags, or has missing or unsafe ops;
   *     the message names all of these
   */
  public static Module load(Path folder, ModuleOptions options) {
    ModuleDefinition definition = ModuleDefinition.admitted(folder, options);
    try {
      return new Module(
          definition,
          options.isolation() == null
              ? SessionProgram.load(definition, options)
              : new IsolatedProgram(definition, options));
    } catch (ModuleException e) {
      if (e.kind() != ModuleException.Kind.REFUSED
          && e.kind() != ModuleException.Kind.NOT_LOADABLE
          && e.kind() != ModuleException.Kind.UNUSABLE) {
        throw e;
      }
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "the module in " + folder + " cannot be loaded: " + e.getMessage(),
          e);
    }
  }

  /** The functions, variables and assets of the module. */
  public ModuleInfo info() {
    return definition.info();
  }

  /**
   * Finds a function. If it changes variables or tables of the module, one warning is logged.
   *
   * @throws ModuleException if there is no such function, or the choice has no name and is
   *     ambiguous; the message lists all functions with dtypes and shapes
   */
  @Override
  public ModuleFunction function(FunctionChoice choice) {
    Member member = FunctionFinder.find(definition, choice);
    ModuleFunction function = ModuleFunction.of(program, definition, member, choice);
    if (function.changesState() && warned.add(function.choice())) {
      LOG.warn(
          "{} of the module in {} changes the module's state in every call ({}): what it gives"
              + " depends on the calls before, and on their order",
          function.choice(),
          definition.files().folder(),
          String.join(", ", function.stateChanges()));
    }
    return function;
  }

  /** A copy of the current value of a variable. */
  public Array variable(String path) {
    return program.variable(path);
  }

  /**
   * The current regularization losses, one number per regularizer: the results of the functions
   * {@code regularization_losses.0} and so on. Empty if there are none.
   *
   * @throws ModuleException when one of them is not a number without inputs
   */
  public float[] regularizationLosses() {
    List<Float> losses = new ArrayList<>();
    String name = "regularization_losses.0";
    while (has(name)) {
      Map<String, Array> loss = function(FunctionChoice.of(name)).call(Map.of());
      if (loss.size() != 1
          || !(loss.values().iterator().next().values() instanceof Values.Numbers numbers)
          || numbers.size() != 1
          || !numbers.dtype().isFloating()) {
        throw new ModuleException(
            ModuleException.Kind.MISUSED, name + " is not a number but " + loss);
      }
      losses.add((float) numbers.getDouble(0));
      name = "regularization_losses." + losses.size();
    }
    float[] all = new float[losses.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = losses.get(i);
    }
    return all;
  }

  private boolean has(String function) {
    return definition.members().stream().anyMatch(m -> m.name().equals(function));
  }

  /** The approximate memory of the module in bytes, from the sizes of its files. */
  @Override
  public long bytes() {
    return bytes;
  }

  /**
   * The sha256 of all files of the module, as {@link FolderDigest} has it. They are read at each
   * call.
   */
  @Override
  public String digest() {
    return FolderDigest.of(definition.files().folder());
  }

  /** The names of all callables, for messages. */
  static String describe(List<Member> members) {
    return members.stream()
        .filter(m -> m.kind() == ModuleInfo.Callable.Kind.SIGNATURE || !m.name().contains("."))
        .flatMap(
            m ->
                m.traces().stream()
                    .map(
                        t ->
                            "\n  "
                                + m.name()
                                + new ModuleInfo.Variant(
                                    t.inputSpecs(), t.arguments(), t.outputSpecs())))
        .collect(Collectors.joining());
  }

  @Override
  public void close() {
    program.close();
  }
}
