// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A function of a module that is loaded once in this JVM. The first call leases the module; {@link
 * #close} returns it. It is leased with the first call and kept until it is closed. For one thread.
 */
@Internal
public final class LeasedFunction implements AutoCloseable {
  private final ModuleSpec spec;
  private final ModuleLoader loader;
  private final Meter meter;
  private ModuleCache.@Nullable Lease lease;
  private @Nullable MappedFunction function;

  LeasedFunction(ModuleSpec spec, ModuleLoader loader, Meter meter) {
    this.spec = spec;
    this.loader = loader;
    this.meter = meter;
  }

  /**
   * The function that a spec describes; the policies of the spec are not applied.
   *
   * @param namespace of the metrics, as for a handle
   */
  public static LeasedFunction of(ModuleSpec spec, String namespace) {
    return new LeasedFunction(spec, ModuleLoader.FromHub.INSTANCE, HubMetrics.meter(namespace));
  }

  /**
   * Calls the function with whole arrays.
   *
   * @param inputs under the function's names, as it takes them
   * @return the outputs under the function's names
   * @throws org.hubbeam.model.ModuleException when there is no such module or function, or the call
   *     fails
   */
  public Map<String, Array> call(Map<String, Array> inputs) {
    return function().call(inputs);
  }

  /**
   * The function, leased now when it was not.
   *
   * @throws org.hubbeam.model.ModuleException when there is no such module or function
   */
  MappedFunction function() {
    if (function == null) {
      ModuleCache.Key key = new ModuleCache.Key(spec.loading(), loader);
      MappedFunction found = lease(ModuleCache.JVM.lease(key));
      if (found.changesState()) {
        close();
        found = lease(ModuleCache.JVM.leaseOwn(key));
      }
      function = found;
    }
    return function;
  }

  private MappedFunction lease(ModuleCache.Lease leased) {
    lease = leased;
    if (leased.claimLoad()) {
      meter.count(HubMetrics.LOADS, 1);
      meter.measure(HubMetrics.LOAD_MS, leased.loadMillis());
    } else {
      meter.count(HubMetrics.CACHE_HITS, 1);
    }
    try {
      return leased.function(spec.function(), spec.mapping());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Gives the module back; the next call would lease it again. */
  @Override
  public void close() {
    if (lease != null) {
      lease.close();
      lease = null;
      function = null;
    }
  }
}
