package org.hubbeam.inference;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;

/** Calls a function on each batch. */
final class RunModuleFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final RunModule.Settings settings;
  private transient ModuleCaller caller;
  private transient String calledHandle;
  private transient String read;

  RunModuleFn(RunModule.Settings settings) {
    this.settings = settings;
  }

  /** Calls the function on one batch. Nothing is loaded before: set-up is given little time. */
  @ProcessElement
  public void process(ProcessContext context, @Element Batch batch, MultiOutputReceiver out)
      throws IOException {
    if (batch.rows() == 0) {
      return;
    }
    ModuleSpec spec = settings.spec();
    ModuleCaller called =
        caller(settings.place() == null ? handle() : context.sideInput(settings.place()));
    ModuleCaller.Outcome outcome = called.call(batch);
    Batch staying = settings.calling().staying(batch);
    for (Batch whole : Appended.of(staying, outcome.pieces())) {
      out.get(BATCHES).output(whole);
    }
    for (CallPlan.BadRow bad : outcome.bad()) {
      out.get(FAILURES)
          .output(
              new Failure(
                  settings.calling().ids().of(batch, bad.row()),
                  "",
                  spec.handle(),
                  called.functionName(),
                  bad.reason()));
    }
  }

  private String handle() throws IOException {
    if (settings.file() == null) {
      return settings.spec().handle();
    }
    if (read == null) {
      try (InputStream in =
          Channels.newInputStream(
              FileSystems.open(FileSystems.matchSingleFileSpec(settings.file()).resourceId()))) {
        read = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    return read;
  }

  private ModuleCaller caller(String handle) {
    if (!handle.equals(calledHandle)) {
      teardown();
      ModuleSpec spec = settings.spec();
      caller =
          new ModuleCaller(
              spec.withHandle(handle),
              settings.calling().loader(),
              HubMetrics.meter(spec.handle()));
      calledHandle = handle;
    }
    return caller;
  }

  /** Gives the module back; it also comes back when this is never called. */
  @Teardown
  public void teardown() {
    if (caller != null) {
      caller.close();
    }
  }
}
