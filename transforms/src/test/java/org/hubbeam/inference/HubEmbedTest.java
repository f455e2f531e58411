package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.FakeLoader.Behaviour;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;

class HubEmbedTest {
  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  private static <K> Map<K, float[]> map(Iterable<KV<K, float[]>> all) {
    Map<K, float[]> map = new java.util.HashMap<>();
    for (KV<K, float[]> kv : all) {
      assertThat(map.put(kv.getKey(), kv.getValue())).isNull();
    }
    return map;
  }

  @Test
  void textsLeaveWithTheirVectors() {
    FakeLoader fake = new FakeLoader("texts", Behaviour.POISON);
    List<PCollection<Failure>> failures = new ArrayList<>();
    PCollection<KV<String, float[]>> vectors =
        pipeline
            .apply(Create.of("one", "poison", "", "schön"))
            .apply(HubEmbed.texts(fake.spec()).withLoader(fake))
            .failuresTo(failures);
    PAssert.that(vectors)
        .satisfies(
            all -> {
              Map<String, float[]> map = map(all);
              assertThat(map).containsOnlyKeys("one", "", "schön");
              assertThat(map.get("schön")).containsExactly(6, 's');
              return null;
            });
    PAssert.that(failures.get(0))
        .containsInAnyOrder(
            new Failure("poison", "", "fake:texts", "embed", "a text of the batch is poison"));
    pipeline.run();
  }

  @Test
  void keysGoWithTheVectorsAndNameFailures() {
    FakeLoader fake = new FakeLoader("keyed", Behaviour.POISON);
    HubEmbed.Result<KV<Long, float[]>> result =
        pipeline
            .apply(
                Create.of(KV.of(7L, "one"), KV.of(8L, "poison"))
                    .withCoder(KvCoder.of(VarLongCoder.of(), StringUtf8Coder.of())))
            .apply(HubEmbed.<Long>keyedTexts(fake.spec()).withLoader(fake));
    PAssert.that(result.embeddings())
        .satisfies(
            all -> {
              assertThat(map(all)).containsOnlyKeys(7L);
              return null;
            });
    PAssert.that(result.failures())
        .satisfies(
            all -> {
              assertThat(all).extracting(Failure::id).containsExactly("8");
              return null;
            });
    pipeline.run();
  }

  @Test
  void rowsKeepTheirFields() {
    FakeLoader fake = new FakeLoader("rows", Behaviour.GOOD);
    Schema schema =
        Schema.builder()
            .addInt64Field("id")
            .addNullableField("title", Schema.FieldType.STRING)
            .build();
    Row good = Row.withSchema(schema).addValues(1L, "four").build();
    Row missing = Row.withSchema(schema).addValues(2L, null).build();
    HubEmbed.Result<Row> result =
        pipeline
            .apply(Create.of(good, missing).withRowSchema(schema))
            .apply(
                HubEmbed.rows(fake.spec(), "title")
                    .withIds(row -> "row " + row.getInt64("id"))
                    .withLoader(fake));
    assertThat(result.embeddings().getSchema().getFieldNames())
        .containsExactly("id", "title", "embedding");
    PAssert.thatSingleton(result.embeddings())
        .satisfies(
            row -> {
              assertThat(row.getValues()).containsExactly(1L, "four", List.of(4f, (float) 'f'));
              return null;
            });
    PAssert.that(result.failures())
        .containsInAnyOrder(
            new Failure("row 2", "title", "fake:rows", "embed", "the value is missing"));
    pipeline.run();
  }

  private static Example example(Map<String, String> texts) {
    Features.Builder features = Features.newBuilder();
    texts.forEach(
        (name, text) ->
            features.putFeature(
                name,
                Feature.newBuilder()
                    .setBytesList(BytesList.newBuilder().addValue(ByteString.copyFromUtf8(text)))
                    .build()));
    return Example.newBuilder().setFeatures(features).build();
  }

  @Test
  void examplesKeepTheirFeatures() {
    FakeLoader fake = new FakeLoader("examples", Behaviour.GOOD);
    HubEmbed.Result<Example> result =
        pipeline
            .apply(
                Create.of(example(Map.of("review", "four", "id", "a")), example(Map.of("id", "b")))
                    .withCoder(SerializableCoder.of(Example.class)))
            .apply(HubEmbed.examples(fake.spec(), "review").withLoader(fake));
    PAssert.thatSingleton(result.embeddings())
        .satisfies(
            example -> {
              Map<String, Feature> features = example.getFeatures().getFeatureMap();
              assertThat(features).containsOnlyKeys("review", "id", "embedding");
              assertThat(features.get("embedding").getFloatList().getValueList())
                  .containsExactly(4f, (float) 'f');
              return null;
            });
    PAssert.thatSingleton(result.failures())
        .satisfies(
            failure -> {
              assertThat(failure.reason()).contains("no feature 'review'").contains("id");
              return null;
            });
    pipeline.run();
  }

