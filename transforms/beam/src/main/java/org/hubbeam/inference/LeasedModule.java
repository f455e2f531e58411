package org.hubbeam.inference;

/**
 * A function with the lease of its module: the one that all users in this JVM share, or one of its
 * own where calls change the module.
 */
record LeasedModule(ModuleCache.Lease lease, SharedModule.Function function)
    implements AutoCloseable {

  /**
   * Leases the module of a spec, and counts that.
   *
   * @throws org.hubbeam.model.ModuleException when there is no such module or function
   */
  static LeasedModule of(ModuleSpec spec, ModuleLoader loader, Meter meter) {
    ModuleCache.Key key = new ModuleCache.Key(spec.loading(), loader);
    LeasedModule shared = of(spec, ModuleCache.JVM.lease(key), meter);
    if (shared.function.function().state() == LoadedModule.State.KEPT) {
      return shared;
    }
    shared.close();
    return of(spec, ModuleCache.JVM.leaseOwn(key), meter);
  }

  private static LeasedModule of(ModuleSpec spec, ModuleCache.Lease lease, Meter meter) {
    if (lease.claimLoad()) {
      meter.count(HubMetrics.LOADS, 1);
      meter.measure(HubMetrics.LOAD_MS, lease.loadMillis());
    } else {
      meter.count(HubMetrics.CACHE_HITS, 1);
    }
    try {
      return new LeasedModule(lease, lease.module().function(spec.function(), spec.mapping()));
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  /** Gives the module back. */
  @Override
  public void close() {
    lease.close();
  }
}
