// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hubbeam.inference.ZooPipeline.floats;
import static org.hubbeam.inference.ZooPipeline.only;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.training.Activation;
import org.hubbeam.training.Head;
import org.hubbeam.training.Layer;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainedModule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules that training gives, in pipelines like any other. */
class TrainedModulesTest {

  @TempDir private Path work;
  private final ZooPipeline zoo = new ZooPipeline();
  private Path folder;

  /** The probability that the sum of a text's vector tells. */
  @BeforeEach
  void write() throws IOException {
    float[] ones = new float[20];
    Arrays.fill(ones, 1f);
    Head head =
        new Head(
            Task.BINARY,
            List.of("no", "yes"),
            List.of(new Layer(20, 1, ones, new float[1], Activation.LINEAR)));
    TrainedModule.OfModule vectors =
        new TrainedModule.OfModule(
            Map.of("inputs", new TrainedModule.Column("text")),
            TrainedModule.Base.of(
                TestFiles.zoo("swivel20"), ModuleOptions.DEFAULT, FunctionChoice.of("__call__")),
            "output");
    folder = work.resolve("trained");
    TrainedModule.write(folder, List.of(vectors), head);
  }

  /** What the module of the vectors and the head by itself give. */
  private static float score(String text) {
    double sum = 0;
    try (Module module = ZooPipeline.module("swivel20")) {
      Array given = Array.Dense.vector(Values.of(text));
      Map<String, Array> out =
          module.function(FunctionChoice.of("__call__")).call(Map.of("inputs", given));
      for (float value : floats(out.get("output"))) {
        sum += value;
      }
    }
    return (float) (1 / (1 + Math.exp(-sum)));
  }

  @Test
  void theyGiveScoresWithNames() {
    Array texts = Array.Dense.vector(Values.of("a river", "", "stones"));
    ModuleSpec spec = ModuleSpec.of(folder.toString());
    zoo.check(
        "vectors",
        spec.withFunction(FunctionChoice.of("vectors")),
        List.of(Batch.of(Map.of("text", texts))),
        vectors -> {
          float[] all = floats(only(vectors).column("vectors"));
          assertThat(all).hasSize(60);
          return null;
        });
    zoo.check(
        "scores",
        spec,
        List.of(Batch.of(Map.of("text", texts))),
        batches -> {
          Batch batch = only(batches);
          assertThat(batch.column("scores").dims()).containsExactly(3L, 1L);
          assertThat(batch.column("classes"))
              .isEqualTo(new Array.Dense(List.of(3L, 1L), Values.of("yes", "yes", "yes")));
          assertThat(floats(batch.column("scores"))[2]).isCloseTo(score("stones"), within(1e-6f));
          return null;
        });
    zoo.pipeline.run();
  }

  @Test
  void theScoresAreWhatHubEmbedGives() {
    PCollection<KV<String, float[]>> scores =
        zoo.pipeline
            .apply(Create.of("a river", "stones"))
            .apply(HubEmbed.texts(ModuleSpec.of(folder.toString())))
            .embeddings();
    PCollection<KV<String, float[]>> vectors =
        zoo.pipeline
            .apply("again", Create.of("a river"))
            .apply(
                "vectors",
                HubEmbed.texts(
                    ModuleSpec.of(folder.toString()).withFunction(FunctionChoice.of("vectors"))))
            .embeddings();
    PAssert.that(scores)
        .satisfies(
            all -> {
              assertThat(all).hasSize(2);
              all.forEach(
                  kv -> assertThat(kv.getValue()[0]).isCloseTo(score(kv.getKey()), within(1e-6f)));
              return null;
            });
    PAssert.that(vectors)
        .satisfies(
            all -> {
              assertThat(all).hasSize(1).allMatch(kv -> kv.getValue().length == 20);
              return null;
            });
    zoo.pipeline.run();
  }
}