  @Test
  void anyTypeIsEmbeddedByItsValues() {
    FakeLoader fake = new FakeLoader("via", Behaviour.GOOD);
    HubEmbed<Integer, KV<Integer, float[]>> embed =
        HubEmbed.<Integer>via(
                fake.spec(),
                n -> {
                  if (n < 0) {
                    throw new IllegalArgumentException("no text has a negative length");
                  }
                  return Map.of("text", n == 3 ? new java.math.BigInteger("3") : "z".repeat(n));
                })
            .withLoader(fake);
    HubEmbed.Result<KV<Integer, float[]>> result =
        pipeline.apply(Create.of(1, 2, 3, -1)).apply(embed);
    PAssert.that(result.embeddings())
        .satisfies(
            all -> {
              assertThat(map(all)).containsOnlyKeys(1, 2);
              return null;
            });
    PAssert.that(result.failures())
        .satisfies(
            all -> {
              assertThat(all)
                  .extracting(Failure::reason)
                  .satisfiesExactlyInAnyOrder(
                      r -> assertThat(r).isEqualTo("no text has a negative length"),
                      r -> assertThat(r).contains("BigInteger").contains("allowed are String"));
              return null;
            });
    pipeline.run();
  }

  @Test
  void theDoFnWorksInAParDoOfOnesOwnAndIsSmall() {
    FakeLoader fake = new FakeLoader("own", Behaviour.GOOD);
    PCollection<String> texts = pipeline.apply(Create.of("a", "bb"));
    HubEmbedFn<String, KV<String, float[]>> fn =
        HubEmbed.texts(fake.spec()).withLoader(fake).fn(texts);
    assertThat(SerializableUtils.serializeToByteArray(fn)).hasSizeLessThan(10_000);
    HubEmbedFn<String, KV<String, float[]>> clone = SerializableUtils.clone(fn);
    HubEmbed.Result<KV<String, float[]>> result =
        fn.collect(texts.apply(ParDo.of(clone).withOutputTags(fn.embeddings(), fn.otherTags())));
    PAssert.that(result.embeddings())
        .satisfies(
            vectors -> {
              assertThat(map(vectors)).containsOnlyKeys("a", "bb");
              return null;
            });
    pipeline.run();
  }

  @Test
  void wrongUseFailsWhenThePipelineIsBuilt() {
    FakeLoader fake = new FakeLoader("use", Behaviour.GOOD);
    assertThatThrownBy(() -> HubEmbed.texts(fake.spec().withOutput("vector").withOutput("other")))
        .hasMessageContaining("an embedding is one output");
    Schema schema = Schema.builder().addStringField("title").build();
    PCollection<Row> rows =
        pipeline.apply(
            Create.of(Row.withSchema(schema).addValues("x").build()).withRowSchema(schema));
    assertThatThrownBy(() -> rows.apply(HubEmbed.rows(fake.spec(), "body").withLoader(fake)))
        .hasMessageContaining("no field 'body'")
        .hasMessageContaining("[title]");
    assertThatThrownBy(() -> rows.apply(HubEmbed.rows(fake.spec()).withLoader(fake)))
        .hasMessageContaining("withInput");
    PCollection<Integer> numbers = pipeline.apply(Create.of(1).withCoder(VarIntCoder.of()));
    assertThatThrownBy(
            () ->
                numbers.apply(
                    HubEmbed.<Integer>via(fake.spec().withInput("pixels", "x"), n -> Map.of())
                        .withLoader(fake)))
        .hasMessageContaining("no input 'pixels'");
  }

  @Test
  void blankTextsGoWhereThePolicySays() {
    FakeLoader fake = new FakeLoader("blank", Behaviour.GOOD);
    HubEmbed.Result<KV<String, float[]>> zero =
        pipeline
            .apply("zero", Create.of(" ", "b"))
            .apply(
                "embed zero",
                HubEmbed.texts(fake.spec().withBlankText(BlankText.ZERO)).withLoader(fake));
    PAssert.that(zero.embeddings())
        .satisfies(
            all -> {
              Map<String, float[]> map = map(all);
              assertThat(map).containsOnlyKeys(" ", "b");
              assertThat(map.get(" ")).containsExactly(0, 0);
              return null;
            });
    HubEmbed.Result<KV<String, float[]>> skip =
        pipeline
            .apply("skip", Create.of(" ", "b"))
            .apply(
                "embed skip",
                HubEmbed.texts(fake.spec().withBlankText(BlankText.SKIP)).withLoader(fake));
    PAssert.that(skip.embeddings())
        .satisfies(
            all -> {
              assertThat(map(all)).containsOnlyKeys("b");
              return null;
            });
    PAssert.that(skip.failures()).empty();
    HubEmbed.Result<KV<String, float[]>> fail =
        pipeline
            .apply("fail", Create.of(" ", "b"))
            .apply(
                "embed fail",
                HubEmbed.texts(fake.spec().withBlankText(BlankText.FAIL)).withLoader(fake));
    PAssert.that(fail.failures())
        .satisfies(
            all -> {
              assertThat(all).extracting(Failure::id).containsExactly(" ");
              return null;
            });
    pipeline.run();
  }
}
