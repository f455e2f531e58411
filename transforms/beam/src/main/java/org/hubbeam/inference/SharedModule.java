package org.hubbeam.inference;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleOptions;

/**
 * A loaded module with what all its users in this JVM share: how many calls may run at a time, and
 * what was learnt about the size of calls. Threads may share it.
 */
final class SharedModule {
  private final LoadedModule module;
  private final Semaphore calls;
  private final Map<Wanted, Function> functions = new ConcurrentHashMap<>();

  SharedModule(LoadedModule module, ModuleOptions.Devices devices) {
    this.module = module;
    int cores = Runtime.getRuntime().availableProcessors();
    calls = new Semaphore(Math.max(1, cores / Math.max(1, devices.intraOp())));
  }

  /**
   * The function meant with the outputs that a mapping keeps, looked up once.
   *
   * @throws org.hubbeam.model.ModuleException when there is none, or it has no such input or
   *     output, listing those there are
   */
  Function function(FunctionChoice choice, ModuleSpec.Mapping mapping) {
    return functions.computeIfAbsent(
        new Wanted(choice, mapping),
        wanted -> {
          Set<String> named = new LinkedHashSet<>(mapping.inputs().keySet());
          named.remove(ModuleSpec.Mapping.ONLY);
          LoadedModule.Use use = new LoadedModule.Use(mapping.constants(), named, null);
          LoadedModule.Function whole = module.function(choice, use);
          Columns columns = new Columns(mapping, whole);
          LoadedModule.Function function =
              columns.keepsAll() ? whole : module.function(choice, use.only(columns.needed()));
          return new Function(function, columns, calls, new AtomicInteger(Integer.MAX_VALUE));
        });
  }

  long bytes() {
    return module.bytes();
  }

  void close() {
    module.close();
  }

  /**
   * A function of the module.
   *
   * @param columns what it takes and gives
   * @param calls one permit for each call that may run at the same time
   * @param learntRows the most rows that fit into memory in one call, as far as is known; it only
   *     falls while the module is loaded
   */
  record Function(
      LoadedModule.Function function, Columns columns, Semaphore calls, AtomicInteger learntRows) {}

  private record Wanted(FunctionChoice choice, ModuleSpec.Mapping mapping) {}
}
