package org.hubbeam.inference;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;

/** Calls a function on each batch. */
final class RunModuleFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final ModuleSpec spec;
  private final ModuleLoader loader;
  private final RowIds ids;
  private transient ModuleCaller caller;

  RunModuleFn(ModuleSpec spec, ModuleLoader loader, RowIds ids) {
    this.spec = spec;
    this.loader = loader;
    this.ids = ids;
  }

  /** Nothing is loaded here: engines give set-up little time. */
  @Setup
  public void setup() {
    caller = new ModuleCaller(spec, loader, HubMetrics.meter(spec.handle()));
  }

  /** Calls the function on one batch. */
  @ProcessElement
  public void process(@Element Batch batch, MultiOutputReceiver out) {
    if (batch.rows() == 0) {
      return;
    }
    ModuleCaller.Outcome outcome = caller.call(batch);
    for (Batch whole : Appended.of(batch, outcome.pieces())) {
      out.get(BATCHES).output(whole);
    }
    for (CallPlan.BadRow bad : outcome.bad()) {
      out.get(FAILURES)
          .output(
              new Failure(
                  ids.of(batch, bad.row()),
                  "",
                  spec.handle(),
                  caller.functionName(),
                  bad.reason()));
    }
  }

  /** Gives the module back; it also comes back when this is never called. */
  @Teardown
  public void teardown() {
    if (caller != null) {
      caller.close();
    }
  }
}
