// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.schemas.JavaFieldSchema;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.schemas.transforms.Convert;
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
import org.joda.time.DateTime;
import org.joda.time.DateTimeZone;
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

  /** A class of a user's with a schema. */
  @DefaultSchema(JavaFieldSchema.class)
  public static class Book {
    public String title;
    public Place place;
    public byte[] cover;

    static Book of(String title, String shelf, byte[] cover) {
      Book book = new Book();
      book.title = title;
      book.place = new Place();
      book.place.shelf = shelf;
      book.cover = cover;
      return book;
    }
  }

  /** A field of a book. */
  @DefaultSchema(JavaFieldSchema.class)
  public static class Place {
    public String shelf;
  }

  @Test
  void rowsOfClassesAndOfLogicalTypesKeepTheirFields() {
    FakeLoader fake = new FakeLoader("rows of classes", Behaviour.GOOD);
    PCollection<Row> books =
        pipeline
            .apply("books", Create.of(Book.of("four", "A", new byte[] {1, 2})))
            .apply(Convert.toRows())
            .apply("books embedded", HubEmbed.rows(fake.spec(), "title").withLoader(fake))
            .embeddings();
    PAssert.thatSingleton(books)
        .satisfies(
            row -> {
              assertThat(row.getString("title")).isEqualTo("four");
              assertThat(row.getRow("place").getString("shelf")).isEqualTo("A");
              assertThat(row.getBytes("cover")).containsExactly(1, 2);
              assertThat(row.<Float>getArray("embedding")).containsExactly(4f, (float) 'f');
              return null;
            });
    Schema schema =
        Schema.builder()
            .addStringField("title")
            .addLogicalTypeField("day", SqlTypes.DATE)
            .addDateTimeField("time")
            .build();
    LocalDate day = LocalDate.of(2026, 11, 25);
    DateTime time = new DateTime(5, DateTimeZone.UTC);
    PCollection<Row> dated =
        pipeline
            .apply(
                "dated",
                Create.of(Row.withSchema(schema).addValues("four", day, time).build())
                    .withRowSchema(schema))
            .apply("dated embedded", HubEmbed.rows(fake.spec(), "title").withLoader(fake))
            .embeddings();
    PAssert.thatSingleton(dated)
        .satisfies(
            row -> {
              assertThat(row.<Object>getValue("day")).isEqualTo(day);
              assertThat(row.getDateTime("time").getMillis()).isEqualTo(5);
              return null;
            });
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
  void nothingBehindTheModuleEndsAChainOfSteps() {
    FakeLoader fake = new FakeLoader("chain", Behaviour.GOOD);
    pipeline.apply(Create.of("a")).apply("embed", HubEmbed.texts(fake.spec()).withLoader(fake));
    List<String> steps = new ArrayList<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            if (node.getFullName().startsWith("embed")) {
              steps.add(node.getTransform().getClass().getSimpleName());
            }
          }
        });
    assertThat(steps).as("steps with one input each").isNotEmpty().containsOnly("MultiOutput");
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
    Schema counts =
        Schema.builder()
            .addInt64Field("views")
            .addArrayField("marks", Schema.FieldType.FLOAT)
            .build();
    PCollection<Row> numeric =
        pipeline.apply(
            "counts",
            Create.of(Row.withSchema(counts).addValues(1L, List.of(2f)).build())
                .withRowSchema(counts));
    assertThatThrownBy(() -> numeric.apply(HubEmbed.rows(fake.spec(), "views").withLoader(fake)))
        .hasMessage(
            "the field 'views' is INT64, but the input 'text' of the function embed takes string");
    assertThatThrownBy(() -> numeric.apply(HubEmbed.rows(fake.spec(), "marks").withLoader(fake)))
        .hasMessageStartingWith("the field 'marks' is ARRAY, but the input 'text'");
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
