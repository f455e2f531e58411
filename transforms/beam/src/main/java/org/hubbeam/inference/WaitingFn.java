// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.InstantCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Failure;
import org.hubbeam.vectors.PostProcessing;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Collects the elements of a shard into batches across bundles, and calls the module when a batch
 * is full, or the first of its elements has waited long enough, or no more elements can come.
 *
 * <p>Elements wait in the engine's state. While they wait, the timers that end the wait hold the
 * watermark at the earliest of them, so that no element becomes late by waiting. Both timers do:
 * the direct runner forgets the hold of the first at the end of the input.
 *
 * @param <T> elements in
 * @param <O> elements out
 */
final class WaitingFn<T, O> extends DoFn<KV<Integer, Placed<T>>, Placed<O>> {
  private static final long serialVersionUID = 1;

  private static final String WAITING = "waiting";
  private static final String TALLY = "tally";
  private static final String PATIENCE = "patience";
  private static final String END = "end";

  private final ModuleSpec spec;
  private final ModuleLoader loader;
  private final Elements<T, O> elements;
  private final PostProcessing steps;
  private final Duration maxWait;
  private final TupleTag<Placed<O>> embeddings = new TupleTag<>("embeddings");
  private final TupleTag<Placed<Failure>> failures = new TupleTag<>("failures");

  @StateId(WAITING)
  private final StateSpec<BagState<Placed<T>>> waitingState;

  @StateId(TALLY)
  private final StateSpec<ValueState<Tally>> tallyState = StateSpecs.value(TallyCoder.INSTANCE);

  @TimerId(PATIENCE)
  private final TimerSpec patienceTimer = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @TimerId(END)
  private final TimerSpec endTimer = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private transient ElementCaller<T, O> caller;

  WaitingFn(
      ModuleSpec spec,
      ModuleLoader loader,
      Elements<T, O> elements,
      PostProcessing steps,
      Duration maxWait,
      Placed.PlacedCoder<T> coder) {
    this.spec = spec;
    this.loader = loader;
    this.elements = elements;
    this.steps = steps;
    this.maxWait = maxWait;
    this.waitingState = StateSpecs.bag(coder);
  }

  TupleTag<Placed<O>> embeddings() {
    return embeddings;
  }

  TupleTag<Placed<Failure>> failures() {
    return failures;
  }

  /** Nothing is loaded here: engines give set-up little time. */
  @Setup
  public void setup() {
    caller = new ElementCaller<>(spec, loader, elements, steps);
  }

  /** Keeps one element, and calls the module when a batch is full. */
  @ProcessElement
  public void process(
      @Element KV<Integer, Placed<T>> keyed,
      BoundedWindow window,
      @AlwaysFetched @StateId(TALLY) ValueState<Tally> tally,
      @StateId(WAITING) BagState<Placed<T>> waiting,
      @TimerId(PATIENCE) Timer patience,
      @TimerId(END) Timer end,
      MultiOutputReceiver out) {
    Placed<T> placed = keyed.getValue();
    Instant timestamp = earlier(placed.timestamp(), window.maxTimestamp());
    long bytes = caller.bytes(placed);
    Tally before = tally.read();
    if (before != null && before.bytes + bytes > spec.policies().limits().bytes()) {
      call(tally, waiting, out);
      before = null;
    }
    Tally now =
        before == null
            ? new Tally(1, bytes, timestamp, patience.getCurrentRelativeTime().plus(maxWait))
            : before.and(bytes, timestamp);
    waiting.add(placed);
    if (now.isFull(spec.policies().limits())) {
      patience.clear();
      end.clear();
      call(tally, waiting, out);
      return;
    }
    tally.write(now);
    if (before == null || now.earliest.isBefore(before.earliest)) {
      patience.withOutputTimestamp(now.earliest).set(now.until);
      end.withOutputTimestamp(now.earliest).set(window.maxTimestamp());
    }
  }

  /** The first element has waited long enough. */
  @OnTimer(PATIENCE)
  public void onPatience(
      @AlwaysFetched @StateId(TALLY) ValueState<Tally> tally,
      @StateId(WAITING) BagState<Placed<T>> waiting,
      @TimerId(END) Timer end,
      MultiOutputReceiver out) {
    end.clear();
    call(tally, waiting, out);
  }

  /** No more elements can come. */
  @OnTimer(END)
  public void onEnd(
      @AlwaysFetched @StateId(TALLY) ValueState<Tally> tally,
      @StateId(WAITING) BagState<Placed<T>> waiting,
      @TimerId(PATIENCE) Timer patience,
      MultiOutputReceiver out) {
    patience.clear();
    call(tally, waiting, out);
  }

  /** Gives the module back; it also comes back when this is never called. */
  @Teardown
  public void teardown() {
    if (caller != null) {
      caller.close();
    }
  }

  /** Without a limit: elements leave with their own timestamps, to which the watermark is held. */
  @Override
  @SuppressWarnings("deprecation")
  public Duration getAllowedTimestampSkew() {
    return HubEmbedFn.ALL_TIME;
  }

  private void call(
      ValueState<Tally> tally, BagState<Placed<T>> waiting, MultiOutputReceiver receivers) {
    ElementCaller.Out<O> out =
        new ElementCaller.Out<>() {
          @Override
          public void embedded(Placed<O> element) {
            receivers.get(embeddings).outputWithTimestamp(element, element.timestamp());
          }

          @Override
          public void failed(Placed<Failure> failure) {
            receivers.get(failures).outputWithTimestamp(failure, failure.timestamp());
          }
        };
    caller.forget();
    for (Placed<T> placed : waiting.read()) {
      caller.add(placed, out);
    }
    caller.flush(out);
    waiting.clear();
    tally.clear();
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /**
   * The elements that wait.
   *
   * @param earliest their earliest timestamp
   * @param until when they are called at the latest
   */
  record Tally(int rows, long bytes, Instant earliest, Instant until) {

    Tally and(long more, Instant timestamp) {
      return new Tally(rows + 1, bytes + more, earlier(earliest, timestamp), until);
    }

    boolean isFull(Limits limits) {
      return rows >= limits.rows() || bytes >= limits.bytes();
    }
  }

  private static final class TallyCoder extends AtomicCoder<Tally> {
    private static final long serialVersionUID = 1;

    static final TallyCoder INSTANCE = new TallyCoder();

    @Override
    public void encode(Tally value, OutputStream out) throws IOException {
      VarIntCoder.of().encode(value.rows, out);
      VarLongCoder.of().encode(value.bytes, out);
      InstantCoder.of().encode(value.earliest, out);
      InstantCoder.of().encode(value.until, out);
    }

    @Override
    public Tally decode(InputStream in) throws IOException {
      int rows = VarIntCoder.of().decode(in);
      long bytes = VarLongCoder.of().decode(in);
      Instant earliest = InstantCoder.of().decode(in);
      return new Tally(rows, bytes, earliest, InstantCoder.of().decode(in));
    }
  }
}
