// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hubbeam.inference.ZooPipeline.assertClose;
import static org.hubbeam.inference.ZooPipeline.floats;
import static org.hubbeam.inference.ZooPipeline.golden;
import static org.hubbeam.inference.ZooPipeline.input;
import static org.hubbeam.inference.ZooPipeline.module;
import static org.hubbeam.inference.ZooPipeline.only;
import static org.hubbeam.inference.ZooPipeline.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.util.SerializableUtils;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.NoiseColumns;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleException;
import org.junit.jupiter.api.Test;

/** Inputs that are no columns of data: noise, seeds, constants, and what a module keeps itself. */
class GeneratedInputsTest {
  private final ZooPipeline zoo = new ZooPipeline();

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
    zoo.check("constant", spec, List.of(three), same);
    zoo.check(
        "column",
        spec("gan", "default"),
        List.of(three.with("truncation", Array.Dense.vector(Values.of(0.5f, 0.5f, 0.5f)))),
        same);
    zoo.check(
        "nothing",
        spec("gan", "random_sample"),
        List.of(NoiseColumns.seededBy(0).rows(new long[] {0, 1, 2})),
        batches -> {
          Array made = only(batches).column("default");
          assertThat(made.dims()).isEqualTo(List.of(3L, 2L, 12L, 12L, 3L));
          assertThat(made.slice(0, 1)).isNotEqualTo(made.slice(1, 2));
          return null;
        });
    zoo.pipeline.run();
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
    zoo.check(
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
    zoo.pipeline.run();
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
      zoo.check(
          "train " + round,
          spec("image_feature_vector", "").withFunction(call.with("training", true)),
          List.of(images),
          batches -> null);
      zoo.check(
          "count " + round,
          spec("stateful_counter", "serving_default"),
          List.of(text),
          batches -> {
            assertThat(((Values.Numbers) only(batches).column("call").values()).toLongs())
                .containsExactly(1);
            return null;
          });
    }
    zoo.pipeline.run();
    ZooPipeline later = new ZooPipeline();
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
            assertThatThrownBy(() -> zoo.run(message, one, batch))
                .isInstanceOf(ModuleException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("z: float32 [?, 9]"));
    Array.Dense half = Array.Dense.scalar(Values.of(0.5f));
    assertThatThrownBy(() -> spec.withConstant("z", half).withInput("z", "noise"))
        .hasMessageContaining("'z' is both a constant and the column noise");
    ModuleSpec right = spec.withConstant("truncation", half);
    assertThat(SerializableUtils.clone(right)).isEqualTo(right);
    assertThat(zoo.run("right", right, batch).called().links().get(0).constants())
        .isEqualTo(Map.of("truncation", half));
  }

  private static Array longs(Array ints) {
    return new Array.Dense(ints.dims(), Values.of(((Values.Numbers) ints.values()).toLongs()));
  }
}
