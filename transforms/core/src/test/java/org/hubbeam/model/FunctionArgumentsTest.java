// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;

/** Functions with python arguments, what they leave behind, and state that the caller carries. */
class FunctionArgumentsTest {

  private static final FunctionChoice CALL = FunctionChoice.of("__call__");

  @Test
  void everySavedArgumentCanBeChosen() {
    JsonNode golden = golden("image_feature_vector");
    JsonNode trained = golden.get("calls").get(3);
    Map<String, Array> inputs = ArrayJson.decode(trained.get("inputs"));
    float momentum = ((Values.Numbers) inputs.get("batch_norm_momentum").values()).getFloat(0);
    Map<String, Array> images = Map.of("inputs", inputs.get("inputs"));
    Map<String, Array> wanted = ArrayJson.decode(trained.get("outputs"));
    List<Map<String, Array>> after = new ArrayList<>();
    FunctionChoice training = CALL.with("training", true);
    for (int way = 0; way < 3; way++) {
      try (Module module = load("image_feature_vector")) {
        Map<String, Array> given =
            switch (way) {
              case 0 -> module.function(training).call(inputs);
              case 1 ->
                  module
                      .function(training)
                      .withConstants(
                          Map.of("batch_norm_momentum", inputs.get("batch_norm_momentum")))
                      .call(images);
              default ->
                  module
                      .function(training.with("batch_norm_momentum", (double) momentum))
                      .call(images);
            };
        Goldens.assertSame(wanted, given);
        Map<String, Array> variables = new LinkedHashMap<>();
        trained
            .get("variables_after")
            .fieldNames()
            .forEachRemaining(v -> variables.put(v, module.variable(v)));
        after.add(variables);
      }
    }
    for (Map<String, Array> variables : after) {
      Goldens.assertSame(ArrayJson.decode(trained.get("variables_after")), variables);
    }
  }

  @Test
  void aValueThatWasNotSavedListsThoseThatWere() {
    try (Module module = load("image_feature_vector")) {
      assertThat(misuse(() -> module.function(CALL.with("training", "maybe"))))
          .contains("training=true", "training=false", "batch_norm_momentum=0.997");
      assertThat(misuse(() -> module.function(CALL.with("dropout", 0.5)))).contains("dropout");
    }
    try (Module module = load("bert_preprocess")) {
      assertThat(
              misuse(
                  () ->
                      module.function(FunctionChoice.of("bert_pack_inputs").with("seq_length", 9))))
          .contains("seq_length=16", "seq_length=8");
      FunctionChoice eight = FunctionChoice.of("bert_pack_inputs").with("seq_length", 8);
      assertThat(module.function(eight).outputs().get(0).shape().dim(1)).isEqualTo(8);
    }
  }

  @Test
  void aListOfTwoTakesTheGraphOfTwo() {
    try (Module module = load("bert_preprocess")) {
      ModuleFunction pack = module.function(FunctionChoice.of("bert_pack_inputs"));
      assertThat(pack.inputs()).hasSize(1);
      assertThat(pack.taking(Set.of("inputs/1")).inputs())
          .extracting(i -> i.name())
          .containsExactly("inputs/0", "inputs/1");
      assertThat(misuse(() -> pack.taking(Set.of("inputs/2")))).contains("no input 'inputs/2'");
    }
  }

  @Test
  void constantsAreCheckedBeforeAnyCall() {
    try (Module module = load("gan")) {
      ModuleFunction function = module.function(FunctionChoice.ANY);
      assertThat(
              function
                  .withConstants(Map.of("truncation", Array.Dense.scalar(Values.of(0.5f))))
                  .inputs())
          .extracting(i -> i.name())
          .containsExactlyInAnyOrder("z", "y");
      Array two = Array.Dense.vector(Values.of(0.5f, 1f));
      assertThat(misuse(() -> function.withConstants(Map.of("truncation", two))))
          .contains("'truncation' takes float32 []", "given is float32 [2]");
      Array whole = Array.Dense.scalar(Values.of(1L));
      assertThat(misuse(() -> function.withConstants(Map.of("truncation", whole))))
          .contains("given is int64 []");
      assertThat(misuse(() -> function.withConstants(Map.of("seed", whole))))
          .contains("no input 'seed'", "truncation: float32 []");
    }
  }

