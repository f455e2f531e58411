// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.ThisProcess;
import org.jspecify.annotations.Nullable;

/** Calls modules on each batch. */
final class CallModulesFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  private static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  private static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final BatchCaller.Factory callers;
  private final HandleSource handles;
  private transient @Nullable BatchCaller caller;
  private transient @Nullable String handle;

  /**
   * Makes the DoFn.
   *
   * @param callers makes what calls the modules on a worker
   * @param handles where the handle of a module comes from
   */
  CallModulesFn(BatchCaller.Factory callers, HandleSource handles) {
    this.callers = callers;
    this.handles = handles;
  }

  /**
   * Calls the modules on the batches of a collection.
   *
   * @param placement which workers call them
   * @param called what is called, as far as it is known
   */
  CallResult on(PCollection<Batch> batches, Placement placement, CallResult.Called called) {
    ParDo.SingleOutput<Batch, Batch> call = ParDo.of(this);
    PCollectionTuple both =
        placement
            .of(batches)
            .apply(
                "Call",
                (handles.view() == null ? call : call.withSideInputs(handles.view()))
                    .withOutputTags(BATCHES, TupleTagList.of(FAILURES)));
    both.get(BATCHES).setCoder(batches.getCoder());
    return new CallResult(both.get(BATCHES), both.get(FAILURES), called);
  }

  /**
   * Where the handle of a module comes from.
   *
   * @param view has it when the pipeline runs; null where the spec or a file has it
   * @param file has it when the first batch comes; null where the spec or a view has it
   */
  record HandleSource(@Nullable PCollectionView<String> view, @Nullable String file)
      implements Serializable {

    /** The spec has the handle. */
    static final HandleSource SPEC = new HandleSource(null, null);

    private String read() throws IOException {
      if (file == null) {
        return "";
      }
      try (InputStream in =
          Channels.newInputStream(
              FileSystems.open(FileSystems.matchSingleFileSpec(file).resourceId()))) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (FileNotFoundException e) {
        throw new IllegalStateException(
            "the worker "
                + ThisProcess.name()
                + " does not see "
                + file
                + ", which another worker has written: all must share the temporary location"
                + " (--tempLocation)");
      }
    }
  }

  /** Calls the modules on one batch. Nothing is loaded before: set-up is given little time. */
  @ProcessElement
  public void process(ProcessContext context, @Element Batch batch, MultiOutputReceiver out)
      throws IOException {
    if (batch.rows() == 0) {
      return;
    }
    BatchCaller.Outcome outcome = caller(context).call(batch);
    outcome.batches().forEach(out.get(BATCHES)::output);
    outcome.failures().forEach(out.get(FAILURES)::output);
  }

  private BatchCaller caller(ProcessContext context) throws IOException {
    String wanted = handle;
    if (handles.view() != null) {
      wanted = context.sideInput(handles.view());
    } else if (wanted == null) {
      wanted = handles.read();
    }
    if (caller == null || !wanted.equals(handle)) {
      teardown();
      caller = callers.open(wanted);
      handle = wanted;
    }
    return caller;
  }

  /** Gives the modules back; they also come back when this is never called. */
  @Teardown
  public void teardown() {
    if (caller != null) {
      caller.close();
      caller = null;
    }
  }
}
