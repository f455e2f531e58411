// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Goldens;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.NewFolder.Existing;
import org.hubbeam.testing.NodeModels;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The functions of the zoo as graph models, read back by Java and run by the real runtime. */
class ZooModelsTest {

  private static final double TOLERANCE = 1e-5;

  /** Calls that cannot be right, by module and function, and why. */
  private static final Map<String, String> WITHOUT =
      Map.ofEntries(
          Map.entry("audio_yamnet class_map_path", "gives the path of an asset"),
          Map.entry("gan random_sample", "random"),
          Map.entry("half_precision serving_default", "computes in 16 bits in TensorFlow"),
          Map.entry("int_bool_out serving_default", "gives int64 beyond int32"),
          Map.entry("multi_signature mixed", "gives int64 beyond int32"),
          Map.entry("no_signature __call__", "a graph for each type of the input"),
          Map.entry("oom_above_16 serving_default", "has an int64 beyond int32"),
          Map.entry("image_feature_vector __call__(training=true)", "changes its module"),
          Map.entry("stateful_counter serving_default", "changes its module"),
          Map.entry("string_out serving_default", "has bytes that are not UTF-8"),
          Map.entry("complex_out serving_default", "complex"),
          Map.entry("complex_out inverse", "complex"),
          Map.entry("serialized_examples serving_default", "gives int64 beyond int32"),
          Map.entry("serialized_examples one_by_one", "serialized Examples in lists"),
          Map.entry("serialized_examples sequences", "ParseSequenceExampleV2"),
          Map.entry("serialized_examples ranking", "DecodeProtoV2"));

  private record Call(String name, Path module, JsonNode golden, JsonNode call) {
    FunctionChoice choice() {
      return Goldens.choice(call);
    }

    boolean isWithout() {
      return WITHOUT.containsKey(name + " " + choice()) || WITHOUT.containsKey(name);
    }

    ModuleOptions options() {
      ModuleOptions options =
          ModuleOptions.DEFAULT.withAllowOps(
              Set.copyOf(Goldens.strings(golden.path("unsafe_ops"))));
      return golden.hasNonNull("tags")
          ? options.withTags(Set.copyOf(Goldens.strings(golden.get("tags"))))
          : options;
    }

    GraphModel write(Path folder) throws IOException {
      GraphModel model =
          GraphModelConverter.convert(
              module, options(), ConversionOptions.DEFAULT.withFunction(choice()));
      GraphModelFolder.write(model, folder, Quantization.NONE, Existing.REFUSE);
      return model;
    }

    /** Nested inputs can be given by their last name. */
    Map<String, Array.Dense> inputs(GraphModel model) {
      Map<String, Array.Dense> given = Parts.of(ArrayJson.decode(call.get("inputs")));
      Map<String, Array.Dense> named = new LinkedHashMap<>();
      for (Port port : model.inputs()) {
        given.forEach(
            (name, array) -> {
              if (port.name().equals(name) || port.name().endsWith("/" + name)) {
                named.put(port.name(), array);
              }
            });
      }
      return named;
    }

    /** Whether the call is of the graph that a conversion takes: the first one. */
    boolean isOfFirstGraph(GraphModel model) {
      Map<String, Array.Dense> named = inputs(model);
      return named.size() == model.inputs().size()
          && named.size() == Parts.of(ArrayJson.decode(call.get("inputs"))).size();
    }

    double difference(Map<String, ? extends Array> given) {
      Map<String, Array> wanted = new LinkedHashMap<>();
      call.get("outputs")
          .properties()
          .forEach(
              e -> {
                if (!e.getValue().has("cut")) {
                  wanted.put(e.getKey(), ArrayJson.decodeArray(e.getValue()));
                }
              });
      Map<String, Array.Dense> dense = new LinkedHashMap<>();
      given.forEach((k, v) -> dense.put(k, (Array.Dense) v));
      assertThat(dense.keySet()).containsAll(Parts.of(wanted).keySet());
      return GraphModelComparison.of(Parts.of(wanted), dense).difference();
    }
  }

  private static List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    for (Path file : Goldens.files(TestFiles.zoo(), ".golden.json")) {
      JsonNode golden = Goldens.read(file);
      if (golden.get("load").asText().equals("ok")) {
        String name = golden.get("module").asText();
        for (JsonNode call : golden.get("calls")) {
          if (!call.has("error") && !call.path("continues").asBoolean()) {
            calls.add(new Call(name, TestFiles.zoo(name), golden, call));
          }
        }
      }
    }
    return calls;
  }

  private interface Runner {
    Map<String, ? extends Array> run(GraphModel model, Path folder, Map<String, Array.Dense> inputs)
        throws Exception;
  }

  private static List<String> wrong(Path work, Runner runner) {
    List<String> wrong = new ArrayList<>();
    int number = 0;
    for (Call call : calls()) {
      if (call.isWithout()) {
        continue;
      }
      Path folder = work.resolve("model" + number++);
      String what = call.name() + " " + call.choice();
      try {
        GraphModel model = call.write(folder);
        if (!call.isOfFirstGraph(model)) {
          continue;
        }
        double difference = call.difference(runner.run(model, folder, call.inputs(model)));
        if (!(difference <= (call.name().equals("superres") ? 5e-5 : TOLERANCE))) {
          wrong.add(what + " differs by " + difference);
        }
      } catch (Exception | AssertionError e) {
        wrong.add(what + ": " + e.getMessage());
      }
    }
    return wrong;
  }

  @Test
  void theRuntimeGivesWhatPythonGives(@TempDir Path work) {
    NodeModels.folder();
    assertThat(
            wrong(
                work,
                (model, folder, inputs) -> NodeModels.run(folder, new LinkedHashMap<>(inputs))))
        .isEmpty();
  }

  @Test
  void whatIsReadBackGivesWhatPythonGives(@TempDir Path work) {
    assertThat(
            wrong(
                work,
                (model, folder, inputs) -> {
                  try (GraphModelSession session =
                      GraphModelSession.open(GraphModelFolder.read(folder))) {
                    return session.run(inputs);
                  }
                }))
        .isEmpty();
  }

  @Test
  void theSameModuleGivesTheSameBytes(@TempDir Path work) throws IOException {
    for (String name : List.of("nnlm", "text_tokens", "bert_encoder", "tf1_hub")) {
      Call call = calls().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
      Path first = work.resolve(name + "1");
      Path second = work.resolve(name + "2");
      call.write(first);
      call.write(second);
      for (String file : List.of("model.json", "group1-shard1of1.bin")) {
        assertThat(second.resolve(file)).hasSameBinaryContentAs(first.resolve(file));
      }
    }
  }
}
