package org.hubbeam.inference;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;

/** Calls a chain on each batch. */
final class HubChainFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final HubChain.Settings settings;
  private final HubChain.Decided plan;
  private transient ChainCaller caller;

  /** A chain with its plan; null to make the plan where the batches are. */
  HubChainFn(HubChain.Settings settings, HubChain.Decided plan) {
    this.settings = settings;
    this.plan = plan;
  }

  /** Calls the chain on one batch. Nothing is loaded before: set-up is given little time. */
  @ProcessElement
  public void process(@Element Batch batch, MultiOutputReceiver out) {
    if (batch.rows() == 0) {
      return;
    }
    if (caller == null) {
      caller = settings.caller(plan == null ? settings.decided() : plan);
    }
    ChainCaller.Outcome outcome = caller.call(batch);
    outcome.batches().forEach(out.get(BATCHES)::output);
    outcome.failures().forEach(out.get(FAILURES)::output);
  }

  /** Gives the modules back; they also come back when this is never called. */
  @Teardown
  public void teardown() {
    if (caller != null) {
      caller.close();
    }
  }
}
