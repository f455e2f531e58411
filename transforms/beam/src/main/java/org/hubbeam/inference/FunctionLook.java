// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.hubbeam.model.LoadedModule;

/** Finds the functions that specs mean, without loading the modules where that can be. */
final class FunctionLook implements Function<ModuleSpec, MappedFunction>, AutoCloseable {
  private final ModuleLoader loader;
  private final Map<ModuleSpec.Loading, LoadedModule> modules = new HashMap<>();
  private final Map<ModuleSpec, MappedFunction> functions = new HashMap<>();

  FunctionLook(ModuleLoader loader) {
    this.loader = loader;
  }

  @Override
  public MappedFunction apply(ModuleSpec spec) {
    return functions.computeIfAbsent(
        spec,
        s ->
            MappedFunction.find(
                modules.computeIfAbsent(s.loading(), loader::look),
                s.function(),
                s.mapping(),
                ModuleCache.turns(s.loading().options().devices())));
  }

  @Override
  public void close() {
    modules.values().forEach(LoadedModule::close);
  }
}
