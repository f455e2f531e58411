// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
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
import org.hubbeam.batch.Failure;
import org.hubbeam.vectors.PostProcessing;
import org.joda.time.Duration;
import org.joda.time.Instant;

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
  static final Duration ALL_TIME =
      new Duration(BoundedWindow.TIMESTAMP_MIN_VALUE, BoundedWindow.TIMESTAMP_MAX_VALUE);

  private final ModuleSpec spec;
  private final ModuleLoader loader;
  private final Elements<T, O> elements;
  private final Coder<O> coder;
  private final PostProcessing steps;
  private final TupleTag<KV<O, PaneInfo>> embeddings = new TupleTag<>("embeddings");
  private final TupleTag<KV<Failure, PaneInfo>> failures = new TupleTag<>("failures");

  private transient ElementCaller<T, O> caller;

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
    return new HubEmbed.Result<>(
        inPanes("Embeddings", outputs.get(embeddings), coder),
        inPanes("Failures", outputs.get(failures), failureCoder(outputs.getPipeline())),
        Optional.empty());
  }

  static Coder<Failure> failureCoder(Pipeline pipeline) {
    try {
      return pipeline.getCoderRegistry().getCoder(Failure.class);
    } catch (CannotProvideCoderException e) {
      throw new IllegalStateException("there is no coder for failures", e);
    }
  }

  private static <E> PCollection<E> inPanes(
      String name, PCollection<KV<E, PaneInfo>> carrying, Coder<E> coder) {
    return carrying
        .setCoder(KvCoder.of(coder, PaneInfo.PaneInfoCoder.of()))
        .apply(name, ParDo.of(new InPaneFn<E>()))
        .setCoder(coder);
  }

  /** Where elements go, while a bundle runs or at its end. */
  private interface Put {
    <E> void put(TupleTag<KV<E, PaneInfo>> tag, Placed<E> placed);
  }

  /** Nothing is loaded here: engines give set-up little time. */
  @Setup
  public void setup() {
    caller = new ElementCaller<>(spec, loader, elements, steps);
  }

  /** Forgets what a bundle that failed has left. */
  @StartBundle
  public void startBundle() {
    caller.forget();
  }

  /** Takes one element, and calls the module when a batch is full. */
  @ProcessElement
  public void process(
      @Element T element,
      @Timestamp Instant timestamp,
      BoundedWindow window,
      PaneInfo pane,
      MultiOutputReceiver receivers) {
    Put put =
        new Put() {
          @Override
          public <E> void put(TupleTag<KV<E, PaneInfo>> tag, Placed<E> placed) {
            receivers
                .get(tag)
                .builder(KV.of(placed.element(), placed.pane()))
                .setTimestamp(placed.timestamp())
                .setWindow(placed.window())
                .setPaneInfo(placed.pane())
                .output();
          }
        };
    caller.add(new Placed<>(element, timestamp, window, pane), out(put));
  }

  /** Calls the module for what is left. */
  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    Put put =
        new Put() {
          @Override
          public <E> void put(TupleTag<KV<E, PaneInfo>> tag, Placed<E> placed) {
            context.output(
                tag, KV.of(placed.element(), placed.pane()), placed.timestamp(), placed.window());
          }
        };
    caller.flush(out(put));
  }

  private ElementCaller.Out<O> out(Put put) {
    return new ElementCaller.Out<>() {
      @Override
      public void embedded(Placed<O> element) {
        put.put(embeddings, element);
      }

      @Override
      public void failed(Placed<Failure> failure) {
        put.put(failures, failure);
      }
    };
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
