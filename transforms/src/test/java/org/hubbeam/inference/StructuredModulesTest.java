package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.util.SerializableUtils;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.NoiseColumns;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Goldens;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleOptions;
import org.junit.jupiter.api.Test;

/** Modules that take and give more than one array a row, in pipelines. */
class StructuredModulesTest {
  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  @Test
  void detectionsAreCutToTheirNumber() {
    Array.Dense image = (Array.Dense) input("detector", 0, "input_tensor");
    byte[] other = ((Values.Numbers) image.values()).bytes().clone();
    for (int i = 0; i < other.length; i++) {
      other[i] = (byte) (255 - (other[i] & 0xff));
    }
    Batch two =
        Batch.concat(
            List.of(
                Batch.of(Map.of("image", image)),
                Batch.of(
                    Map.of(
                        "image",
                        new Array.Dense(image.dims(), new Values.Numbers(DType.UINT8, other))))));
    ModuleSpec spec = spec("detector", "__call__").withInput("image");
    check(
        "cut",
        spec,
        List.of(two),
        batches -> {
          Batch batch = only(batches);
          int[] counts = counts(batch.column("num_detections"));
          assertThat(counts[0]).isBetween(1, 12);
          for (String name : List.of("detection_boxes", "detection_scores", "detection_classes")) {
            Array.Ragged ragged = (Array.Ragged) batch.column(name);
            assertThat(ragged.rowSplits().get(0))
                .containsExactly(0, counts[0], counts[0] + counts[1]);
            assertThat(ragged.inner()).isEqualTo(name.endsWith("boxes") ? List.of(4L) : List.of());
          }
          assertThat(floats(batch.column("detection_scores"))).doesNotContain(0f);
          assertThat(batch.column("raw_detection_boxes").dims()).isEqualTo(List.of(2L, 35L, 4L));
          return null;
        });
    check(
        "scores alone",
        spec.withOutput("detection_scores", "scores"),
        List.of(two),
        batches -> {
          Batch batch = only(batches);
          assertThat(batch.columns().keySet()).containsExactly("image", "scores");
          assertThat(batch.column("scores")).isInstanceOf(Array.Ragged.class);
          return null;
        });
    check(
        "whole",
        spec.withCounted(Counted.NONE),
        List.of(two),
        batches -> {
          assertThat(only(batches).column("detection_boxes").dims())
              .isEqualTo(List.of(2L, 12L, 4L));
          return null;
        });
    pipeline.run();
    assertThatThrownBy(() -> run("no", spec.withCountedBy("num_detections", List.of("boxes")), two))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("no output 'boxes'")
        .hasMessageContaining("detection_boxes");
  }

  @Test
  void soundsKeepTheirOwnNumberOfFrames() {
    Array first = input("audio_yamnet", 0, "waveform");
    Array second = input("audio_yamnet", 1, "waveform");
    Batch both = Batch.of(Map.of("waveform", lists(first, second)));
    ModuleSpec spec = spec("audio_yamnet", "__call__");
    List<float[]> wanted =
        List.of(floats(output("audio_yamnet", 0, "0")), floats(output("audio_yamnet", 1, "0")));
    check(
        "both",
        spec,
        List.of(both),
        batches -> {
          Array.Ragged scores = (Array.Ragged) only(batches).column("0");
          assertThat(scores.rowSplits().get(0)).containsExactly(0, 8, 9);
          assertThat(scores.inner()).isEqualTo(List.of(6L));
          assertClose(floats(scores.slice(0, 1)), wanted.get(0));
          assertClose(floats(scores.slice(1, 2)), wanted.get(1));
          return null;
        });
    // Sounds that are equally long are no other kind of column.
    check(
        "alike",
        spec,
        List.of(both.select(new int[] {1, 1})),
        batches -> {
          assertThat(((Array.Ragged) only(batches).column("0")).rowSplits().get(0))
              .containsExactly(0, 1, 2);
          return null;
        });
    pipeline.run();
  }

