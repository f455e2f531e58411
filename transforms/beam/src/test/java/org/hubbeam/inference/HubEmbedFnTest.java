// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.OutputBuilder;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValues;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.FakeLoader.Behaviour;
import org.hubbeam.vectors.PostProcessing;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class HubEmbedFnTest {

  /** One bundle, without an engine. */
  private static final class Bundle implements DoFn.MultiOutputReceiver {
    final HubEmbedFn<String, KV<String, float[]>> fn;
    final List<Failure> failures = new ArrayList<>();
    long embedded;
    long embeddedBeforeTheEnd;

    Bundle(HubEmbedFn<String, KV<String, float[]>> fn) {
      this.fn = fn;
      fn.setup();
      fn.startBundle();
    }

    @Override
    public <T> DoFn.OutputReceiver<T> get(TupleTag<T> tag) {
      return new DoFn.OutputReceiver<>() {
        @Override
        public OutputBuilder<T> builder(T value) {
          return WindowedValues.<T>builder()
              .setValue(value)
              .setReceiver(v -> take(tag, v.getValue()));
        }
      };
    }

    void take(TupleTag<?> tag, Object value) {
      if (tag.getId().equals(fn.embeddings().getId())) {
        embedded++;
      } else {
        failures.add((Failure) ((KV<?, ?>) value).getKey());
      }
    }

    @Override
    public <T> DoFn.OutputReceiver<Row> getRowReceiver(TupleTag<T> tag) {
      throw new UnsupportedOperationException();
    }

    void add(String text) {
      fn.process(
          text, BoundedWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE, PaneInfo.NO_FIRING, this);
    }

    void finish() {
      embeddedBeforeTheEnd = embedded;
      fn.finishBundle(new End(fn, this));
      fn.teardown();
    }
  }

  /** Takes what leaves at the end of a bundle. */
  private static final class End
      extends DoFn<String, KV<KV<String, float[]>, PaneInfo>>.FinishBundleContext {
    private final Bundle bundle;

    End(HubEmbedFn<String, KV<String, float[]>> fn, Bundle bundle) {
      fn.super();
      this.bundle = bundle;
    }

    @Override
    public PipelineOptions getPipelineOptions() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void output(
        KV<KV<String, float[]>, PaneInfo> output, Instant timestamp, BoundedWindow window) {
      bundle.embedded++;
    }

    @Override
    public <T> void output(TupleTag<T> tag, T output, Instant timestamp, BoundedWindow window) {
      bundle.take(tag, output);
    }
  }

  private static Bundle bundle(FakeLoader fake, Limits limits) {
    ModuleSpec spec = fake.spec().withOutput("vector").withLimits(limits).withInput("text");
    return new Bundle(
        new HubEmbedFn<>(spec, fake, Kinds.textElements("text"), null, PostProcessing.NONE));
  }

  @Test
  void aBundleOfAMillionRowsNeedsTheMemoryOfOneBatch() {
    FakeLoader fake = new FakeLoader("million", Behaviour.GOOD);
    Bundle bundle = bundle(fake, Limits.DEFAULT);
    // 4 GB of text in all, more than the heap of the tests.
    for (int i = 0; i < 1_000_000; i++) {
      bundle.add("t".repeat(4000));
    }
    bundle.finish();
    assertThat(bundle.embedded).isEqualTo(1_000_000);
    assertThat(bundle.embeddedBeforeTheEnd).isGreaterThan(998_000);
    assertThat(fake.seen().mostRows.get()).isEqualTo(1024);
  }

  /** Beam subtracts the skew from timestamps; when that overflows, it throws for each element. */
  @Test
  void theAllowedSkewIsAllOfTimeAndNoMore() {
    FakeLoader fake = new FakeLoader("skew", Behaviour.GOOD);
    HubEmbedFn<String, KV<String, float[]>> fn = bundle(fake, Limits.DEFAULT).fn;
    assertThat(BoundedWindow.TIMESTAMP_MAX_VALUE.minus(fn.getAllowedTimestampSkew()))
        .isLessThanOrEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE);
    assertThat(BoundedWindow.TIMESTAMP_MIN_VALUE.minus(fn.getAllowedTimestampSkew()))
        .isLessThan(BoundedWindow.TIMESTAMP_MIN_VALUE);
  }

  @Test
  void nothingIsLoadedBeforeTheFirstBatchIsCalled() {
    FakeLoader fake = new FakeLoader("lazy", Behaviour.GOOD);
    Bundle bundle = bundle(fake, Limits.DEFAULT.withRows(2));
    bundle.add("a");
    assertThat(fake.seen().loads).hasValue(0);
    bundle.add("b");
    assertThat(fake.seen().loads).hasValue(1);
    bundle.finish();
    CallModulesFn batches =
        RunModule.of(new FakeLoader("lazy batches", Behaviour.GOOD).spec()).withLoader(fake).fn();
    batches.teardown();
    assertThat(fake.seen().loads).hasValue(1);
  }

  @Test
  void aPoisonElementInAnyPositionFailsAlone() {
    for (int position = 0; position < 19; position++) {
      FakeLoader fake = new FakeLoader("poison at " + position, Behaviour.POISON);
      Bundle bundle = bundle(fake, Limits.DEFAULT.withRows(8));
      for (int i = 0; i < 19; i++) {
        bundle.add(i == position ? "poison" : "text " + i);
      }
      bundle.finish();
      assertThat(bundle.embedded).isEqualTo(18);
      assertThat(bundle.failures)
          .containsExactly(
              new Failure(
                  "poison", "", fake.spec().handle(), "embed", "a text of the batch is poison"));
    }
  }

  @Test
  void anElementWithoutAnIdIsNamedAsItPrints() {
    FakeLoader fake = new FakeLoader("no id", Behaviour.POISON);
    ModuleSpec spec = fake.spec().withOutput("vector").withInput("text");
    Bundle bundle =
        new Bundle(
            new HubEmbedFn<>(
                spec,
                fake,
                new Kinds.WithIds<>(
                    Kinds.textElements("text"),
                    text -> {
                      throw new IllegalStateException("no id");
                    }),
                null,
                PostProcessing.NONE));
    bundle.add("poison");
    bundle.finish();
    assertThat(bundle.failures)
        .extracting(Failure::id)
        .containsExactly("poison (java.lang.IllegalStateException: no id)");
  }

  @Test
  void batchesKeepToRowsAndBytesAndAnOversizeElementGoesAlone() {
    Random random = new Random(5);
    for (int round = 0; round < 100; round++) {
      Limits limits =
          Limits.DEFAULT.withRows(1 + random.nextInt(10)).withBytes(1 + random.nextInt(200));
      RowBuffer<Integer> buffer = new RowBuffer<>(limits);
      int next = 0;
      for (int i = 0; i < 200; i++) {
        int size = random.nextInt(random.nextInt(10) == 0 ? 400 : 30);
        Map<String, Array.Dense> row = Map.of("text", Cells.convert("x".repeat(size)));
        if (!buffer.takes(row)) {
          next = check(buffer, limits, next);
        }
        buffer.add(i, row);
        if (buffer.isFull()) {
          next = check(buffer, limits, next);
        }
      }
    }
  }

  private static int check(RowBuffer<Integer> buffer, Limits limits, int first) {
    assertThat(buffer.elements().get(0)).isEqualTo(first);
    int rows = buffer.batch().rows();
    assertThat(rows).isEqualTo(buffer.elements().size()).isBetween(1, limits.rows());
    assertThat(rows == 1 || buffer.batch().byteSize() <= limits.bytes()).isTrue();
    buffer.clear();
    return first + rows;
  }

  @Test
  void rowsOfAnotherShapeStartAnotherBatch() {
    RowBuffer<Integer> buffer = new RowBuffer<>(Limits.DEFAULT);
    buffer.add(0, Map.of("ids", Cells.convert(new long[] {1, 2})));
    assertThat(buffer.takes(Map.of("ids", Cells.convert(new long[] {3, 4})))).isTrue();
    assertThat(buffer.takes(Map.of("ids", Cells.convert(new long[] {3})))).isFalse();
    assertThat(buffer.takes(Map.of("ids", Cells.convert(new int[] {3, 4})))).isFalse();
    assertThat(
            buffer.takes(Map.of("ids", Cells.convert(new long[] {3, 4}), "x", Cells.convert(1L))))
        .isFalse();
  }

  @Test
  void cellsAreStackedInTheirShape() {
    Array.Dense column =
        Cells.stack(
            List.of(
                Cells.convert(List.of(new float[] {1, 2}, new float[] {3, 4})),
                Cells.convert(new float[][] {{5, 6}, {7, 8}})));
    assertThat(column)
        .isEqualTo(new Array.Dense(List.of(2L, 2L, 2L), Values.of(1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f)));
    assertThat(Cells.stack(List.of(Cells.convert("a"), Cells.convert("é"))))
        .isEqualTo(Array.Dense.vector(Values.of("a", "é")));
  }

  @Test
  void vectorsTravelBitByBit() throws Exception {
    for (float[] vector :
        List.of(
            new float[0],
            new float[] {0f, -0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, 1f / 3},
            new float[300])) {
      CoderProperties.coderDecodeEncodeEqual(VectorCoder.of(), vector);
      byte[] bytes =
          org.apache.beam.sdk.util.CoderUtils.encodeToByteArray(VectorCoder.of(), vector);
      assertThat(org.apache.beam.sdk.util.CoderUtils.decodeFromByteArray(VectorCoder.of(), bytes))
          .isEqualTo(vector);
      assertThat(bytes.length).isEqualTo((vector.length < 128 ? 1 : 2) + 4 * vector.length);
    }
    CoderProperties.coderSerializable(VectorCoder.of());
    CoderProperties.coderDeterministic(VectorCoder.of(), new float[] {1, 2}, new float[] {1, 2});
  }
}
