package org.hubbeam.inference;

import java.util.Map;
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
  private final Map<FunctionChoice, Function> functions = new ConcurrentHashMap<>();

  SharedModule(LoadedModule module, ModuleOptions.Devices devices) {
    this.module = module;
    int cores = Runtime.getRuntime().availableProcessors();
    calls = new Semaphore(Math.max(1, cores / Math.max(1, devices.intraOp())));
  }

  /**
   * The function meant, looked up once.
   *
   * @throws org.hubbeam.model.ModuleException when there is none, listing those there are
   */
  Function function(FunctionChoice choice) {
    return functions.computeIfAbsent(
        choice, c -> new Function(module.function(c), calls, new AtomicInteger(Integer.MAX_VALUE)));
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
   * @param calls one permit for each call that may run at the same time
   * @param learntRows the most rows that fit into memory in one call, as far as is known; it only
   *     falls while the module is loaded
   */
  record Function(LoadedModule.Function function, Semaphore calls, AtomicInteger learntRows) {}
}
