// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.coders.CannotProvideCoderException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.PostProcessor;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The DoFn of {@link HubEmbed}: collects elements into batches within a bundle, calls the module,
 * and outputs each element with its vector in its own window, with its timestamp and pane. Elements
 * come out in the order in which they came in.
 *
 * <p>A batch is called as soon as it is full, so a bundle of any length takes the memory of one
 * batch. Beam gives no pane to what leaves at the end of a bundle, so each element carries its own
 * until {@link #collect} puts it back. To be used directly, the function needs all its tags:
 *
 * <pre>{@code
 * HubEmbedFn<String, KV<String, float[]>> fn = HubEmbed.texts(spec).fn(texts);
 * HubEmbed.Result<KV<String, float[]>> result =
 *     fn.collect(
 *         texts.apply(ParDo.of(fn).withOutputTags(fn.embeddings(), fn.otherTags())));
 * }</pre>
 *
 * @param <T> elements in
 * @param <O> elements out
 */
public final class HubEmbedFn<T, O> extends DoFn<T, KV<O, PaneInfo>> {
  private static final long serialVersionUID = 1;

  /** From the first timestamp to the last; anything longer overflows. */
  private static final Duration ALL_TIME =
      new Duration(BoundedWindow.TIMESTAMP_MIN_VALUE, BoundedWindow.TIMESTAMP_MAX_VALUE);

  private final ModuleSpec spec;
  private final ModuleLoader loader;
  private final Elements<T, O> elements;
  private final Coder<O> coder;
  private final PostProcessing steps;
  private final TupleTag<KV<O, PaneInfo>> embeddings = new TupleTag<>("embeddings");
  private final TupleTag<KV<Failure, PaneInfo>> failures = new TupleTag<>("failures");

  private transient ModuleCaller caller;
  private transient PostProcessor processor;
  private transient RowBuffer<Placed<T>> buffer;

  HubEmbedFn(
      ModuleSpec spec,
      ModuleLoader loader,
      Elements<T, O> elements,
      Coder<O> coder,
      PostProcessing steps) {
    this.steps = steps;
    this.coder = coder;
    this.spec = spec;
    this.loader = loader;
    this.elements = elements;
  }

  /** The tag of elements with their vectors; {@link #collect} has them all. */
  public TupleTag<KV<O, PaneInfo>> embeddings() {
    return embeddings;
  }

  /** All tags except {@link #embeddings()}. */
  public TupleTagList otherTags() {
    return TupleTagList.of(failures);
  }

  /**
   * Restores the panes of the outputs of a ParDo of this function, and sets the coders. On Flink
   * this is one step more in the same task; a Flatten of what left with and without its pane would
   * end the task, and encode every vector.
   */
  public HubEmbed.Result<O> collect(PCollectionTuple outputs) {
    Coder<Failure> failureCoder;
    try {
      failureCoder = outputs.getPipeline().getCoderRegistry().getCoder(Failure.class);
    } catch (CannotProvideCoderException e) {
      throw new IllegalStateException("there is no coder for failures", e);
    }
    return new HubEmbed.Result<>(
        inPanes("Embeddings", outputs.get(embeddings), coder),
        inPanes("Failures", outputs.get(failures), failureCoder),
        Optional.empty());
  }

  private static <E> PCollection<E> inPanes(
      String name, PCollection<KV<E, PaneInfo>> carrying, Coder<E> coder) {
    return carrying
        .setCoder(KvCoder.of(coder, PaneInfo.PaneInfoCoder.of()))
        .apply(name, ParDo.of(new InPaneFn<E>()))
        .setCoder(coder);
  }

  /** An element that waits, and where it belongs. */
  private record Placed<E>(E element, Instant timestamp, BoundedWindow window, PaneInfo pane) {}

  /** Where elements go, while a bundle runs or at its end. */
  private interface Out {
    <E> void put(TupleTag<KV<E, PaneInfo>> tag, E element, Placed<?> like);
  }

  /** Nothing is loaded here: engines give set-up little time. */
  @Setup
  public void setup() {
    caller = new ModuleCaller(spec, loader, HubMetrics.meter(spec.handle()));
    processor = new PostProcessor(steps);
  }

  /** Forgets what a bundle that failed has left. */
  @StartBundle
  public void startBundle() {
    buffer = new RowBuffer<>(spec.policies().limits());
  }

  /** Takes one element, and calls the module when a batch is full. */
  @ProcessElement
  public void process(
      @Element T element,
      @Timestamp Instant timestamp,
      BoundedWindow window,
      PaneInfo pane,
      MultiOutputReceiver receivers) {
    Out out =
        new Out() {
          @Override
          public <E> void put(TupleTag<KV<E, PaneInfo>> tag, E value, Placed<?> like) {
            receivers
                .get(tag)
                .builder(KV.of(value, like.pane))
                .setTimestamp(like.timestamp)
                .setWindow(like.window)
                .setPaneInfo(like.pane)
                .output();
          }
        };
    Placed<T> placed = new Placed<>(element, timestamp, window, pane);
    Map<String, Array.Dense> row = row(placed, out);
    if (row == null) {
      return;
    }
    if (!buffer.takes(row)) {
      flush(out);
    }
    buffer.add(placed, row);
    if (buffer.isFull()) {
      flush(out);
    }
  }

  /** Calls the module for what is left. */
  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    flush(
        new Out() {
          @Override
          public <E> void put(TupleTag<KV<E, PaneInfo>> tag, E value, Placed<?> like) {
            context.output(tag, KV.of(value, like.pane), like.timestamp, like.window);
          }
        });
  }

  /** Gives the module back; it also comes back when this is never called. */
  @Teardown
  public void teardown() {
    if (caller != null) {
      caller.close();
    }
  }

  /**
   * Without a limit: an element leaves with its own timestamp while a later one is processed. The
   * watermark cannot have passed it, because both are in one bundle.
   */
  @Override
  @SuppressWarnings("deprecation")
  public Duration getAllowedTimestampSkew() {
    return ALL_TIME;
  }

  private @Nullable Map<String, Array.Dense> row(Placed<T> placed, Out out) {
    String column = "";
    try {
      Map<String, Object> values = elements.values(placed.element);
      Map<String, Array.Dense> row = values.size() == 1 ? null : new LinkedHashMap<>();
      for (Map.Entry<String, Object> value : values.entrySet()) {
        column = value.getKey();
        Array.Dense cell = Cells.convert(value.getValue());
        if (row == null) {
          return Collections.singletonMap(column, cell);
        }
        row.put(column, cell);
      }
      return row;
    } catch (RuntimeException e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      HubMetrics.meter(spec.handle()).count(HubMetrics.FAILURES, 1);
      fail(placed, column, reason, out);
      return null;
    }
  }

  private void flush(Out out) {
    if (buffer.isEmpty()) {
      return;
    }
    Batch batch = buffer.batch();
    List<Placed<T>> waiting = buffer.elements();
    buffer.clear();
    for (Result result : results(batch)) {
      Placed<T> placed = waiting.get(result.row);
      if (result.vector != null) {
        out.put(embeddings, elements.with(placed.element, result.vector), placed);
      } else {
        fail(placed, result.column, result.reason, out);
      }
    }
  }

  /**
   * What became of a row.
   *
   * @param vector null when the row failed
   * @param column the one that is at fault; empty where that is not known
   * @param reason why; empty when it did not
   */
  private record Result(int row, float @Nullable [] vector, String column, String reason) {
    static Result of(CallPlan.BadRow bad) {
      return new Result(bad.row(), null, bad.column(), bad.reason());
    }
  }

  /**
   * The vectors and failures of a batch in the order of its rows, without those that are skipped.
   */
  private List<Result> results(Batch batch) {
    ModuleCaller.Outcome outcome = caller.call(batch);
    List<Result> results = new ArrayList<>();
    outcome.bad().forEach(bad -> results.add(Result.of(bad)));
    for (ModuleCaller.Piece called : outcome.pieces()) {
      ModuleCaller.Outcome done = VectorSteps.apply(steps, processor, batch, called);
      done.bad().forEach(bad -> results.add(Result.of(bad)));
      for (ModuleCaller.Piece piece : done.pieces()) {
        Map.Entry<String, Array> output = piece.outputs().columns().entrySet().iterator().next();
        List<float[]> vectors = Vectors.split(output.getValue(), output.getKey());
        for (int i = 0; i < vectors.size(); i++) {
          results.add(new Result(piece.rows()[i], vectors.get(i), "", ""));
        }
      }
    }
    results.sort(Comparator.comparingInt(Result::row));
    return results;
  }

  private void fail(Placed<T> placed, String column, String reason, Out out) {
    Failure failure =
        new Failure(
            Abbreviation.abbreviate(id(placed.element)),
            column,
            spec.handle(),
            caller.functionName(),
            Abbreviation.abbreviate(reason));
    out.put(failures, failure, placed);
  }

  /** A function of the user that has no name for an element does not stop the job. */
  private String id(T element) {
    try {
      return String.valueOf(elements.id(element));
    } catch (RuntimeException e) {
      return element + " (" + e + ")";
    }
  }

  private static final class InPaneFn<E> extends DoFn<KV<E, PaneInfo>, E> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(
        @Element KV<E, PaneInfo> carrying, PaneInfo pane, OutputReceiver<E> receiver) {
      if (carrying.getValue().equals(pane)) {
        receiver.output(carrying.getKey());
      } else {
        receiver.builder(carrying.getKey()).setPaneInfo(carrying.getValue()).output();
      }
    }
  }
}
