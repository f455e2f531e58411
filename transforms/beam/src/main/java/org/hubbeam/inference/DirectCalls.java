// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.List;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Internal;

/**
 * Calls modules on batches in this process, without a pipeline, as a {@link HubChain} does in one:
 * for single rows that somebody waits for. Modules are leased with the first batch. Threads may
 * share it; one calls at a time.
 */
@Internal
public final class DirectCalls implements AutoCloseable {
  private final BatchCaller caller;

  private DirectCalls(BatchCaller caller) {
    this.caller = caller;
  }

  /**
   * What became of a batch: each row is in one of the batches, or failed, or was skipped as blank.
   */
  public record Called(List<Batch> batches, List<Failure> failures) {}

  /**
   * The modules of a chain.
   *
   * @throws org.hubbeam.model.ModuleException when a module, a function, or an input or output of a
   *     mapping is not there
   */
  public static DirectCalls of(HubChain chain) {
    HubChain.Settings settings = chain.settings().pinned();
    return new DirectCalls(settings.caller(settings.decided(), handle -> Meter.NONE));
  }

  /**
   * Calls the modules.
   *
   * @throws org.hubbeam.model.ModuleException when a module, not a row, is at fault
   */
  public synchronized Called call(Batch batch) {
    BatchCaller.Outcome outcome = caller.call(batch);
    return new Called(outcome.batches(), outcome.failures());
  }

  /** Gives the modules back. */
  @Override
  public synchronized void close() {
    caller.close();
  }
}
