// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A function of a module that is loaded once in this JVM. It is leased with the first call and kept
 * until it is closed, or, where the module is updated, until the first call after that. For one
 * thread.
 */
@Internal
public final class LeasedFunction implements AutoCloseable {
  private final ModuleSpec spec;
  private final ModuleLoader loader;
  private final Meter meter;
  private final @Nullable ModuleVersions versions;
  private ModuleCache.@Nullable Lease lease;
  private @Nullable MappedFunction function;
  private ModuleSpec.@Nullable Loading loading;

  LeasedFunction(ModuleSpec spec, ModuleLoader loader, Meter meter) {
    this.spec = spec;
    this.loader = loader;
    this.meter = meter;
    this.versions = ModuleVersions.of(spec, loader);
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
   * The function, leased now when it was not, or when there is a newer version.
   *
   * @throws org.hubbeam.model.ModuleException when there is no such module or function
   */
  MappedFunction function() {
    ModuleSpec.Loading wanted = versions == null ? spec.loading() : versions.current();
    if (versions != null) {
      versions.count(meter);
    }
    if (function == null || !wanted.equals(loading)) {
      take(wanted);
    }
    return Objects.requireNonNull(function);
  }

  /** The version in use of a module that is updated; the handle of another. */
  String handle() {
    return loading == null || versions == null ? spec.handle() : loading.handle();
  }

  /** The digest of the module that is leased. */
  String digest() {
    return Objects.requireNonNull(lease, "lease").digest();
  }

  /** The new one is leased before the old one is given back, so that one is there. */
  private void take(ModuleSpec.Loading wanted) {
    ModuleCache.Key key = new ModuleCache.Key(wanted, loader);
    ModuleCache.Lease leased = ModuleCache.JVM.lease(key);
    MappedFunction found = find(leased);
    if (found.changesState()) {
      leased.close();
      close();
      leased = ModuleCache.JVM.leaseOwn(key);
      found = find(leased);
    }
    close();
    lease = leased;
    function = found;
    loading = wanted;
  }

  private MappedFunction find(ModuleCache.Lease leased) {
    if (leased.claimLoad()) {
      meter.count(HubMetrics.LOADS, 1);
      meter.measure(HubMetrics.LOAD_MS, leased.loadMillis());
    } else {
      meter.count(HubMetrics.CACHE_HITS, 1);
    }
    try {
      return leased.function(spec.function(), spec.mapping());
    } catch (RuntimeException e) {
      leased.close();
      throw e;
    }
  }

  /** Gives the module back; the next call would lease it again. */
  @Override
  public void close() {
    if (lease != null) {
      lease.close();
      if (versions != null) {
        versions.returned(Objects.requireNonNull(loading, "loading"));
      }
      lease = null;
      function = null;
      loading = null;
    }
  }
}
