// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;

/** One module that is called on batches. */
final class SingleCaller implements BatchCaller {
  private final ModuleSpec spec;
  private final Calling calling;
  private final ModuleCaller caller;
  private final boolean versioned;

  /**
   * A module to call.
   *
   * @param spec its handle names the module in metrics and failures
   * @param handle of the module that is loaded
   */
  SingleCaller(ModuleSpec spec, String handle, Calling calling) {
    this.spec = spec;
    this.calling = calling;
    this.versioned = spec.loading().poll() != null;
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
              versioned ? caller.handle() : spec.handle(),
              caller.functionName(),
              bad.reason()));
    }
    List<Batch> batches = Appended.append(calling.staying(batch), called.pieces());
    return new Outcome(
        calling.digest() == null
            ? batches
            : batches.stream().map(b -> withDigest(b, calling.digest())).toList(),
        failures);
  }

  private Batch withDigest(Batch batch, String column) {
    String[] digests = new String[batch.rows()];
    Arrays.fill(digests, caller.digest());
    return batch.with(column, Array.Dense.vector(Values.of(digests)));
  }

  @Override
  public void close() {
    caller.close();
  }
}