  @Test
  void movingAveragesOfOneCopyAreNotThoseOfAnother() {
    JsonNode golden = golden("image_feature_vector");
    JsonNode before = golden.get("calls").get(0);
    JsonNode trained = golden.get("calls").get(1);
    try (Module one = load("image_feature_vector");
        Module other = load("image_feature_vector")) {
      ModuleFunction training = one.function(CALL.with("training", true));
      assertThat(training.changesState()).isTrue();
      assertThat(one.function(CALL.with("training", false)).changesState()).isFalse();
      training.call(ArrayJson.decode(trained.get("inputs")));
      for (Map.Entry<String, JsonNode> variable : trained.get("variables_after").properties()) {
        String name = variable.getKey();
        Goldens.assertSame(
            Map.of(name, ArrayJson.decodeArray(variable.getValue())),
            Map.of(name, one.variable(name)));
      }
      Goldens.assertSame(
          ArrayJson.decode(before.get("outputs")),
          other.function(CALL).call(ArrayJson.decode(before.get("inputs"))));
    }
  }

  @Test
  void regularizationLossesAreNumbers() {
    JsonNode golden = golden("image_feature_vector");
    List<Float> wanted = new ArrayList<>();
    for (JsonNode call : golden.get("calls")) {
      if (call.path("member").asText().startsWith("regularization_losses.")) {
        Array loss = ArrayJson.decodeArray(call.get("outputs").get("output"));
        wanted.add(((Values.Numbers) loss.values()).getFloat(0));
      }
    }
    try (Module module = load("image_feature_vector")) {
      float[] losses = module.regularizationLosses();
      assertThat(losses).hasSize(2);
      for (int i = 0; i < losses.length; i++) {
        assertThat(losses[i]).isCloseTo(wanted.get(i), org.assertj.core.data.Offset.offset(1e-6f));
      }
    }
    try (Module module = load("gan")) {
      assertThat(module.regularizationLosses()).isEmpty();
    }
  }

  @Test
  void framesOneByOneAreTheClipAtOnce() {
    JsonNode golden = golden("video_streaming");
    JsonNode clip = golden.get("calls").get(2);
    Map<String, Array> inputs = ArrayJson.decode(clip.get("inputs"));
    Array.Dense image = (Array.Dense) inputs.get("image");
    int frames = Math.toIntExact(image.dims().get(1));
    int frame = image.rowSize() / frames;
    try (Module module = load("video_streaming")) {
      Map<String, Array> state = new LinkedHashMap<>(inputs);
      state.remove("image");
      Map<String, Array> last = Map.of();
      for (int i = 0; i < frames; i++) {
        List<Long> dims = new ArrayList<>(image.dims());
        dims.set(1, 1L);
        Map<String, Array> step = new LinkedHashMap<>();
        step.put(
            "inputs/image",
            new Array.Dense(dims, image.values().slice(i * frame, (i + 1) * frame)));
        state.forEach((name, array) -> step.put("inputs/" + name, array));
        last = module.function(CALL).call(step);
        Map<String, Array> next = new LinkedHashMap<>();
        for (String name : state.keySet()) {
          next.put(name, last.get("1/" + name));
        }
        state = next;
      }
      Map<String, Array> atOnce =
          module.function(FunctionChoice.of("serving_default")).call(inputs);
      Goldens.assertSame(ArrayJson.decode(clip.get("outputs")), atOnce);
      Map<String, Array> stepped = new LinkedHashMap<>(state);
      stepped.put("logits", last.get("0"));
      Goldens.assertSame(atOnce, stepped);
    }
  }

  private static JsonNode golden(String module) {
    return Goldens.read(TestFiles.zoo(module + ".golden.json"));
  }

  private static Module load(String module) {
    return Module.load(TestFiles.zoo(module), ModuleOptions.DEFAULT);
  }

  private static String misuse(org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
    ModuleException e = catchThrowableOfType(ModuleException.class, action);
    assertThat(e).isNotNull();
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(ModuleException.Kind.MISUSED);
    return e.getMessage();
  }
}
