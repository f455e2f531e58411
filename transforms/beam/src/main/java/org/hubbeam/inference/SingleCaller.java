// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;

/** One module that is called on batches. */
final class SingleCaller implements BatchCaller {
  private final ModuleSpec spec;
  private final Calling calling;
  private final ModuleCaller caller;

  /**
   * A module to call.
   *
   * @param spec its handle names the module in metrics and failures
   * @param handle of the module that is loaded
   */
  SingleCaller(ModuleSpec spec, String handle, Calling calling) {
    this.spec = spec;
    this.calling = calling;
    this.caller =
        new ModuleCaller(
            spec.withHandle(handle), calling.loader(), HubMetrics.meter(spec.handle()));
  }

  @Override
  public Outcome call(Batch batch) {
    ModuleCaller.Outcome called = caller.call(batch);
    List<Failure> failures = new ArrayList<>();
    for (CallPlan.BadRow bad : called.bad()) {
      failures.add(
          new Failure(
              calling.ids().of(batch, bad.row()),
              bad.column(),
              spec.handle(),
              caller.functionName(),
              bad.reason()));
    }
    return new Outcome(Appended.append(calling.staying(batch), called.pieces()), failures);
  }

  @Override
  public void close() {
    caller.close();
  }
}
