// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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

/** What Python's converter wrote is read back, and the same modules are converted by Java. */
class ConverterGoldensTest {

  private static final Map<String, Double> STORED = Map.of("_f16", 1e-3, "_u8", 3e-3, "_u16", 1e-4);

  private static Path goldens() {
    Path folder = TestFiles.root().resolve("../shared/goldens/tfjs").normalize();
    assumeTrue(Files.isDirectory(folder), folder + " is absent");
    return folder;
  }

  private static double tolerance(String id) {
    return STORED.entrySet().stream()
        .filter(e -> id.endsWith(e.getKey()))
        .mapToDouble(Map.Entry::getValue)
        .findFirst()
        .orElse(1e-5);
  }

  private static Map<String, Array.Dense> arrays(JsonNode json) {
    return Parts.of(ArrayJson.decode(json));
  }

  /** The oracle pairs names by type and shape, and calls some outputs by their tensors. */
  private static double difference(JsonNode golden, Map<String, Array.Dense> given) {
    Map<String, Array.Dense> wanted = arrays(golden.get("outputs"));
    if (given.keySet().containsAll(wanted.keySet())) {
      return GraphModelComparison.of(wanted, given).difference();
    }
    double worst = 0;
    for (Array.Dense output : wanted.values()) {
      double best = Double.POSITIVE_INFINITY;
      for (Array.Dense other : given.values()) {
        best =
            Math.min(
                best,
                GraphModelComparison.of(Map.of("x", output), Map.of("x", other)).difference());
      }
      worst = Math.max(worst, best);
    }
    return worst;
  }

  @Test
  void foldersOfPythonAreReadBack() throws IOException {
    Path goldens = goldens();
    List<String> wrong = new ArrayList<>();
    for (JsonNode golden : Goldens.read(goldens.resolve("index.json"))) {
      String id = golden.get("id").asText();
      Path folder = goldens.resolve(id);
      if (!Files.exists(folder.resolve("model.json")) || id.equals("extra__table_file")) {
        continue;
      }
      GraphModel model = GraphModelFolder.read(folder);
      try (GraphModelSession session = GraphModelSession.open(model)) {
        Map<String, Array.Dense> inputs = new LinkedHashMap<>();
        Map<String, Array.Dense> given = arrays(golden.get("inputs"));
        for (Port input : model.inputs()) {
          String name = input.name().replaceAll(":0$", "");
          inputs.put(
              input.name(),
              given.containsKey(name) ? given.get(name) : given.values().iterator().next());
        }
        double difference = difference(golden, session.run(inputs));
        if (!(difference <= tolerance(id))) {
          wrong.add(id + " differs by " + difference);
        }
      } catch (RuntimeException e) {
        wrong.add(id + ": " + e.getMessage());
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void theSameModulesAreConverted(@TempDir Path work) throws IOException {
    Path goldens = goldens();
    NodeModels.folder();
    List<String> wrong = new ArrayList<>();
    for (JsonNode golden : Goldens.read(goldens.resolve("index.json"))) {
      String id = golden.get("id").asText();
      Path module = goldens.resolve(golden.get("module").asText().replace("../shared/", "../../"));
      if (golden.get("module").asText().startsWith("modules/")) {
        module = goldens.resolve(golden.get("module").asText());
      }
      if (!Files.exists(module) || id.matches(".*_(u8|u16|f16)")) {
        continue;
      }
      try {
        ModuleOptions options =
            ModuleOptions.DEFAULT.withTags(
                Arrays.stream(golden.path("tags").asText("serve").split(","))
                    .filter(t -> !t.isEmpty())
                    .collect(Collectors.toSet()));
        GraphModel model =
            GraphModelConverter.convert(
                module,
                options,
                ConversionOptions.DEFAULT.withFunction(
                    FunctionChoice.of(golden.path("signature").asText("serving_default"))));
        Path folder = work.resolve(id);
        GraphModelFolder.write(model, folder, Quantization.NONE, Existing.REFUSE);
        Map<String, Array> out =
            NodeModels.run(folder, new LinkedHashMap<>(arrays(golden.get("inputs"))));
        Map<String, Array.Dense> given = new LinkedHashMap<>();
        out.forEach((k, v) -> given.put(k, (Array.Dense) v));
        assertThat(given.keySet()).containsAll(arrays(golden.get("outputs")).keySet());
        double difference = difference(golden, given);
        if (!(difference <= 1e-5)) {
          wrong.add(id + " differs by " + difference);
        }
      } catch (RuntimeException | AssertionError e) {
        wrong.add(id + ": " + e.getMessage());
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void weightsAreQuantisedAsPythonDoes(@TempDir Path work) throws IOException {
    Path goldens = goldens();
    for (String name :
        List.of(
            "cnn_u8",
            "cnn_f16",
            "image_feature_vector_u8",
            "image_feature_vector_u16",
            "image_feature_vector_f16")) {
      String plain = name.substring(0, name.lastIndexOf('_'));
      String type =
          Map.of("u8", "uint8", "u16", "uint16", "f16", "float16")
              .get(name.substring(name.lastIndexOf('_') + 1));
      GraphModel model = GraphModelFolder.read(goldens.resolve("extra__" + plain));
      Path folder = work.resolve(name);
      GraphModelFolder.write(model, folder, Quantization.parse(type), Existing.REFUSE);
      String shard = "group1-shard1of1.bin";
      assertThat(folder.resolve(shard))
          .as(name)
          .hasSameBinaryContentAs(goldens.resolve("extra__" + name).resolve(shard));
    }
  }
}
