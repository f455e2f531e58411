package org.hubbeam.inference;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Finds the functions that specs mean, without loading the modules where that can be. */
final class FunctionLook implements Function<ModuleSpec, Columns>, AutoCloseable {
  private final ModuleLoader loader;
  private final Map<ModuleSpec.Loading, SharedModule> modules = new HashMap<>();

  FunctionLook(ModuleLoader loader) {
    this.loader = loader;
  }

  @Override
  public Columns apply(ModuleSpec spec) {
    return modules
        .computeIfAbsent(
            spec.loading(), l -> new SharedModule(loader.look(l), l.options().devices()))
        .function(spec.function(), spec.mapping())
        .columns();
  }

  @Override
  public void close() {
    modules.values().forEach(SharedModule::close);
  }
}