  @Test
  void generatorsTakeNoiseAndNothing() {
    NoiseColumns noise =
        NoiseColumns.seededBy(3)
            .withTruncatedNormal("z", Shape.of(9))
            .withOneHot("y", 5, List.of(0, 4));
    ModuleSpec spec =
        spec("gan", "default").withConstant("truncation", Array.Dense.scalar(Values.of(0.5f)));
    Batch three = noise.rows(new long[] {0, 1, 2});
    float[] images;
    try (Module module = module("gan")) {
      Map<String, Array> inputs = new LinkedHashMap<>(three.columns());
      inputs.put("truncation", Array.Dense.scalar(Values.of(0.5f)));
      images = floats(module.function(FunctionChoice.of("default")).call(inputs).get("default"));
    }
    SerializableFunction<Iterable<Batch>, Void> same =
        batches -> {
          Batch batch = only(batches);
          assertThat(batch.column("default").dims()).isEqualTo(List.of(3L, 12L, 12L, 3L));
          assertClose(floats(batch.column("default")), images);
          return null;
        };
    check("constant", spec, List.of(three), same);
    check(
        "column",
        spec("gan", "default"),
        List.of(three.with("truncation", Array.Dense.vector(Values.of(0.5f, 0.5f, 0.5f)))),
        same);
    check(
        "nothing",
        spec("gan", "random_sample"),
        List.of(NoiseColumns.seededBy(0).rows(new long[] {0, 1, 2})),
        batches -> {
          Array made = only(batches).column("default");
          assertThat(made.dims()).isEqualTo(List.of(3L, 2L, 12L, 12L, 3L));
          assertThat(made.slice(0, 1)).isNotEqualTo(made.slice(1, 2));
          return null;
        });
    pipeline.run();
  }

  @Test
  void everyRowHasItsOwnSeed() {
    Array images = input("augment_crop_rotate", 0, "decoded_images");
    Array size = input("augment_crop_rotate", 0, "image_size");
    Batch seeds = NoiseColumns.seededBy(5).withSeeds("seed").rows(new long[] {0, 1});
    List<float[]> wanted = new ArrayList<>();
    try (Module module = module("augment_crop_rotate")) {
      for (int row = 0; row < 2; row++) {
        Array.Dense seed = (Array.Dense) seeds.column("seed").slice(row, row + 1);
        wanted.add(
            floats(
                module
                    .function(FunctionChoice.of("from_decoded_images"))
                    .call(
                        Map.of(
                            "decoded_images",
                            images.slice(row, row + 1),
                            "image_size",
                            size,
                            "seed",
                            Array.Dense.vector(seed.values()),
                            "augmentation",
                            Array.Dense.scalar(new Values.Numbers(DType.BOOL, new byte[] {1}))))
                    .get("default")));
      }
    }
    check(
        "seeds",
        spec("augment_crop_rotate", "from_decoded_images")
            .withInput("decoded_images", "image")
            .withConstant("image_size", longs(size))
            .withConstant(
                "augmentation", Array.Dense.scalar(new Values.Numbers(DType.BOOL, new byte[] {1}))),
        List.of(seeds.with("image", images)),
        batches -> {
          Array made = only(batches).column("default");
          assertThat(made.dims()).isEqualTo(List.of(2L, 40L, 40L, 3L));
          for (int row = 0; row < 2; row++) {
            assertClose(floats(made.slice(row, row + 1)), wanted.get(row));
          }
          return null;
        });
    pipeline.run();
  }

  @Test
  void imagesOfEachSizeStayTogether() {
    Array large = input("superres", 0, "low_resolution");
    Array small = input("superres", 1, "low_resolution");
    check(
        "sizes",
        spec("superres", "__call__"),
        List.of(
            Batch.of(Map.of("low_resolution", large)), Batch.of(Map.of("low_resolution", small))),
        batches -> {
          List<List<Long>> sizes = new ArrayList<>();
          batches.forEach(b -> sizes.add(b.column("output").dims()));
          assertThat(sizes)
              .containsExactlyInAnyOrder(List.of(2L, 22L, 18L, 3L), List.of(1L, 8L, 18L, 3L));
          return null;
        });
    pipeline.run();
  }

