// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleException;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.vectors.Pooling;
import org.hubbeam.vectors.PostProcessing;
import org.junit.jupiter.api.Test;

/** Real modules in pipelines, against what Python gives. */
class ZooTest {
  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  private static ModuleSpec spec(String module) {
    return ModuleSpec.of(TestFiles.zoo(module).toString());
  }

  private static JsonNode golden(String module, int call) {
    try {
      return new ObjectMapper()
          .readTree(TestFiles.zoo(module + ".golden.json").toFile())
          .get("calls")
          .get(call);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Batch texts(String column, List<String> texts) {
    return Batch.of(Map.of(column, Array.Dense.vector(Values.of(texts.toArray(new String[0])))));
  }

  private CallResult run(ModuleSpec spec, Batch batch) {
    return pipeline
        .apply("batch", Create.of(List.of(batch)).withCoder(new PlainBatchCoder()))
        .apply(RunModule.of(spec));
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      if (!Float.isFinite(expected[i])) {
        assertThat((Float) actual[i]).isEqualTo((Float) expected[i]);
        continue;
      }
      assertThat(actual[i])
          .isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
    }
  }

  @Test
  void textsHaveThePythonVectors() {
    JsonNode call = golden("nnlm", 0);
    Values.Strings sentences =
        (Values.Strings) ArrayJson.decodeArray(call.get("inputs").get("sentences")).values();
    List<float[]> expected =
        Vectors.split(ArrayJson.decodeArray(call.get("outputs").get("output")), "output");
    Map<String, float[]> byText = new HashMap<>();
    for (int i = 0; i < sentences.size(); i++) {
      byText.put(sentences.text(i), expected.get(i));
    }
    PCollection<KV<String, float[]>> vectors =
        pipeline
            .apply(Create.of(new ArrayList<>(byText.keySet())))
            .apply(HubEmbed.texts(spec("nnlm").withFunction(FunctionChoice.of("__call__"))))
            .embeddings();
    PAssert.that(vectors)
        .satisfies(
            all -> {
              int rows = 0;
              for (KV<String, float[]> kv : all) {
                assertClose(kv.getValue(), byText.get(kv.getKey()));
                rows++;
              }
              assertThat(rows).isEqualTo(byText.size());
              return null;
            });
    pipeline.run();
  }

  @Test
  void poisonIsFoundByTensorFlowsOwnError() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      texts.add(i % 33 == 5 ? "not base64!" : "aGVsbG8");
    }
    CallResult result = run(spec("poison"), texts("text", texts));
    PAssert.thatSingleton(result.batches())
        .satisfies(
            batch -> {
              assertThat(batch.rows()).isEqualTo(97);
              assertThat(((Values.Numbers) batch.column("size").values()).toLongs())
                  .containsOnly(5);
              return null;
            });
    PAssert.that(result.failures())
        .satisfies(
            all -> {
              assertThat(all).extracting(Failure::id).containsExactlyInAnyOrder("5", "38", "71");
              assertThat(all)
                  .allMatch(f -> f.reason().contains("Invalid character found in base64"))
                  .allMatch(f -> f.function().equals("serving_default"));
              return null;
            });
    pipeline.run();
  }

  @Test
  void memoryThatIsExhaustedMeansSmallerCalls() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      texts.add("x".repeat(i % 7));
    }
    CallResult result = run(spec("oom_above_16"), texts("text", texts));
    PAssert.thatSingleton(result.batches())
        .satisfies(
            batch -> {
              Values lengths = batch.column("length").values();
              for (int i = 0; i < 200; i++) {
                assertThat(lengths.get(i)).isEqualTo((float) (i % 7));
              }
              return null;
            });
    PAssert.that(result.failures()).empty();
    pipeline.run();
  }

  @Test
  void lostRowsAreFailuresAndNoRowHasTheResultOfAnother() {
    CallResult result = run(spec("drops_rows"), texts("text", List.of("a", "", "ccc", "", "bb")));
    PAssert.thatSingleton(result.batches())
        .satisfies(
            batch -> {
              assertThat(((Values.Numbers) batch.column("length").values()).toLongs())
                  .containsExactly(1, 3, 2);
              return null;
            });
    PAssert.that(result.failures())
        .satisfies(
            all -> {
              assertThat(all).extracting(Failure::id).containsExactlyInAnyOrder("1", "3");
              return null;
            });
    pipeline.run();
  }

  @Test
  void modulesWithoutABatchAndNumbersOfManyKinds() {
    JsonNode call = golden("scalar_in", 0);
    float[] expected =
        ((Values.Numbers) ArrayJson.decodeArray(call.get("outputs").get("output")).values())
            .toFloats();
    PCollection<KV<String, float[]>> vectors =
        pipeline
            .apply(Create.of("abc"))
            .apply(HubEmbed.texts(spec("scalar_in").withFunction(FunctionChoice.of("__call__"))))
            .embeddings();
    PAssert.thatSingleton(vectors)
        .satisfies(
            kv -> {
              assertClose(kv.getValue(), expected);
              return null;
            });
    // The same function takes float32 and int32; each is what the column is.
    Array ints = ArrayJson.decodeArray(golden("no_signature", 1).get("inputs").get("x"));
    float[] fromInts =
        ((Values.Numbers)
                ArrayJson.decodeArray(golden("no_signature", 1).get("outputs").get("output"))
                    .values())
            .toFloats();
    PAssert.thatSingleton(run(spec("no_signature"), Batch.of(Map.of("x", ints))).batches())
        .satisfies(
            batch -> {
              assertClose(((Values.Numbers) batch.column("output").values()).toFloats(), fromInts);
              return null;
            });
    pipeline.run();
  }

  @Test
  void twoModulesInAChain() {
    JsonNode call = golden("bert_preprocess", 0);
    Array sentences = ArrayJson.decodeArray(call.get("inputs").get("sentences"));
    float[] expected =
        ((Values.Numbers)
                ArrayJson.decodeArray(golden("bert_encoder", 0).get("outputs").get("pooled_output"))
                    .values())
            .toFloats();
    ModuleSpec preprocess =
        spec("bert_preprocess").withFunction(FunctionChoice.of("__call__")).withInput("title");
    ModuleSpec encode = spec("bert_encoder").withOutput("pooled_output", "embedding");
    for (String part : List.of("input_word_ids", "input_mask", "input_type_ids")) {
      encode = encode.withInput("inputs/" + part, part);
    }
    PCollection<Batch> batches =
        run(preprocess, Batch.of(Map.of("title", sentences)))
            .batches()
            .apply("encode", RunModule.of(encode))
            .batches();
    PAssert.thatSingleton(batches)
        .satisfies(
            batch -> {
              assertThat(batch.columns())
                  .containsKeys("title", "input_word_ids", "embedding")
                  .doesNotContainKey("sequence_output");
              assertClose(
                  ((Values.Numbers) batch.column("embedding").values()).toFloats(), expected);
              return null;
            });
    pipeline.run();
  }

  @Test
  void tokensArePooledWithTheMaskOfTheInput() {
    JsonNode call = golden("bert_encoder", 0);
    HashMap<Integer, HashMap<String, Object>> rows = new HashMap<>();
    ModuleSpec encode = spec("bert_encoder").withOutput("sequence_output");
    for (String part : List.of("input_word_ids", "input_mask", "input_type_ids")) {
      encode = encode.withInput("inputs/" + part, part);
      Array array = ArrayJson.decodeArray(call.get("inputs").get("inputs/" + part));
      for (int row = 0; row < 7; row++) {
        long[] cell = ((Values.Numbers) array.slice(row, row + 1).values()).toLongs();
        rows.computeIfAbsent(row, r -> new HashMap<>())
            .put(part, Arrays.stream(cell).mapToInt(Math::toIntExact).toArray());
      }
    }
    Array sequences = ArrayJson.decodeArray(call.get("outputs").get("sequence_output"));
    float[] tokens = ((Values.Numbers) sequences.values()).toFloats();
    PCollection<KV<Integer, float[]>> pooled =
        pipeline
            .apply(Create.of(0, 1, 2, 3, 4, 5, 6))
            .apply(
                HubEmbed.<Integer>via(encode, rows::get)
                    .withPostProcessing(
                        PostProcessing.NONE.withPooling(
                            Pooling.of(Pooling.Kind.MEAN).withMask("input_mask"))))
            .embeddings();
    PAssert.that(pooled)
        .satisfies(
            all -> {
              assertThat(all).hasSize(7);
              for (KV<Integer, float[]> kv : all) {
                int[] mask = (int[]) rows.get(kv.getKey()).get("input_mask");
                assertClose(kv.getValue(), mean(tokens, mask, kv.getKey()));
              }
              return null;
            });
    pipeline.run();
  }

  private static float[] mean(float[] tokens, int[] mask, int row) {
    float[] mean = new float[12];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      double count = 0;
      for (int position = 0; position < 16; position++) {
        sum += mask[position] * tokens[12 * (16 * row + position) + i];
        count += mask[position];
      }
      mean[i] = (float) (sum / count);
    }
    return mean;
  }

  @Test
  void wrongSpecsFailWhenThePipelineIsBuilt() {
    Map<ModuleSpec, String> wrong = new LinkedHashMap<>();
    wrong.put(spec("nnlm").withFunction(FunctionChoice.of("predict")), "serving_default");
    wrong.put(spec("nnlm").withOutput("logits"), "has no output 'logits'");
    wrong.put(spec("nnlm").withInput("pixels", "text"), "has no input 'pixels'");
    wrong.put(spec("truncated_variables"), "variables");
    wrong.put(spec("string_out").withFunction(FunctionChoice.of("none")), "none");
    PCollection<String> texts = pipeline.apply(Create.of("a"));
    wrong.forEach(
        (spec, message) ->
            assertThatThrownBy(() -> texts.apply(HubEmbed.texts(spec)))
                .isInstanceOf(ModuleException.class)
                .hasMessageContaining(message));
  }

  @Test
  void nanIsReportedWhereItIsAskedFor() {
    JsonNode call = golden("nan_out", 0);
    float[] logs =
        ((Values.Numbers) ArrayJson.decodeArray(call.get("outputs").get("log")).values())
            .toFloats();
    CallResult result =
        run(
            spec("nan_out").withNonFinite(ModuleSpec.NonFinite.FAIL),
            new Batch(
                6,
                Map.of("x", ArrayJson.decodeArray(call.get("inputs").get("x"))),
                Batch.Origin.unknown(6)));
    PAssert.that(result.failures())
        .satisfies(
            failures -> {
              assertThat(failures).isNotEmpty();
              failures.forEach(
                  f ->
                      assertThat(f.reason()).containsAnyOf("NaN", "Infinity").contains("expected"));
              return null;
            });
    PAssert.that(result.batches())
        .satisfies(
            batches -> {
              for (Batch batch : batches) {
                for (float log : ((Values.Numbers) batch.column("log").values()).toFloats()) {
                  assertThat(log).isFinite();
                  assertThat(logs).contains(log);
                }
              }
              return null;
            });
    pipeline.run();
  }

  @Test
  void rowsThatTakeTooLongFailAloneAndTheOthersGoOn() {
    ModuleSpec spec = spec("slow");
    ModuleSpec limited =
        spec.withOptions(spec.loading().options().withCallTimeout(java.time.Duration.ofMillis(1)));
    CallResult result =
        run(limited, Batch.of(Map.of("text", Array.Dense.vector(Values.of("one", "two!")))));
    PAssert.that(result.failures())
        .satisfies(
            failures -> {
              assertThat(failures).hasSize(2);
              failures.forEach(f -> assertThat(f.reason()).containsIgnoringCase("timed out"));
              return null;
            });
    pipeline.run();
  }

  @Test
  void nanIsPassedOnAsItIs() {
    JsonNode call = golden("nan_out", 0);
    PAssert.thatSingleton(
            run(
                    spec("nan_out"),
                    new Batch(
                        6,
                        Map.of("x", ArrayJson.decodeArray(call.get("inputs").get("x"))),
                        Batch.Origin.unknown(6)))
                .batches())
        .satisfies(
            batch -> {
              assertClose(
                  ((Values.Numbers) batch.column("log").values()).toFloats(),
                  ((Values.Numbers) ArrayJson.decodeArray(call.get("outputs").get("log")).values())
                      .toFloats());
              return null;
            });
    pipeline.run();
  }
}
