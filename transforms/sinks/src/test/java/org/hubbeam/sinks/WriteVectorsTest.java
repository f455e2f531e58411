// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.TimestampedValue;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** What every store may rely on, shown with a store in memory. */
class WriteVectorsTest {

  private static final List<Long> WAITS = new CopyOnWriteArrayList<>();

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  private final StubSink sink = new StubSink(UUID.randomUUID().toString());

  static Batch batch(String source, String... ids) {
    float[] vectors = new float[2 * ids.length];
    for (int i = 0; i < ids.length; i++) {
      vectors[2 * i] = ids[i].length();
    }
    return batch(source, ids, new Array.Dense(List.of((long) ids.length, 2L), Values.of(vectors)));
  }

  private static Batch batch(String source, String[] ids, Array vectors) {
    long[] records = new long[ids.length];
    Arrays.setAll(records, i -> 10L * i);
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("id", Array.Dense.vector(Values.of(ids)));
    columns.put("embedding", vectors);
    return new Batch(ids.length, columns, new Batch.Origin(source, records));
  }

  private WriteVectors.Result write(VectorSink to, Batch... batches) {
    return pipeline.apply(Create.of(List.of(batches)).withCoder(BatchCoder.of())).apply(write(to));
  }

  private static WriteVectors write(VectorSink to) {
    return WriteVectors.to(to).withPause(millis -> WAITS.add(millis));
  }

  private static String[] ids(int count) {
    String[] ids = new String[count];
    Arrays.setAll(ids, i -> String.format("row%05d", i));
    return ids;
  }

  @Test
  void rowsAreWrittenByTheirIdsAndTheStoreIsFinishedOnce() {
    WriteVectors.Result result =
        write(sink, batch("a", "one", "two"), batch("b", "three"), batch("c"));
    PAssert.that(result.failures()).empty();
    PAssert.that(result.written())
        .satisfies(
            written -> {
              assertThat(written).extracting(WriteVectors.Written::rows).containsExactly(3L);
              return null;
            });
    pipeline.run().waitUntilFinish();
    assertThat(sink.content().rows.keySet()).containsExactly("one", "three", "two");
    assertThat(sink.content().rows.get("two")).containsExactly(3, 0);
    assertThat(sink.content().finished).hasValue(1);
    assertThat(sink.content().closed).hasValue(sink.content().opened.get());
  }

  @Test
  void nothingIsFinishedWhereThereWasNothing() {
    WriteVectors.Result result = write(sink, batch("a"));
    PAssert.that(result.written()).empty();
    pipeline.run().waitUntilFinish();
    assertThat(sink.content().opened).hasValue(0);
    assertThat(sink.content().finished).hasValue(0);
  }

  @Test
  void largeBatchesAreWrittenInParts() {
    StubSink small = new StubSink(sink.name(), WriteLimits.DEFAULT.withRows(300), 0, 0);
    write(small, batch("a", ids(1000)));
    pipeline.run().waitUntilFinish();
    assertThat(small.content().rows).hasSize(1000);
    assertThat(small.content().writes).containsExactly(300, 300, 300, 100);
  }

  @Test
  void aRowLargerThanTheLimitIsWrittenAlone() {
    StubSink tiny = new StubSink(sink.name(), WriteLimits.DEFAULT.withBytes(1), 0, 0);
    write(tiny, batch("a", ids(3)));
    pipeline.run().waitUntilFinish();
    assertThat(tiny.content().writes).containsExactly(1, 1, 1);
  }

  @Test
  void refusedRowsAreFoundByHalvesAndAreFailuresWithTheirOrigin() {
    String[] ids = ids(1000);
    ids[17] = "bad17";
    ids[900] = "bad900";
    ids[3] = "no3";
    WriteVectors.Result result = write(sink, batch("a.tfrecord", ids));
    PAssert.that(result.failures())
        .containsInAnyOrder(
            Failure.reading("a.tfrecord@30", "", "never"),
            Failure.reading("a.tfrecord@170", "", "a row is bad"),
            Failure.reading("a.tfrecord@9000", "", "a row is bad"));
    PipelineResult run = pipeline.run();
    run.waitUntilFinish();
    assertThat(sink.content().rows).hasSize(997);
    assertThat(sink.content().writes).hasSizeLessThan(45);
    assertThat(counter(run, WriteMetrics.FAILURES)).isEqualTo(3);
    assertThat(counter(run, WriteMetrics.ROWS)).isEqualTo(997);
    assertThat(counter(run, WriteMetrics.BISECTIONS)).isBetween(10L, 22L);
  }

  @Test
  void rowsThatAreNotWritableAreFailuresOfTheirColumn() {
    float[] numbers = {1, 2, 3, 4, 5, 6, 7};
    Array lists = Array.Ragged.of(Values.of(numbers), new int[] {0, 2, 4, 7, 7});
    WriteVectors.Result result = write(sink, batch("f", new String[] {"a", "", "b", "c"}, lists));
    PAssert.that(result.failures())
        .containsInAnyOrder(
            Failure.reading("f@10", "id", "the id is empty"),
            Failure.reading("f@20", "embedding", "the vector has 3 numbers, expected 2"),
            Failure.reading("f@30", "embedding", "there is no vector"));
    pipeline.run().waitUntilFinish();
    assertThat(sink.content().rows.keySet()).containsExactly("a");
  }

