// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
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
import org.apache.beam.sdk.transforms.windowing.Sessions;
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

/** Elements that wait across bundles. Test streams make each batch of added elements a bundle. */
class MaxWaitTest {
  private static final Map<String, Queue<String>> PLACES = new ConcurrentHashMap<>();
  private static final MaxWait TEN_SECONDS = MaxWait.of(Duration.standardSeconds(10)).withShards(1);

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

  private static IntervalWindow window(long from, long to) {
    return new IntervalWindow(Instant.ofEpochMilli(1000 * from), Instant.ofEpochMilli(1000 * to));
  }

  private static HubEmbed<String, KV<String, float[]>> embed(FakeLoader fake, int rows) {
    return HubEmbed.texts(fake.spec().withLimits(Limits.DEFAULT.withRows(rows)))
        .withLoader(fake)
        .withMaxWait(TEN_SECONDS);
  }

  @Test
  void batchesAreFullAlthoughEachBundleHasOneElement() {
    FakeLoader fake = new FakeLoader("bundles of one", Behaviour.GOOD);
    TestStream.Builder<String> texts = stream();
    for (int i = 0; i < 40; i++) {
      texts = texts.addElements(at("text " + i, i));
    }
    PCollection<String> embedded =
        pipeline
            .apply(texts.advanceWatermarkToInfinity())
            .apply(embed(fake, 16))
            .embeddings()
            .apply(Keys.create());
    PAssert.that(embedded)
        .containsInAnyOrder(IntStream.range(0, 40).mapToObj(i -> "text " + i).toList());
    pipeline.run();
    assertThat(fake.seen().calls).hasValue(3);
    assertThat(fake.seen().mostRows).hasValue(16);
  }

