// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.Keys;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.FakeLoader.Behaviour;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class HubEmbedWindowsTest {
  private static final Map<String, Queue<String>> PLACES = new ConcurrentHashMap<>();

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  /** Writes down where each text is: timestamp, window and pane. */
  private static final class Note extends DoFn<String, String> {
    private static final long serialVersionUID = 1;
    private final String list;

    Note(String list) {
      this.list = list;
      PLACES.put(list, new ConcurrentLinkedQueue<>());
    }

    @ProcessElement
    public void process(
        @Element String text,
        @Timestamp Instant timestamp,
        BoundedWindow window,
        PaneInfo pane,
        OutputReceiver<String> out) {
      PLACES.get(list).add(text + " " + timestamp.getMillis() + " " + window + " " + pane);
      out.output(text);
    }
  }

  private static TestStream.Builder<String> stream() {
    return TestStream.create(StringUtf8Coder.of()).advanceWatermarkTo(Instant.ofEpochMilli(0));
  }

  private static TimestampedValue<String> at(String text, long second) {
    return TimestampedValue.of(text, Instant.ofEpochMilli(1000 * second));
  }

  @Test
  void rowsKeepTheirWindowsAndTimestampsAndNothingIsLostBehindAGroupByKey() {
    FakeLoader fake = new FakeLoader("windows", Behaviour.POISON);
    // Timestamps fall within a bundle; the texts of a batch are of several windows.
    TestStream<String> texts =
        stream()
            .addElements(at("a", 25), at("b", 5), at("poison", 6), at("c", 15), at("d", 4))
            .advanceWatermarkTo(Instant.ofEpochMilli(9_000))
            .addElements(at("e", 12), at("f", 9))
            .advanceWatermarkTo(Instant.ofEpochMilli(16_000))
            .addElements(at("g", 22))
            .advanceWatermarkToInfinity();
    HubEmbed.Result<KV<String, float[]>> result =
        pipeline
            .apply(texts)
            .apply(Window.into(FixedWindows.of(Duration.standardSeconds(10))))
            .apply("before", ParDo.of(new Note("fixed before")))
            .apply(
                HubEmbed.texts(fake.spec().withLimits(Limits.DEFAULT.withRows(3)))
                    .withLoader(fake));
    PCollection<KV<String, Long>> counts =
        result
            .embeddings()
            .apply(Keys.create())
            .apply("after", ParDo.of(new Note("fixed after")))
            .apply(Count.perElement());
    PAssert.that(counts)
        .inWindow(new IntervalWindow(Instant.ofEpochMilli(0), Instant.ofEpochMilli(10_000)))
        .containsInAnyOrder(List.of(KV.of("b", 1L), KV.of("d", 1L), KV.of("f", 1L)));
    PAssert.that(counts)
        .inWindow(new IntervalWindow(Instant.ofEpochMilli(10_000), Instant.ofEpochMilli(20_000)))
        .containsInAnyOrder(List.of(KV.of("c", 1L), KV.of("e", 1L)));
    PAssert.that(counts)
        .inWindow(new IntervalWindow(Instant.ofEpochMilli(20_000), Instant.ofEpochMilli(30_000)))
        .containsInAnyOrder(List.of(KV.of("a", 1L), KV.of("g", 1L)));
    PAssert.that(result.failures())
        .inWindow(new IntervalWindow(Instant.ofEpochMilli(0), Instant.ofEpochMilli(10_000)))
        .satisfies(
            all -> {
              assertThat(all).extracting(Failure::id).containsExactly("poison");
              return null;
            });
    pipeline.run();
    List<String> before = new ArrayList<>(PLACES.get("fixed before"));
    before.removeIf(p -> p.startsWith("poison"));
    assertThat(before).hasSize(7);
    assertThat(PLACES.get("fixed after")).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void rowsKeepThePanesOfAGroupByKey() {
    FakeLoader fake = new FakeLoader("panes", Behaviour.POISON);
    TestStream<String> texts =
        stream()
            .addElements(at("a", 1), at("b", 2))
            .addElements(at("c", 3), at("poison", 3))
            .addElements(at("d", 4), at("e", 5))
            .advanceWatermarkTo(Instant.ofEpochMilli(20_000))
            .addElements(at("late", 6), at("later", 7))
            .advanceWatermarkToInfinity();
    HubEmbed.Result<KV<String, float[]>> result =
        pipeline
            .apply(texts)
            .apply(
                Window.<String>into(FixedWindows.of(Duration.standardSeconds(10)))
                    .triggering(
                        AfterWatermark.pastEndOfWindow()
                            .withEarlyFirings(AfterPane.elementCountAtLeast(1))
                            .withLateFirings(AfterPane.elementCountAtLeast(1)))
                    .withAllowedLateness(Duration.standardHours(1))
                    .discardingFiredPanes())
            .apply(WithKeys.<String, String>of("key").withKeyType(TypeDescriptors.strings()))
            .apply(GroupByKey.create())
            .apply(Values.create())
            .apply(Flatten.iterables())
            .apply("before", ParDo.of(new Note("panes before")))
            .apply(
                HubEmbed.texts(fake.spec().withLimits(Limits.DEFAULT.withRows(2)))
                    .withLoader(fake));
    result.embeddings().apply(Keys.create()).apply("after", ParDo.of(new Note("panes after")));
    result
        .failures()
        .apply(MapElements.into(TypeDescriptors.strings()).via(Failure::id))
        .apply("failed", ParDo.of(new Note("panes failed")));
    pipeline.run();
    assertThat(PLACES.get("panes before")).hasSize(8);
    List<String> after = new ArrayList<>(PLACES.get("panes after"));
    assertThat(PLACES.get("panes failed")).hasSize(1);
    after.addAll(PLACES.get("panes failed"));
    assertThat(PLACES.get("panes before").stream().map(p -> p.substring(p.indexOf("PaneInfo"))))
        .as("panes, so that there is something to keep")
        .doesNotContain(PaneInfo.NO_FIRING.toString())
        .contains("PaneInfo{isFirst=true, timing=EARLY, index=0}");
    assertThat(after).containsExactlyInAnyOrderElementsOf(PLACES.get("panes before"));
  }

  @Test
  void anElementOfManyWindowsStaysInAll() {
    FakeLoader fake = new FakeLoader("sliding", Behaviour.GOOD);
    pipeline
        .apply(Create.timestamped(at("a", 5), at("b", 12)))
        .apply(
            Window.into(
                SlidingWindows.of(Duration.standardSeconds(10)).every(Duration.standardSeconds(5))))
        .apply("before", ParDo.of(new Note("sliding before")))
        .apply(HubEmbed.texts(fake.spec()).withLoader(fake))
        .embeddings()
        .apply(Keys.create())
        .apply("after", ParDo.of(new Note("sliding after")));
    pipeline.run();
    assertThat(PLACES.get("sliding before")).hasSize(4);
    assertThat(PLACES.get("sliding after"))
        .containsExactlyInAnyOrderElementsOf(PLACES.get("sliding before"));
  }

  @Test
  void aPoisonElementDoesNotHoldUpAStream() {
    FakeLoader fake = new FakeLoader("stream", Behaviour.POISON);
    TestStream<String> texts =
        stream()
            .addElements(at("a", 1))
            .addElements(at("poison", 2))
            .advanceWatermarkTo(Instant.ofEpochMilli(10_000))
            .addElements(at("b", 11))
            .advanceWatermarkToInfinity();
    HubEmbed.Result<KV<String, float[]>> result =
        pipeline.apply(texts).apply(HubEmbed.texts(fake.spec()).withLoader(fake));
    PAssert.that(result.embeddings().apply(Keys.create())).containsInAnyOrder("a", "b");
    PAssert.thatSingleton(result.failures())
        .satisfies(
            failure -> {
              assertThat(failure.id()).isEqualTo("poison");
              return null;
            });
    pipeline.run();
  }
}
