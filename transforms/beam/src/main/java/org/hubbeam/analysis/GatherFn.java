// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.Serializable;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.BatchCoder;

/**
 * Gathers the elements of a bundle into batches.
 *
 * @param <T> the elements
 */
final class GatherFn<T> extends DoFn<T, Batch> {
  private static final long serialVersionUID = 1;

  /** The batches. */
  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};

  /** The elements that are in none. */
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  /** The most rows of a batch. */
  static final int ROWS = 1024;

  /** The bytes from which on nothing is added to a batch. */
  static final long BYTES = 4L << 20;

  /** Elements that wait for their batch. Not for several threads. */
  interface Waiting<T> {

    /**
     * Adds an element, or gives the failure that it is.
     *
     * @return whether there are enough for a batch
     */
    boolean add(T element, Consumer<Failure> failures);

    /** Gives what was added away, and begins anew. */
    void flush(Consumer<Batch> batches, Consumer<Failure> failures);
  }

  /** Begins to wait. */
  interface Start<T> extends Serializable {
    /** Nothing waits yet. */
    Waiting<T> begin();
  }

  private final Start<T> start;
  private transient Waiting<T> waiting;

  private GatherFn(Start<T> start) {
    this.start = start;
  }

  /**
   * The batches and failures of a collection.
   *
   * @param what the elements are, for messages
   * @throws IllegalArgumentException when they are not in the global window
   */
  static <T> PCollectionTuple apply(PCollection<T> elements, String what, Start<T> start) {
    var windows = elements.getWindowingStrategy().getWindowFn();
    if (!(windows instanceof GlobalWindows)) {
      throw new IllegalArgumentException(
          what
              + " of different windows would share a batch: they must be in the global window,"
              + " and these are in "
              + windows);
    }
    PCollectionTuple both =
        elements.apply(
            "Gather",
            ParDo.of(new GatherFn<>(start)).withOutputTags(BATCHES, TupleTagList.of(FAILURES)));
    both.get(BATCHES).setCoder(BatchCoder.of());
    return both;
  }

  @StartBundle
  public void start() {
    waiting = start.begin();
  }

  @ProcessElement
  public void process(@Element T element, MultiOutputReceiver out) {
    Consumer<Failure> failures = out.get(FAILURES)::output;
    if (waiting.add(element, failures)) {
      waiting.flush(out.get(BATCHES)::output, failures);
    }
  }

  @FinishBundle
  public void finish(FinishBundleContext context) {
    waiting.flush(
        batch ->
            context.output(
                BATCHES, batch, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE),
        failure ->
            context.output(
                FAILURES, failure, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE));
  }
}