  @Test
  void nestedOutputsKeepTheirNamesInFiles() {
    check(
        "nested",
        spec("nested_dict_out", "__call__"),
        List.of(Batch.of(Map.of("x", new Array.Dense(List.of(1L, 3L), Values.of(1f, 2f, 3f))))),
        batches -> {
          Batch batch = only(batches);
          assertThat(batch.columns().keySet())
              .containsExactlyInAnyOrder(
                  "x",
                  "a.b:c",
                  "boxes/corner",
                  "boxes/size",
                  "levels/0",
                  "levels/1/sum",
                  "pair/0",
                  "pair/1");
          BatchSchema schema = BatchSchema.parse(BatchSchema.of(batch).toText());
          Batch read =
              ExampleCodec.decode(
                  List.of(ExampleCodec.encode(batch, 0)),
                  schema,
                  f -> {
                    throw new AssertionError(f.reason());
                  });
          assertThat(read.columns().keySet()).isEqualTo(batch.columns().keySet());
          for (String name : List.of("a.b:c", "boxes/corner", "levels/1/sum", "x")) {
            assertThat(read.column(name)).isEqualTo(batch.column(name));
          }
          assertThat(read.column("pair/1"))
              .isEqualTo(new Array.Dense(List.of(1L, 2L), Values.of(1L, 3L)));
          return null;
        });
    pipeline.run();
  }

  @Test
  void outputsComeInTheOrderAsked() {
    ModuleSpec spec =
        spec("text_tokens", "default")
            .withInput("title")
            .withOutput("rnn_outputs", "states")
            .withOutput("default", "embedding")
            .withOutput("elmo");
    Batch titles = Batch.of(Map.of("title", input("text_tokens", 0, "strings")));
    RunModule.Result result =
        check(
            "three",
            spec,
            List.of(titles),
            batches -> {
              assertThat(only(batches).columns().keySet())
                  .containsExactly("title", "states", "embedding", "elmo");
              return null;
            });
    assertThat(result.called().outputs())
        .containsExactly(
            Map.entry("states", "rnn_outputs"),
            Map.entry("embedding", "default"),
            Map.entry("elmo", "elmo"));
    pipeline.run();
  }

  @Test
  void subObjectsChain() {
    ModuleSpec tokenize =
        spec("bert_preprocess", "tokenize").withInput("title").withOutput("output", "tokens");
    ModuleSpec pack =
        spec("bert_preprocess", "bert_pack_inputs")
            .withFunction(FunctionChoice.of("bert_pack_inputs").with("seq_length", 8))
            .withInput("inputs/0", "tokens");
    Array titles = input("bert_preprocess", 0, "sentences");
    Array wanted;
    try (Module module = module("bert_preprocess")) {
      Array tokens =
          module
              .function(FunctionChoice.of("tokenize"))
              .call(Map.of("sentences", titles))
              .get("output");
      wanted =
          module
              .function(FunctionChoice.of("bert_pack_inputs").with("seq_length", 8))
              .call(Map.of("inputs/0", tokens))
              .get("input_word_ids");
    }
    assertThat(wanted.dims()).isEqualTo(List.of(7L, 8L));
    PAssert.thatSingleton(
            run("tokenize", tokenize, Batch.of(Map.of("title", titles)))
                .batches()
                .apply("pack", RunModule.of(pack))
                .batches())
        .satisfies(
            batch -> {
              assertThat(batch.column("input_word_ids")).isEqualTo(wanted);
              return null;
            });
    pipeline.run();
  }

  @Test
  void whoChangesAModuleHasOneOfItsOwn() {
    JsonNode plain = golden("image_feature_vector", 0);
    Batch images =
        Batch.of(Map.of("inputs", ArrayJson.decodeArray(plain.get("inputs").get("inputs"))));
    float[] before = floats(ArrayJson.decodeArray(plain.get("outputs").get("output")));
    FunctionChoice call = FunctionChoice.of("__call__");
    Batch text = Batch.of(Map.of("text", Array.Dense.vector(Values.of("a"))));
    for (String round : List.of("first", "second")) {
      check(
          "train " + round,
          spec("image_feature_vector", "").withFunction(call.with("training", true)),
          List.of(images),
          batches -> null);
      check(
          "count " + round,
          spec("stateful_counter", "serving_default"),
          List.of(text),
          batches -> {
            assertThat(((Values.Numbers) only(batches).column("call").values()).toLongs())
                .containsExactly(1);
            return null;
          });
    }
    pipeline.run();
    StructuredModulesTest later = new StructuredModulesTest();
    later.check(
        "after",
        spec("image_feature_vector", "").withFunction(call.with("training", false)),
        List.of(images),
        batches -> {
          assertClose(floats(only(batches).column("output")), before);
          return null;
        });
    later.check(
        "peek",
        spec("stateful_counter", "peek"),
        List.of(text),
        batches -> {
          assertThat(((Values.Numbers) only(batches).column("calls").values()).toLongs())
              .containsExactly(0);
          return null;
        });
    later.pipeline.run();
  }

