package org.hubbeam.inference;

import java.util.Map;
import org.hubbeam.batch.Array;

/**
 * A function of a module that is loaded once in this JVM: leased with the first call, kept until it
 * is closed. It is called with whole arrays; what it refuses is thrown. For one thread; many share
 * one module.
 */
public final class LeasedFunction implements AutoCloseable {
  private final ModuleSpec spec;
  private final Meter meter;
  private LeasedModule leased;

  /**
   * The function that a spec describes; its policies are for rows, and not for this.
   *
   * @param namespace of the metrics, as for a handle
   */
  public LeasedFunction(ModuleSpec spec, String namespace) {
    this.spec = spec;
    this.meter = HubMetrics.meter(namespace);
  }

  /**
   * Calls the function, when its turn has come.
   *
   * @param inputs under the function's names, as it takes them
   * @return the outputs under the function's names
   * @throws org.hubbeam.model.ModuleException when there is no such module or function, or the call
   *     fails
   */
  public Map<String, Array> call(Map<String, Array> inputs) {
    SharedModule.Function open = open();
    open.calls().acquireUninterruptibly();
    try {
      return open.function().body().call(inputs);
    } finally {
      open.calls().release();
    }
  }

  private SharedModule.Function open() {
    if (leased == null) {
      leased = LeasedModule.of(spec, ModuleLoader.FromHub.INSTANCE, meter);
    }
    return leased.function();
  }

  /** Gives the module back; the next call would lease it again. */
  @Override
  public void close() {
    if (leased != null) {
      leased.close();
      leased = null;
    }
  }
}