  @Test
  void numbersThatAreNoFloatsAreFailures() {
    ByteBuffer doubles = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    doubles.putDouble(1).putDouble(1e300).putDouble(0.5).putDouble(-2);
    Array wide =
        new Array.Dense(List.of(2L, 2L), new Values.Numbers(DType.FLOAT64, doubles.array()));
    WriteVectors.Result result = write(sink, batch("f", new String[] {"a", "b"}, wide));
    PAssert.that(result.failures())
        .containsInAnyOrder(
            Failure.reading("f@0", "embedding", "the number 1.0E300 is too large for float32"));
    pipeline.run().waitUntilFinish();
    assertThat(sink.content().rows.get("b")).containsExactly(0.5f, -2);
  }

  @Test
  void int8VectorsAreWrittenInTheirScale() {
    Array codes =
        new Array.Dense(
            List.of(2L, 2L), new Values.Numbers(DType.INT8, new byte[] {1, -2, 127, 0}));
    Batch batch = batch("f", new String[] {"a", "b"}, codes);
    write(sink, batch.with("embedding_scale", Array.Dense.vector(Values.of(0.5f, 2f))));
    pipeline.run().waitUntilFinish();
    assertThat(sink.content().rows.get("a")).containsExactly(0.5f, -1);
    assertThat(sink.content().rows.get("b")).containsExactly(254, 0);
  }

  @Test
  void aBusyStoreIsTriedAgainAndTheWaitIsCounted() {
    StubSink busy = new StubSink(sink.name(), WriteLimits.DEFAULT, 2, 3);
    WAITS.clear();
    write(busy, batch("a", "slow1", "two", "slow2"));
    PipelineResult run = pipeline.run();
    run.waitUntilFinish();
    assertThat(busy.content().rows.keySet()).containsExactly("slow1", "slow2", "two");
    assertThat(WAITS).hasSize(6).filteredOn(wait -> wait >= 7000).hasSize(3);
    long waited = WAITS.stream().mapToLong(Long::longValue).sum();
    assertThat(counter(run, WriteMetrics.THROTTLED)).isEqualTo(6);
    assertThat(counter(run, WriteMetrics.THROTTLED_MS)).isEqualTo(waited);
    assertThat(count(run, Metrics.THROTTLE_TIME_NAMESPACE, Metrics.THROTTLE_TIME_COUNTER_NAME))
        .isEqualTo(waited);
  }

  @Test
  void aStoreThatStaysBusyEndsTheJobWithItsReason() {
    StubSink gone = new StubSink(sink.name(), WriteLimits.DEFAULT, Integer.MAX_VALUE, 0);
    pipeline
        .apply(Create.of(batch("a", "one")).withCoder(BatchCoder.of()))
        .apply(write(gone).withRetries(RetryPolicy.DEFAULT.withTotal(Duration.ofSeconds(2))));
    assertThatThrownBy(() -> pipeline.run().waitUntilFinish())
        .hasMessageContaining("gave up on stub")
        .hasMessageContaining("tries: not up yet");
    assertThat(gone.content().opened.get()).isBetween(4, 7);
  }

  @Test
  void waitsGrowToTheLongestLessARandomPart() {
    RetryPolicy policy = RetryPolicy.DEFAULT;
    assertThat(policy.afterTry(1, 0)).hasMillis(200);
    assertThat(policy.afterTry(2, 0)).hasMillis(400);
    assertThat(policy.afterTry(2, 1)).hasMillis(200);
    assertThat(policy.afterTry(50, 0)).hasSeconds(30);
  }

  @Test
  void failuresAndRowsStayInTheirWindows() {
    List<TimestampedValue<Batch>> timed = new ArrayList<>();
    timed.add(TimestampedValue.of(batch("a", "one", "no1"), Instant.ofEpochMilli(0)));
    timed.add(TimestampedValue.of(batch("b", "no2", "two"), Instant.ofEpochMilli(60_000)));
    WriteVectors.Result result =
        pipeline
            .apply(Create.timestamped(timed).withCoder(BatchCoder.of()))
            .apply(Window.into(FixedWindows.of(org.joda.time.Duration.standardMinutes(1))))
            .apply(write(sink));
    PAssert.that(result.failures())
        .inWindow(
            new IntervalWindow(
                Instant.ofEpochMilli(60_000), org.joda.time.Duration.standardMinutes(1)))
        .containsInAnyOrder(Failure.reading("b@0", "", "never"));
    pipeline.run().waitUntilFinish();
    assertThat(sink.content().rows.keySet()).containsExactly("one", "two");
  }

  @Test
  void aMissingColumnIsToldWithThoseThatThereAre() {
    pipeline
        .apply(Create.of(batch("a", "one")).withCoder(BatchCoder.of()))
        .apply(write(sink).withId("key"));
    assertThatThrownBy(() -> pipeline.run().waitUntilFinish())
        .hasMessageContaining("there is no column 'key'; there are [id, embedding]");
  }

  private static long count(PipelineResult run, String namespace, String name) {
    return run.metrics()
        .queryMetrics(
            MetricsFilter.builder().addNameFilter(MetricNameFilter.named(namespace, name)).build())
        .getCounters()
        .iterator()
        .next()
        .getCommitted();
  }

  private long counter(PipelineResult run, String name) {
    return count(run, WriteMetrics.namespace(sink), name);
  }
}
