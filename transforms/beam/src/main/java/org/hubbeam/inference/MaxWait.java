// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.NonMergingWindowFn;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.transforms.windowing.WindowMappingFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long an element of a stream waits for others that are called with it, and how many batches
 * are collected at the same time.
 *
 * <p>Each of the shards calls the module once in {@code duration} or more seldom, unless its batch
 * is full before. More shards let more workers call the module, and make smaller batches of the
 * same stream.
 *
 * @param duration the longest wait; positive
 * @param shards the number of batches that are collected, over all workers
 */
public record MaxWait(Duration duration, int shards) implements Serializable {

  private static final int DEFAULT_SHARDS = 16;

  public MaxWait {
    Objects.requireNonNull(duration, "duration");
    if (duration.getMillis() <= 0) {
      throw new IllegalArgumentException("elements wait longer than no time, not " + duration);
    }
    if (shards < 1) {
      throw new IllegalArgumentException("elements wait in at least 1 shard, not " + shards);
    }
  }

  /** This long, in {@value #DEFAULT_SHARDS} shards. */
  public static MaxWait of(Duration duration) {
    return new MaxWait(duration, DEFAULT_SHARDS);
  }

  /** With another number of batches that are collected at the same time. */
  public MaxWait withShards(int value) {
    return new MaxWait(duration, value);
  }

  /** Deals elements out to the shards, in one window: those of all windows share batches. */
  <T> PCollection<KV<Integer, Placed<T>>> sharded(
      PCollection<T> input, Placed.PlacedCoder<T> coder) {
    return input
        .apply("Deal", ParDo.of(new DealFn<T>(shards)))
        .setCoder(KvCoder.of(VarIntCoder.of(), coder))
        .apply(
            "Together",
            Window.<KV<Integer, Placed<T>>>into(new GlobalWindows())
                .triggering(DefaultTrigger.of())
                .discardingFiredPanes()
                .withAllowedLateness(Duration.ZERO));
  }

  /** Puts elements back into the windows and panes that they came from. */
  static <O> PCollection<O> placed(
      String name,
      PCollection<Placed<O>> waited,
      Placed.PlacedCoder<O> coder,
      Coder<O> elements,
      WindowingStrategy<?, ?> like) {
    return waited
        .setCoder(coder)
        .apply(name + "Windows", Window.into(new OwnWindow<O>(coder.windows())))
        .apply(name, ParDo.of(new PlaceFn<O>()))
        .setCoder(elements)
        .setWindowingStrategyInternal(like);
  }

  static final class DealFn<T> extends DoFn<T, KV<Integer, Placed<T>>> {
    private static final long serialVersionUID = 1;

    private final int shards;
    private transient int next;

    DealFn(int shards) {
      this.shards = shards;
    }

    @Setup
    public void setup() {
      next = ThreadLocalRandom.current().nextInt(shards);
    }

    @ProcessElement
    public void process(
        @Element T element,
        @Timestamp Instant timestamp,
        BoundedWindow window,
        PaneInfo pane,
        OutputReceiver<KV<Integer, Placed<T>>> out) {
      next = (next + 1) % shards;
      out.output(KV.of(next, new Placed<>(element, timestamp, window, pane)));
    }
  }

  static final class PlaceFn<O> extends DoFn<Placed<O>, O> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Placed<O> placed, OutputReceiver<O> out) {
      out.builder(placed.element()).setPaneInfo(placed.pane()).output();
    }
  }

  /** The window that an element says it is from. */
  private static final class OwnWindow<O> extends NonMergingWindowFn<Placed<O>, BoundedWindow> {
    private static final long serialVersionUID = 1;

    private final Coder<BoundedWindow> coder;

    OwnWindow(Coder<BoundedWindow> coder) {
      this.coder = coder;
    }

    @Override
    public List<BoundedWindow> assignWindows(AssignContext context) {
      return List.of(context.element().window());
    }

    @Override
    @SuppressWarnings("deprecation")
    public boolean isCompatible(WindowFn<?, ?> other) {
      return other instanceof OwnWindow<?> own && own.coder.equals(coder);
    }

    @Override
    public Coder<BoundedWindow> windowCoder() {
      return coder;
    }

    @Override
    public @Nullable WindowMappingFn<BoundedWindow> getDefaultWindowMappingFn() {
      throw new UnsupportedOperationException("these windows are not for side inputs");
    }
  }
}
