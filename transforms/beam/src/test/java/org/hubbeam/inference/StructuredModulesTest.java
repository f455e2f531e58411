// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hubbeam.inference.ZooPipeline.assertClose;
import static org.hubbeam.inference.ZooPipeline.floats;
import static org.hubbeam.inference.ZooPipeline.input;
import static org.hubbeam.inference.ZooPipeline.module;
import static org.hubbeam.inference.ZooPipeline.only;
import static org.hubbeam.inference.ZooPipeline.output;
import static org.hubbeam.inference.ZooPipeline.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.PAssert;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleException;
import org.junit.jupiter.api.Test;

/** Modules that take and give more than one array a row, in pipelines. */
class StructuredModulesTest {
  private final ZooPipeline zoo = new ZooPipeline();

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
    zoo.check(
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
    zoo.check(
        "scores alone",
        spec.withOutput("detection_scores", "scores"),
        List.of(two),
        batches -> {
          Batch batch = only(batches);
          assertThat(batch.columns().keySet()).containsExactly("image", "scores");
          assertThat(batch.column("scores")).isInstanceOf(Array.Ragged.class);
          return null;
        });
    zoo.check(
        "whole",
        spec.withCounted(Counted.NONE),
        List.of(two),
        batches -> {
          assertThat(only(batches).column("detection_boxes").dims())
              .isEqualTo(List.of(2L, 12L, 4L));
          return null;
        });
    zoo.pipeline.run();
    assertThatThrownBy(
            () -> zoo.run("no", spec.withCountedBy("num_detections", List.of("boxes")), two))
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
    zoo.check(
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
    zoo.check(
        "alike",
        spec,
        List.of(both.select(new int[] {1, 1})),
        batches -> {
          assertThat(((Array.Ragged) only(batches).column("0")).rowSplits().get(0))
              .containsExactly(0, 1, 2);
          return null;
        });
    zoo.pipeline.run();
  }

  @Test
  void imagesOfEachSizeStayTogether() {
    Array large = input("superres", 0, "low_resolution");
    Array small = input("superres", 1, "low_resolution");
    zoo.check(
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
    zoo.pipeline.run();
  }

  @Test
  void nestedOutputsKeepTheirNamesInFiles() {
    zoo.check(
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
    zoo.pipeline.run();
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
    CallResult result =
        zoo.check(
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
    zoo.pipeline.run();
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
            zoo.run("tokenize", tokenize, Batch.of(Map.of("title", titles)))
                .batches()
                .apply("pack", RunModule.of(pack))
                .batches())
        .satisfies(
            batch -> {
              assertThat(batch.column("input_word_ids")).isEqualTo(wanted);
              return null;
            });
    zoo.pipeline.run();
  }

  @Test
  void blankTextsOfAModuleWithoutABatchAreZeros() {
    zoo.check(
        "blank",
        spec("scalar_in", "__call__").withBlankText(BlankText.ZERO),
        List.of(Batch.of(Map.of("text", Array.Dense.vector(Values.of("", " "))))),
        batches -> {
          assertThat(only(batches).column("output"))
              .isEqualTo(new Array.Dense(List.of(2L, 9L), Values.of(new float[18])));
          return null;
        });
    zoo.pipeline.run();
  }

  private static Array.Ragged lists(Array one, Array two) {
    float[] a = floats(one);
    float[] b = floats(two);
    float[] all = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return Array.Ragged.of(Values.of(all), new int[] {0, a.length, all.length});
  }

  private static int[] counts(Array numbers) {
    int[] counts = new int[numbers.rows()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (int) floats(numbers)[i];
    }
    return counts;
  }
}
