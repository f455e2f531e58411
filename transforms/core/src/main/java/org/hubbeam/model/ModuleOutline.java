// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;

/** A module that is not loaded: its functions can be inspected, but not called. */
@Internal
public final class ModuleOutline implements LoadedModule {

  private final ModuleDefinition definition;

  private ModuleOutline(ModuleDefinition definition) {
    this.definition = definition;
  }

  /**
   * Reads a module.
   *
   * @throws ModuleException like {@link Module#load}, except for errors that only loading detects
   */
  public static ModuleOutline read(Path folder, ModuleOptions options) {
    ModuleDefinition definition = ModuleDefinition.admitted(folder, options);
    return new ModuleOutline(definition);
  }

  /**
   * Finds a function, which cannot be called.
   *
   * @throws ModuleException like {@link Module#function}
   */
  @Override
  public ModuleFunction function(FunctionChoice choice) {
    return ModuleFunction.of(
        new NotLoaded(), definition, FunctionFinder.find(definition, choice), choice);
  }

  /** The bytes of its files. */
  @Override
  public long bytes() {
    return definition.files().bytes();
  }

  @Override
  public void close() {}

  /** Nothing to call. */
  private static final class NotLoaded implements Program {
    @Override
    public ProgramCall call(Member member, Trace trace, List<Integer> outputs) {
      throw new IllegalStateException("the module is not loaded");
    }

    @Override
    public Array variable(String path) {
      throw new IllegalStateException("the module is not loaded");
    }

    @Override
    public void close() {}
  }
}
