// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.FakeLoader.Behaviour;
import org.hubbeam.vectors.Norm;
import org.hubbeam.vectors.NumpyVectors;
import org.hubbeam.vectors.Pooling;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.Projection;
import org.hubbeam.vectors.ProjectionMatrix;
import org.hubbeam.vectors.Storage;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;

/** Steps after the module in pipelines: on batches, and as part of HubEmbed. */
class PostProcessVectorsTest {
  private static final PostProcessing PCA = PostProcessing.NONE.withProjection(Projection.pca(3));

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  private static Batch batch(String source, Array vectors) {
    long[] records = new long[vectors.rows()];
    Arrays.setAll(records, i -> i);
    return new Batch(records.length, Map.of("v", vectors), new Batch.Origin(source, records));
  }

  private static float[] floats(Array array) {
    return ((Values.Numbers) array.values()).toFloats();
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i])
          .as("at %d", i)
          .isCloseTo(expected[i], within(2e-5f * Math.max(1, Math.abs(expected[i]))));
    }
  }

  private PCollection<Batch> batches(Batch... batches) {
    return pipeline.apply(Create.of(List.of(batches)).withCoder(new PlainBatchCoder()));
  }

  /** The 60 points of the fixture in several batches, with NaN and infinities among them. */
  private static Batch[] cloud() {
    Array.Dense cloud = NumpyVectors.dense("/pca/values", 6);
    float[] odd = floats(cloud.slice(5, 8));
    odd[3] = Float.NaN;
    odd[7] = Float.NEGATIVE_INFINITY;
    odd[12] = Float.NaN;
    return new Batch[] {
      batch("0", cloud.slice(0, 7)),
      batch("7", cloud.slice(7, 8)),
      batch("odd", new Array.Dense(List.of(3L, 6L), Values.of(odd))),
      batch("none", cloud.slice(0, 0)),
      batch("8", cloud.slice(8, 60))
    };
  }

  private static void assertProjected(Iterable<Batch> batches) {
    float[] expected = NumpyVectors.floats("/pca/projected");
    int rows = 0;
    for (Batch batch : batches) {
      float[] found = floats(batch.column("v"));
      if (batch.origin().source().equals("odd")) {
        assertThat(Arrays.copyOfRange(found, 0, 3)).containsOnly(Float.NaN);
        continue;
      }
      int from = 3 * Integer.parseInt(batch.origin().source());
      assertClose(found, Arrays.copyOfRange(expected, from, from + found.length));
      rows += batch.rows();
    }
    assertThat(rows).isEqualTo(60);
  }

  @Test
  void principalComponentsAreThoseOfAllVectorsAndCanBeKept() {
    PostProcessVectors.Result result = batches(cloud()).apply(PostProcessVectors.of(PCA, "v"));
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              assertProjected(all);
              return null;
            });
    PAssert.that(result.failures()).empty();
    PAssert.thatSingleton(result.projection().orElseThrow())
        .satisfies(
            saved -> {
              ProjectionMatrix matrix = ProjectionMatrix.of(saved);
              assertClose(floats(saved.column("mean")), NumpyVectors.floats("/pca/mean"));
              assertClose(floats(saved.column("weights")), NumpyVectors.floats("/pca/components"));
              assertThat(matrix.inputs()).isEqualTo(6);
              return null;
            });
    pipeline.run();
  }

  @Test
  void componentsOfWindowedBatchesAreThoseOfAllWindows() {
    List<TimestampedValue<Batch>> timed = new ArrayList<>();
    for (Batch batch : cloud()) {
      timed.add(TimestampedValue.of(batch, Instant.ofEpochMilli(1000L * timed.size())));
    }
    PostProcessVectors.Result result =
        pipeline
            .apply(Create.timestamped(timed).withCoder(new PlainBatchCoder()))
            .apply(Window.into(FixedWindows.of(Duration.millis(1000))))
            .apply(PostProcessVectors.of(PCA, "v"));
    PAssert.that(result.batches())
        .inWindow(new IntervalWindow(Instant.ofEpochMilli(1000), Instant.ofEpochMilli(2000)))
        .satisfies(
            all -> {
              float[] expected = NumpyVectors.floats("/pca/projected");
              assertThat(all)
                  .allSatisfy(
                      b -> assertClose(floats(b.column("v")), Arrays.copyOfRange(expected, 21, 24)))
                  .hasSize(1);
              return null;
            });
    pipeline.run();
  }

  @Test
  void rowsThatCannotBePooledOrStoredAreNamed() {
    Array.Ragged lists =
        new Array.Ragged(
            Values.of(1, 2, 3, 4, Float.NaN, 1, 5, 6),
            List.of(new int[] {0, 2, 3, 4}),
            List.of(2L));
    Array.Ragged mask = Array.Ragged.of(Values.of(1L, 1L, 1L, 1L, 1L), new int[] {0, 2, 3, 5});
    Batch batch =
        batch("a.txt", lists)
            .with("m", mask)
            .with("key", Array.Dense.vector(Values.of("x", "y", "z")));
    PostProcessing steps =
        PostProcessing.NONE
            .withPooling(Pooling.of(Pooling.Kind.MAX).withMask("m"))
            .withStorage(Storage.INT8);
    PCollection<Batch> input = batches(batch);
    PostProcessVectors.Result byOrigin = input.apply("origin", PostProcessVectors.of(steps, "v"));
    PostProcessVectors.Result byKey =
        input.apply("key", PostProcessVectors.of(steps, "v").withIdColumn("key"));
    PAssert.thatSingleton(byOrigin.batches())
        .satisfies(
            good -> {
              assertThat(((Values.Numbers) good.column("v").values()).bytes())
                  .containsExactly(95, 127);
              assertThat(good.column("key")).isEqualTo(Array.Dense.vector(Values.of("x")));
              assertThat(good.columns().keySet())
                  .containsExactlyInAnyOrder("v", "m", "key", "v_scale");
              return null;
            });
    PAssert.that(byOrigin.failures())
        .containsInAnyOrder(
            Failure.reading("a.txt@1", "v", "a vector with NaN or an infinity has no int8"),
            Failure.reading(
                "a.txt@2", "v", "the mask 'm' has 2 values, expected 1, one for each position"));
    PAssert.that(byKey.failures())
        .satisfies(
            all -> {
              assertThat(all).extracting(Failure::id).containsExactlyInAnyOrder("y", "z");
              return null;
            });
    pipeline.run();
  }

  @Test
  void componentsOfPooledSequencesAndTheStepsBehind() {
    Array.Dense cloud = NumpyVectors.dense("/pca/values", 1, 6);
    PostProcessing steps =
        PCA.withPooling(Pooling.of(Pooling.Kind.FIRST))
            .withNorm(Norm.L2)
            .withStorage(Storage.FLOAT16);
    PostProcessVectors.Result result =
        batches(batch("0", cloud)).apply(PostProcessVectors.of(steps, "v"));
    PAssert.thatSingleton(result.batches())
        .satisfies(
            all -> {
              assertThat(all.column("v").spec("v").toString()).isEqualTo("v: float16 [60, 3]");
              Values.Numbers halves = (Values.Numbers) all.column("v").values();
              float[] expected = NumpyVectors.floats("/pca/projected");
              for (int row = 0; row < 60; row++) {
                double length = 0;
                for (int i = 0; i < 3; i++) {
                  length += (double) expected[3 * row + i] * expected[3 * row + i];
                }
                for (int i = 0; i < 3; i++) {
                  assertThat(halves.getDouble(3 * row + i))
                      .isCloseTo(expected[3 * row + i] / Math.sqrt(length), within(1e-3));
                }
              }
              return null;
            });
    pipeline.run();
  }

  @Test
  void whatCannotBeFittedStopsTheJob() {
    batches(batch("nan", new Array.Dense(List.of(1L, 3L), Values.of(Float.NaN, 1, 2))))
        .apply(PostProcessVectors.of(PCA, "v"));
    assertThatThrownBy(pipeline::run)
        .isInstanceOf(PipelineExecutionException.class)
        .hasMessageContaining("pca projection 3 was fitted to nothing");
  }

  @Test
  void vectorsOfSeveralLengthsHaveNoComponents() {
    Array.Dense cloud = NumpyVectors.dense("/pca/values", 6);
    batches(batch("a", cloud), batch("b", NumpyVectors.dense("/pca/values", 5)))
        .apply(PostProcessVectors.of(PCA, "v"));
    assertThatThrownBy(pipeline::run).hasMessageContaining("6").hasMessageContaining("5");
  }

  @Test
  void unboundedCollectionsHaveNoComponents() {
    PCollection<Batch> unbounded =
        batches(cloud()).setIsBoundedInternal(PCollection.IsBounded.UNBOUNDED);
    assertThatThrownBy(() -> unbounded.apply(PostProcessVectors.of(PCA, "v")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unbounded");
  }

  private static Map<String, float[]> map(Iterable<KV<String, float[]>> all) {
    Map<String, float[]> map = new HashMap<>();
    all.forEach(kv -> map.put(kv.getKey(), kv.getValue()));
    return map;
  }

  @Test
  void textsHaveNormalisedVectors() {
    FakeLoader fake = new FakeLoader("normal", Behaviour.POISON);
    HubEmbed.Result<KV<String, float[]>> result =
        pipeline
            .apply(Create.of("four", "poison", ""))
            .apply(
                HubEmbed.texts(fake.spec())
                    .withPostProcessing(PostProcessing.NONE.withNorm(Norm.L2))
                    .withLoader(fake));
    PAssert.that(result.embeddings())
        .satisfies(
            all -> {
              Map<String, float[]> vectors = map(all);
              double length = Math.hypot(4, 'f');
              assertThat(vectors.get("four"))
                  .containsExactly((float) (4 / length), (float) ('f' / length));
              assertThat(vectors.get("")).containsExactly(0, 0);
              return null;
            });
    PAssert.that(result.failures())
        .satisfies(
            all -> {
              assertThat(all).extracting(Failure::id).containsExactly("poison");
              return null;
            });
    pipeline.run();
  }

  /** The lengths 1, 2, 3, 6 of texts of one letter vary in one direction only. */
  private static final List<String> TEXTS = List.of("z", "zz", "zzz", "zzzzzz");

  private static final PostProcessing ONE = PostProcessing.NONE.withProjection(Projection.pca(1));

  @Test
  void textsAreProjectedOnTheirComponents() {
    FakeLoader fake = new FakeLoader("pca", Behaviour.POISON);
    HubEmbed.Result<KV<String, float[]>> result =
        pipeline
            .apply(
                Create.timestamped(
                        TEXTS.stream()
                            .map(t -> TimestampedValue.of(t, Instant.ofEpochMilli(t.length())))
                            .toList())
                    .withCoder(StringUtf8Coder.of()))
            .apply(Window.into(FixedWindows.of(Duration.millis(2))))
            .apply(HubEmbed.texts(fake.spec()).withPostProcessing(ONE).withLoader(fake));
    PAssert.that(result.embeddings())
        .inWindow(new IntervalWindow(Instant.ofEpochMilli(6), Instant.ofEpochMilli(8)))
        .satisfies(
            all -> {
              assertThat(map(all).get("zzzzzz")).containsExactly(3);
              return null;
            });
    PAssert.that(result.embeddings())
        .inWindow(new IntervalWindow(Instant.ofEpochMilli(0), Instant.ofEpochMilli(2)))
        .satisfies(
            all -> {
              assertThat(map(all).get("z")).containsExactly(-2);
              return null;
            });
    PAssert.thatSingleton(result.projection().orElseThrow())
        .satisfies(
            saved -> {
              assertThat(floats(saved.column("mean"))).containsExactly(3, 'z');
              return null;
            });
    pipeline.run();
  }

  @Test
  void rowsAndExamplesAreProjectedToo() {
    FakeLoader fake = new FakeLoader("pca rows", Behaviour.GOOD);
    Schema schema = Schema.builder().addStringField("text").addInt64Field("id").build();
    List<Row> rows = new ArrayList<>();
    List<Example> examples = new ArrayList<>();
    for (String text : TEXTS) {
      rows.add(Row.withSchema(schema).addValues(text, 5L).build());
      BytesList value =
          BytesList.newBuilder()
              .addValue(com.google.protobuf.ByteString.copyFromUtf8(text))
              .build();
      examples.add(
          Example.newBuilder()
              .setFeatures(
                  Features.newBuilder()
                      .putFeature("text", Feature.newBuilder().setBytesList(value).build()))
              .build());
    }
    PCollection<Row> embedded =
        pipeline
            .apply("rows", Create.of(rows).withRowSchema(schema))
            .apply(
                "embed rows",
                HubEmbed.rows(fake.spec(), "text").withPostProcessing(ONE).withLoader(fake))
            .embeddings();
    PAssert.that(embedded)
        .satisfies(
            all -> {
              assertThat(all)
                  .extracting(Row::getValues)
                  .contains(List.of("z", 5L, List.of(-2f)), List.of("zzzzzz", 5L, List.of(3f)));
              return null;
            });
    PCollection<Example> written =
        pipeline
            .apply("examples", Create.of(examples).withCoder(SerializableCoder.of(Example.class)))
            .apply(
                "embed examples",
                HubEmbed.examples(fake.spec(), "text").withPostProcessing(ONE).withLoader(fake))
            .embeddings();
    PAssert.that(written)
        .satisfies(
            all -> {
              List<Float> values = new ArrayList<>();
              all.forEach(
                  e ->
                      values.addAll(
                          e.getFeatures()
                              .getFeatureMap()
                              .get("embedding")
                              .getFloatList()
                              .getValueList()));
              assertThat(values).containsExactlyInAnyOrder(-2f, -1f, 0f, 3f);
              return null;
            });
    pipeline.run();
  }

  @Test
  void stepsThatDoNotFitAreRefusedWhenThePipelineIsBuilt() {
    FakeLoader fake = new FakeLoader("misfit", Behaviour.GOOD);
    PCollection<String> texts = pipeline.apply(Create.of("a"));
    HubEmbed<String, KV<String, float[]>> embed = HubEmbed.texts(fake.spec()).withLoader(fake);
    assertThatThrownBy(
            () -> embed.withPostProcessing(PostProcessing.NONE.withStorage(Storage.INT8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not int8")
        .hasMessageContaining("PostProcessVectors");
    refused(() -> texts.apply(embed.withPostProcessing(PCA)), "at least 3 numbers, found 2");
    PostProcessing mean = PostProcessing.NONE.withPooling(Pooling.of(Pooling.Kind.MEAN));
    refused(() -> texts.apply(embed.withPostProcessing(mean)), "found embedding: float32 [?, 2]");
    PostProcessing masked = mean.withPooling(mean.pooling().withMask("input_mask"));
    refused(
        () -> texts.apply(embed.withPostProcessing(masked)),
        "no column 'input_mask' for a mask; there are [text]");
    refused(() -> embed.withPostProcessing(ONE).fn(texts), "needs a fitted projection");
  }

  @Test
  void whatTheCallGivesIsLookedAtWhenThePipelineIsBuilt() {
    FakeLoader fake = new FakeLoader("after", Behaviour.GOOD);
    PCollection<Batch> batches = batches(cloud());
    refused(
        () ->
            batches.apply(PostProcessVectors.of(PCA, "vector").after(fake.spec()).withLoader(fake)),
        "at least 3 numbers, found 2");
    refused(
        () ->
            batches.apply(
                PostProcessVectors.of(ONE, "embedding").after(fake.spec()).withLoader(fake)),
        "no column 'embedding'; it gives [vector: float32 [?, 2]]");
    batches.apply(
        PostProcessVectors.of(ONE, "embedding")
            .after(fake.spec().withOutput("vector", "embedding"))
            .withLoader(fake));
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable use, String message) {
    assertThatThrownBy(use)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
