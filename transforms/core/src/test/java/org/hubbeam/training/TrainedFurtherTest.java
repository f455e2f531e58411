// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.fixtures.Fixtures;
import org.hubbeam.testing.Python;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.training.TrainedModule.Base;
import org.hubbeam.training.TrainedModule.Column;
import org.hubbeam.training.TrainedModule.Feature;
import org.hubbeam.training.TrainedModule.NumericColumn;
import org.hubbeam.training.TrainedModule.OfModule;
import org.hubbeam.training.TrainedModule.OfTransform;
import org.hubbeam.vectors.Pooling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Python scores as Java does with the modules that training gives, and trains them further. */
class TrainedFurtherTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> LABELS = List.of("no", "yes");
  private static final Array TEXTS =
      Array.Dense.vector(
          Values.of("river stone", "", "wind unheard crème", "the house and the garden"));

  @TempDir private Path work;
  private final Map<String, Map<String, Array>> inputs = new LinkedHashMap<>();

  private Path modules() throws IOException {
    return Files.createDirectories(work.resolve("modules"));
  }

  private static OfModule module(Path folder, String function, String input, String output) {
    return new OfModule(
        Map.of(input, new Column("text")),
        Base.of(folder, ModuleOptions.DEFAULT, FunctionChoice.of(function)),
        output);
  }

  private void add(String name, TrainedModule module, Map<String, Array> columns)
      throws IOException {
    module.write(modules().resolve(name));
    ObjectNode json = JSON.createObjectNode();
    columns.forEach(
        (column, array) -> {
          ObjectNode node = json.putObject(column);
          node.put("dtype", array.dtype().toString());
          array.dims().forEach(node.withArray("shape")::add);
          if (array.values() instanceof Values.Strings strings) {
            for (int i = 0; i < strings.size(); i++) {
              node.withArray("values").add(strings.text(i));
            }
          } else {
            Values.Numbers numbers = (Values.Numbers) array.values();
            for (int i = 0; i < numbers.size(); i++) {
              if (array.dtype() == DType.INT64) {
                node.withArray("values").add(numbers.getLong(i));
              } else {
                node.withArray("values").add(numbers.getFloat(i));
              }
            }
          }
        });
    JSON.writeValue(modules().resolve(name + ".json").toFile(), json);
    inputs.put(name, columns);
  }

  private static Head head(int... widths) {
    return TrainedModuleTest.head(Task.CLASSES, LABELS, widths);
  }

  private void addText(String name, Feature feature, Scorer scorer) throws IOException {
    add(name, new TrainedModule(List.of(feature), scorer), Map.of("text", TEXTS));
  }

  private void addAll() throws IOException {
    Path words = Fixtures.vocabulary(work.resolve("vocabulary"));
    OfModule text = module(words, "__call__", "sentences", "output");
    add(
        "columns",
        new TrainedModule(List.of(text, new NumericColumn("length")), head(4, 6))
            .withPenalties(new TrainingOptions.Penalties(0.01, 0.01)),
        Map.of("text", TEXTS, "length", Array.Dense.vector(Values.of(1f, 2f, 3f, 4f))));
    addText("nnlm", module(TestFiles.zoo("nnlm"), "__call__", "sentences", "output"), head(18, 8));
    addText("old", module(TestFiles.zoo("tf1_hub"), "default", "default", "default"), head(15));
    addText("bert", bert("pooled_output"), dropping(head(12, 8)));
    addText(
        "tokens",
        new TrainedModule.Pooled(bert("sequence_output"), Pooling.Kind.MEAN, null),
        head(12));
    Random random = new Random(8);
    float[] pixels = new float[4 * 40 * 40 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat();
    }
    add(
        "pictures",
        new TrainedModule(
            List.of(
                new OfModule(
                    Map.of("inputs", new Column("picture")),
                    Base.of(
                        TestFiles.zoo("image_feature_vector"),
                        ModuleOptions.DEFAULT,
                        FunctionChoice.ANY),
                    "output")),
            head(14)),
        Map.of("picture", new Array.Dense(List.of(4L, 40L, 40L, 3L), Values.of(pixels))));
    addEnsemble(text);
    addTransform();
  }

  private void addEnsemble(OfModule text) throws IOException {
    add(
        "ensemble",
        new TrainedModule(
            List.of(text, module(TestFiles.zoo("nnlm"), "__call__", "sentences", "output")),
            new Ensemble(
                Task.CLASSES,
                LABELS,
                List.of(3, 18),
                List.of(
                    new Member(head(3), List.of(0), new Mixture.Scalar(0.5f)),
                    new Member(
                        head(21, 4),
                        List.of(0, 1),
                        new Mixture.Matrix(4, 2, new float[] {1, 0, 0, 1, 1, 0, 0, 1}))),
                new float[] {0.5f, -0.5f})),
        Map.of("text", TEXTS));
  }

  private void addTransform() throws IOException {
    Path fn = TestFiles.transformGoldens("transform_fns/adult_v1/transform_fn");
    List<Feature> features = new ArrayList<>();
    for (String feature : List.of("age_z", "education_id", "gain_mm")) {
      features.add(new OfTransform(fn, feature, Set.of("label")));
    }
    Map<String, Array> columns = new LinkedHashMap<>();
    for (String name : List.of("age", "capital_gain", "hours_per_week")) {
      columns.put(name, Array.Dense.vector(Values.of(30f, 60f, 5f, 44f)));
    }
    for (String name : List.of("education", "occupation", "workclass")) {
      columns.put(name, Array.Dense.vector(Values.of("Bachelors", "?", "Private", "")));
    }
    columns.put("fnlwgt", Array.Dense.vector(Values.of(1L, 2L, 3L, 4L)));
    add("table", new TrainedModule(features, head(3)), columns);
  }

  private static OfModule bert(String output) {
    Base preprocess =
        Base.of(TestFiles.zoo("bert_preprocess"), ModuleOptions.DEFAULT, FunctionChoice.ANY);
    Map<String, TrainedModule.Input> inputs = new LinkedHashMap<>();
    for (String name : List.of("input_mask", "input_type_ids", "input_word_ids")) {
      inputs.put(
          "inputs/" + name,
          new OfModule(Map.of("sentences", new Column("text")), preprocess, name));
    }
    return new OfModule(
        inputs,
        Base.of(TestFiles.zoo("bert_encoder"), ModuleOptions.DEFAULT, FunctionChoice.ANY),
        output);
  }

  private static Head dropping(Head head) {
    return new Head(head.task(), head.labels(), head.layers(), 0.2);
  }

  @Test
  void pythonScoresAlikeAndTrainsFurther() throws Exception {
    String python = Python.with("tensorflow_hub", "tf_keras");
    addAll();
    Path out = work.resolve("out.json");
    Python.run(python, getClass(), "train_further.py", work, modules().toString(), out.toString());
    JsonNode results = JSON.readTree(out.toFile());
    assertThat(results.size()).isEqualTo(inputs.size());
    for (String name : inputs.keySet()) {
      JsonNode result = results.get(name);
      assertScores(name, result.get("scores"));
      assertThat(result.get("signature")).as(name).isEqualTo(result.get("scores"));
      assertThat(result.get("labels").asText()).as(name).isEqualTo("labels.txt");
      List<String> changed = texts(result.get("changed"));
      assertThat(changed).as(name).containsAll(texts(result.get("trainable")));
      assertThat(result.get("loss").get(1).asDouble())
          .as(name)
          .isLessThan(result.get("loss").get(0).asDouble());
    }
    assertThat(texts(results.at("/columns/trainable")))
        .containsExactly(
            "module/embeddings:0",
            "head_0/kernel:0",
            "head_0/bias:0",
            "head_1/kernel:0",
            "head_1/bias:0");
    assertThat(results.at("/columns/losses")).hasSize(1);
    assertThat(texts(results.at("/pictures/trainable"))).hasSize(7);
    assertThat(results.at("/pictures/losses")).hasSize(2);
    assertThat(texts(results.at("/pictures/changed"))).hasSize(9);
    assertThat(texts(results.at("/bert/trainable"))).hasSize(32);
    assertThat(texts(results.at("/tokens/trainable")))
        .hasSize(29)
        .noneMatch(v -> v.contains("pooler"));
    assertThat(texts(results.at("/table/trainable"))).hasSize(2);
  }

  private void assertScores(String name, JsonNode actual) throws IOException {
    try (Module module = Module.load(modules().resolve(name), ModuleOptions.DEFAULT)) {
      Array scores = module.function(FunctionChoice.ANY).call(inputs.get(name)).get("scores");
      float[] expected = ((Values.Numbers) scores.values()).toFloats();
      int columns = LABELS.size();
      for (int i = 0; i < expected.length; i++) {
        assertThat((float) actual.get(i / columns).get(i % columns).asDouble())
            .as(name)
            .isCloseTo(expected[i], within(1e-6f));
      }
    }
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(n -> texts.add(n.asText()));
    return texts;
  }
}