  @Test
  void thoseThatWaitHoldTheWatermarkSoThatNobodyIsLate() {
    FakeLoader fake = new FakeLoader("held", Behaviour.POISON);
    // The watermark passes all windows while everyone waits.
    TestStream<String> texts =
        stream()
            .addElements(at("a", 25))
            .addElements(at("b", 5))
            .addElements(at("poison", 6), at("c", 15))
            .addElements(at("d", 4))
            .advanceWatermarkTo(Instant.ofEpochMilli(100_000))
            .advanceProcessingTime(Duration.standardSeconds(11))
            .addElements(at("e", 112))
            .advanceWatermarkTo(Instant.ofEpochMilli(200_000))
            .advanceProcessingTime(Duration.standardSeconds(11))
            .advanceWatermarkToInfinity();
    HubEmbed.Result<KV<String, float[]>> result =
        pipeline
            .apply(texts)
            .apply(
                Window.<String>into(FixedWindows.of(Duration.standardSeconds(10)))
                    .withAllowedLateness(Duration.ZERO)
                    .discardingFiredPanes())
            .apply("before", ParDo.of(new Note("held before")))
            .apply(embed(fake, 100));
    PCollection<KV<String, Long>> counts =
        result
            .embeddings()
            .apply(Keys.create())
            .apply("after", ParDo.of(new Note("held after")))
            .apply(Count.perElement());
    PAssert.that(counts)
        .inOnTimePane(window(0, 10))
        .containsInAnyOrder(List.of(KV.of("b", 1L), KV.of("d", 1L)));
    PAssert.that(counts).inOnTimePane(window(10, 20)).containsInAnyOrder(List.of(KV.of("c", 1L)));
    PAssert.that(counts).inOnTimePane(window(20, 30)).containsInAnyOrder(List.of(KV.of("a", 1L)));
    PAssert.that(counts).inOnTimePane(window(110, 120)).containsInAnyOrder(List.of(KV.of("e", 1L)));
    PAssert.that(result.failures())
        .inWindow(window(0, 10))
        .satisfies(
            all -> {
              assertThat(all).extracting(Failure::id).containsExactly("poison");
              return null;
            });
    pipeline.run();
    List<String> before = new ArrayList<>(PLACES.get("held before"));
    before.removeIf(p -> p.startsWith("poison"));
    assertThat(before).hasSize(5);
    assertThat(PLACES.get("held after")).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void aBatchThatIsNotFullLeavesWhenItsFirstElementHasWaited() {
    FakeLoader fake = new FakeLoader("patience", Behaviour.GOOD);
    TestStream<String> texts =
        stream()
            .addElements(at("a", 1))
            .advanceProcessingTime(Duration.standardSeconds(6))
            // Does not renew the wait, though it is earlier.
            .addElements(at("b", 0))
            .advanceProcessingTime(Duration.standardSeconds(5))
            .addElements(at("c", 2))
            .advanceProcessingTime(Duration.standardSeconds(11))
            .addElements(at("d", 3))
            .advanceWatermarkToInfinity();
    PCollection<String> embedded =
        pipeline.apply(texts).apply(embed(fake, 100)).embeddings().apply(Keys.create());
    PAssert.that(embedded).containsInAnyOrder("a", "b", "c", "d");
    pipeline.run();
    assertThat(fake.seen().calls).hasValue(3);
    assertThat(fake.seen().mostRows).hasValue(2);
  }

  @Test
  void elementsKeepThePanesOfAGroupByKeyAndTheLateOnesStay() {
    FakeLoader fake = new FakeLoader("waited panes", Behaviour.POISON);
    TestStream<String> texts =
        stream()
            .addElements(at("a", 1), at("b", 2))
            .addElements(at("c", 3), at("poison", 3))
            .addElements(at("d", 4), at("e", 5))
            .advanceWatermarkTo(Instant.ofEpochMilli(20_000))
            .addElements(at("late", 6), at("later", 7))
            .advanceProcessingTime(Duration.standardSeconds(11))
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
            .apply(embed(fake, 3));
    result.embeddings().apply(Keys.create()).apply("after", ParDo.of(new Note("panes after")));
    result
        .failures()
        .apply(MapElements.into(TypeDescriptors.strings()).via(Failure::id))
        .apply("failed", ParDo.of(new Note("panes failed")));
    pipeline.run();
    assertThat(PLACES.get("panes before")).hasSize(8);
    assertThat(PLACES.get("panes failed")).hasSize(1);
    List<String> after = new ArrayList<>(PLACES.get("panes after"));
    after.addAll(PLACES.get("panes failed"));
    assertThat(PLACES.get("panes before").stream().map(p -> p.substring(p.indexOf("PaneInfo"))))
        .contains("PaneInfo{isFirst=true, timing=EARLY, index=0}")
        .anyMatch(pane -> pane.contains("LATE"));
    assertThat(after).containsExactlyInAnyOrderElementsOf(PLACES.get("panes before"));
  }

  @Test
  void sessionsAreMergedBehindIt() {
    FakeLoader fake = new FakeLoader("sessions", Behaviour.GOOD);
    PCollection<KV<String, Long>> counts =
        pipeline
            .apply(Create.timestamped(at("a", 1), at("a", 3), at("a", 60), at("b", 2)))
            .apply(Window.into(Sessions.withGapDuration(Duration.standardSeconds(10))))
            .apply(embed(fake, 100))
            .embeddings()
            .apply(Keys.create())
            .apply(Count.perElement());
    PAssert.that(counts)
        .containsInAnyOrder(List.of(KV.of("a", 2L), KV.of("a", 1L), KV.of("b", 1L)));
    pipeline.run();
    assertThat(fake.seen().calls).hasValue(1);
  }

  @Test
  void nobodyIsLateAtTheEndOfTheInput() {
    FakeLoader fake = new FakeLoader("end", Behaviour.GOOD);
    PCollection<KV<String, Long>> counts =
        pipeline
            .apply(Create.timestamped(at("a", 1), at("a", 3), at("a", 60), at("b", 2)))
            .apply(Window.into(FixedWindows.of(Duration.standardSeconds(10))))
            .apply(embed(fake, 100))
            .embeddings()
            .apply(Keys.create())
            .apply(Count.perElement());
    PAssert.that(counts)
        .containsInAnyOrder(List.of(KV.of("a", 2L), KV.of("a", 1L), KV.of("b", 1L)));
    pipeline.run();
    assertThat(fake.seen().calls).hasValue(1);
  }

  @Test
  void aBoundedCollectionEndsAtOnce() {
    FakeLoader fake = new FakeLoader("bounded", Behaviour.GOOD);
    List<String> texts = IntStream.range(0, 100).mapToObj(i -> "text " + i).toList();
    PCollection<String> embedded =
        pipeline
            .apply(Create.of(texts))
            .apply(
                HubEmbed.texts(fake.spec()).withLoader(fake).withMaxWait(Duration.standardHours(1)))
            .embeddings()
            .apply(Keys.create());
    PAssert.that(embedded).containsInAnyOrder(texts);
    long start = System.nanoTime();
    pipeline.run();
    assertThat(java.time.Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(java.time.Duration.ofMinutes(5));
  }

  @Test
  void bytesEndABatchToo() {
    FakeLoader fake = new FakeLoader("bytes", Behaviour.GOOD);
    TestStream<String> texts =
        stream()
            .addElements(at("12345678", 1))
            .addElements(at("12345678", 2))
            .addElements(at("12345678", 3))
            .advanceWatermarkToInfinity();
    PCollection<String> embedded =
        pipeline
            .apply(texts)
            .apply(
                HubEmbed.texts(fake.spec().withLimits(Limits.DEFAULT.withBytes(45)))
                    .withLoader(fake)
                    .withMaxWait(TEN_SECONDS))
            .embeddings()
            .apply(Keys.create());
    PAssert.that(embedded).containsInAnyOrder("12345678", "12345678", "12345678");
    pipeline.run();
    assertThat(fake.seen().mostRows.get()).isLessThan(3);
  }

  @Test
  void aWaitOfNoTimeAndShardsOfNoNumberAreRefused() {
    assertThatThrownBy(() -> MaxWait.of(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
    assertThatThrownBy(() -> TEN_SECONDS.withShards(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0");
  }
}