  @Test
  void constantsAreCheckedWhenThePipelineIsBuiltAndTravelWithTheSpec() {
    ModuleSpec spec = spec("gan", "default");
    Batch batch = Batch.of(Map.of("z", Array.Dense.vector(Values.of(1f))));
    Map<ModuleSpec, String> wrong =
        Map.of(
            spec.withConstant("truncation", Array.Dense.vector(Values.of(1f))),
            "takes float32 [], given is float32 [1]",
            spec.withConstant("truncation", Array.Dense.scalar(Values.of("a"))),
            "given is string []",
            spec.withConstant("cut", Array.Dense.scalar(Values.of(1f))),
            "no input 'cut'",
            spec.withConstant("truncation", Array.Dense.scalar(Values.of(1f))).withInput("x", "z"),
            "no input 'x'");
    wrong.forEach(
        (one, message) ->
            assertThatThrownBy(() -> run(message, one, batch))
                .isInstanceOf(ModuleException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("z: float32 [?, 9]"));
    Array.Dense half = Array.Dense.scalar(Values.of(0.5f));
    assertThatThrownBy(() -> spec.withConstant("z", half).withInput("z", "noise"))
        .hasMessageContaining("'z' is both a constant and the column noise");
    ModuleSpec right = spec.withConstant("truncation", half);
    assertThat(SerializableUtils.clone(right)).isEqualTo(right);
    assertThat(run("right", right, batch).called().constants())
        .isEqualTo(Map.of("truncation", half));
  }

  private static ModuleSpec spec(String module, String function) {
    return ModuleSpec.of(Goldens.shared("zoo").resolve(module).toString())
        .withFunction(FunctionChoice.of(function));
  }

  private static Module module(String name) {
    return Module.load(Goldens.shared("zoo").resolve(name), ModuleOptions.DEFAULT);
  }

  private RunModule.Result run(String name, ModuleSpec spec, Batch... batches) {
    return pipeline
        .apply(name + ": batches", Create.of(List.of(batches)).withCoder(new PlainBatchCoder()))
        .apply(name, RunModule.of(spec));
  }

  private RunModule.Result check(
      String name,
      ModuleSpec spec,
      List<Batch> batches,
      SerializableFunction<Iterable<Batch>, Void> checker) {
    RunModule.Result result = run(name, spec, batches.toArray(new Batch[0]));
    PAssert.that(name + ": rows", result.batches()).satisfies(checker);
    PAssert.that(name + ": failures", result.failures()).empty();
    return result;
  }

  private static Batch only(Iterable<Batch> batches) {
    assertThat(batches).hasSize(1);
    return batches.iterator().next();
  }

  private static JsonNode golden(String module, int call) {
    return Goldens.read(Goldens.shared("zoo").resolve(module + ".golden.json"))
        .get("calls")
        .get(call);
  }

  private static Array input(String module, int call, String name) {
    return ArrayJson.decodeArray(golden(module, call).get("inputs").get(name));
  }

  private static Array output(String module, int call, String name) {
    return ArrayJson.decodeArray(golden(module, call).get("outputs").get(name));
  }

  private static Array.Ragged lists(Array one, Array two) {
    float[] a = floats(one);
    float[] b = floats(two);
    float[] all = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return Array.Ragged.of(Values.of(all), new int[] {0, a.length, all.length});
  }

  private static Array longs(Array ints) {
    return new Array.Dense(ints.dims(), Values.of(((Values.Numbers) ints.values()).toLongs()));
  }

  private static int[] counts(Array numbers) {
    int[] counts = new int[numbers.rows()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (int) floats(numbers)[i];
    }
    return counts;
  }

  private static float[] floats(Array array) {
    return ((Values.Numbers) array.values()).toFloats();
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .isCloseTo(
              expected[i],
              org.assertj.core.data.Offset.offset(1e-5f * Math.max(1, Math.abs(expected[i]))));
    }
  }
}
