// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.ExampleEncoder;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.TrainableFunction;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.training.TunedGraph.Trained;
import org.hubbeam.vectors.Pooling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules that are trained with a head. */
class FineTunerTest {

  private static final String[] WORDS = {"river", "stone", "wind", "tree", "cloud", "sand", "rain"};

  private static final TrainingOptions OPTIONS =
      TrainingOptions.DEFAULT
          .withEpochs(4)
          .withBatchSize(16)
          .withOptimizer(new Optimizer.Adam(0.01));

  @TempDir private Path work;

  /** Texts of two classes, told apart by one word among others. */
  private InputData texts(int rows, TrainingOptions options) throws IOException {
    Random random = new Random(4);
    String[] texts = new String[rows];
    String[] labels = new String[rows];
    for (int i = 0; i < rows; i++) {
      List<String> words = new ArrayList<>();
      for (int j = 0; j < 3; j++) {
        words.add(WORDS[random.nextInt(WORDS.length)]);
      }
      labels[i] = i % 2 == 0 ? "cat" : "dog";
      words.add(random.nextInt(words.size() + 1), labels[i]);
      texts[i] = String.join(" ", words);
    }
    return data(Map.of("input/inputs", Array.Dense.vector(Values.of(texts))), labels, options);
  }

  private InputData data(Map<String, Array> inputs, String[] labels, TrainingOptions options)
      throws IOException {
    long[] hashes = new long[labels.length];
    Arrays.setAll(hashes, i -> i);
    Map<String, Array> columns = new LinkedHashMap<>(inputs);
    columns.put("label", Array.Dense.vector(Values.of(labels)));
    columns.put("hash", Array.Dense.vector(Values.of(hashes)));
    Batch batch = Batch.of(columns);
    ExampleEncoder encoder = new ExampleEncoder(batch, ExampleCodec.Doubles.REFUSE);
    try (InputCollector collector =
        InputCollector.of(
            Task.CLASSES,
            BatchSchema.of(batch),
            options,
            work,
            f -> {
              throw new AssertionError(f);
            })) {
      for (int row = 0; row < batch.rows(); row++) {
        byte[] bytes = new byte[encoder.size(row)];
        encoder.write(row, bytes, 0);
        collector.addExample(bytes, 0, bytes.length, "rows", row);
      }
      return collector.finish();
    }
  }

  private static FineTuner tuner(String module, String... patterns) {
    return FineTuner.of(TestFiles.zoo(module), ModuleOptions.DEFAULT, FunctionChoice.of("__call__"))
        .withTuning(
            TuningOptions.DEFAULT
                .withRate(0.01)
                .withVariables(new VariablePatterns(List.of(patterns))));
  }

  private static TunedModule train(FineTuner tuner, InputData data, TrainingOptions options) {
    return tuner.train(
        data, HeadOptions.LINEAR, options, Checkpoints.none(), TrainingListener.NONE);
  }

  @Test
  void learnsWhatTheVariablesCanTell() throws IOException {
    try (InputData data = texts(300, OPTIONS)) {
      TunedModule tuned = train(tuner("sentence_encoder"), data, OPTIONS);
      TrainingHistory.EpochMetrics last =
          tuned.head().history().epochs().get(tuned.head().history().epochs().size() - 1);
      assertThat(last.heldOut().metric()).isGreaterThan(0.95);
      assertThat(tuned.values()).hasSize(18).containsKeys("words", "blocks.1.gamma");
      assertThat(tuned.head().head().labels()).containsExactly("cat", "dog");
    }
  }

  @Test
  void whatWasTrainedIsExported() throws IOException {
    FunctionChoice call = FunctionChoice.of("__call__");
    Path folder = work.resolve("exported");
    TunedModule tuned;
    try (InputData data = texts(300, OPTIONS)) {
      tuned = train(tuner("sentence_encoder"), data, OPTIONS);
    }
    TrainedModule.Base base =
        TrainedModule.Base.of(TestFiles.zoo("sentence_encoder"), ModuleOptions.DEFAULT, call)
            .withValues(tuned.values());
    TrainedModule.Feature feature =
        new TrainedModule.OfModule(
            Map.of("inputs", new TrainedModule.Column("text")), base, "output");
    TrainedModule.write(folder, List.of(feature), tuned.head().head());
    try (Module module = Module.load(folder, ModuleOptions.DEFAULT)) {
      tuned
          .values()
          .forEach(
              (path, value) ->
                  assertThat(module.variable("module." + path.replace('.', '_')))
                      .as(path)
                      .isEqualTo(value));
      Array texts = Array.Dense.vector(Values.of("river cat wind", "stone tree dog"));
      Values.Numbers scores =
          (Values.Numbers) module.function(call).call(Map.of("text", texts)).get("output").values();
      assertThat(scores.getFloat(0)).isGreaterThan(0.5f);
      assertThat(scores.getFloat(3)).isGreaterThan(0.5f);
    }
  }

  @Test
  void trainsTheVariablesThatMatch() throws IOException {
    try (InputData data = texts(60, OPTIONS)) {
      TrainingOptions options = OPTIONS.withEpochs(1);
      assertThat(train(tuner("sentence_encoder", "blocks/0/*"), data, options).values())
          .hasSize(8)
          .allSatisfy((path, value) -> assertThat(path).startsWith("blocks.0."));
      assertThat(train(tuner("sentence_encoder", "blocks.1.q", "out"), data, options).values())
          .containsOnlyKeys("blocks.1.q", "out");
    }
  }

  @Test
  void givesTheSameForTheSameSeed() throws IOException {
    TrainingOptions options = OPTIONS.withEpochs(2);
    HeadOptions head = new HeadOptions(List.of(8), Activation.RELU, 0.3);
    List<TunedModule> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (InputData data = texts(80, options)) {
        both.add(
            tuner("sentence_encoder")
                .train(data, head, options, Checkpoints.none(), TrainingListener.NONE));
      }
    }
    requireSame(both.get(0), both.get(1));
  }

  @Test
  void goesOnFromItsCheckpoint() throws IOException {
    TrainingOptions options = OPTIONS.withEpochs(3).withEarlyStopping(EarlyStopping.NEVER);
    FineTuner tuner = tuner("image_feature_vector");
    FineTuner headFirst = tuner.withTuning(TuningOptions.DEFAULT.withRate(0.01).withHeadEpochs(1));
    HeadOptions head = HeadOptions.LINEAR;
    for (FineTuner each : List.of(tuner, headFirst)) {
      for (int stop : new int[] {2, 7}) {
        Checkpoints checkpoints =
            Checkpoints.inFile(
                work.resolve("state-" + stop + each.hashCode()),
                new Checkpoints.Interval(1, Duration.ofHours(1)));
        try (InputData data = pictures(40, options)) {
          TunedModule whole = train(each, data, options);
          TrainingListener killed =
              new TrainingListener() {
                @Override
                public void step(TrainingHistory.StepLoss step) {
                  if (step.step() == stop) {
                    throw new IllegalStateException("killed");
                  }
                }
              };
          assertThatThrownBy(() -> each.train(data, head, options, checkpoints, killed))
              .hasMessage("killed");
          List<Long> done = new ArrayList<>();
          TrainingListener resumed =
              new TrainingListener() {
                @Override
                public void started(long steps, long before) {
                  done.add(before);
                }
              };
          requireSame(each.train(data, head, options, checkpoints, resumed), whole);
          assertThat(done).containsExactly(stop - 1L);
        }
      }
    }
  }

  /** Pictures that are bright on the left or on the right. */
  private InputData pictures(int rows, TrainingOptions options) throws IOException {
    Random random = new Random(6);
    float[] pixels = new float[rows * 40 * 40 * 3];
    String[] labels = new String[rows];
    for (int i = 0; i < pixels.length; i++) {
      int row = i / 4800;
      boolean right = i % 120 >= 60;
      labels[row] = row % 2 == 0 ? "left" : "right";
      pixels[i] = random.nextFloat() / 2 + (right == (row % 2 == 1) ? 0.5f : 0);
    }
    return data(
        Map.of(
            "input/inputs", new Array.Dense(List.of((long) rows, 40L, 40L, 3L), Values.of(pixels))),
        labels,
        options);
  }

  @Test
  void movesAveragesOnlyWhereTheModuleIsTrained() throws IOException {
    TrainingOptions options = OPTIONS.withEpochs(1);
    FineTuner tuner = tuner("image_feature_vector");
    try (InputData data = pictures(40, options)) {
      TunedModule tuned = train(tuner, data, options);
      assertThat(tuned.values())
          .containsOnlyKeys(
              "stem", "depthwise", "point", "gamma", "beta", "moving_mean", "moving_variance");
      TunedModule headAlone =
          train(tuner.withTuning(TuningOptions.DEFAULT.withHeadEpochs(1)), data, options);
      TrainableFunction function =
          TrainableFunction.of(
              TestFiles.zoo("image_feature_vector"),
              ModuleOptions.DEFAULT,
              FunctionChoice.of("__call__"));
      try (var session =
          org.hubbeam.gradients.TrainingSession.open(function, function.graph(), Map.of())) {
        headAlone
            .values()
            .forEach((path, value) -> assertThat(value).isEqualTo(session.value(path)));
        tuned
            .values()
            .forEach((path, value) -> assertThat(value).isNotEqualTo(session.value(path)));
      }
      assertThat(headAlone.head().head()).isNotEqualTo(tuned.head().head());
    }
  }

  @Test
  void sumsGradientsOverTheCallsOfABatch() throws IOException {
    TrainableFunction function =
        TrainableFunction.of(
            TestFiles.zoo("sentence_encoder"),
            ModuleOptions.DEFAULT,
            FunctionChoice.of("__call__"));
    HeadForm form = new HeadForm(Task.CLASSES, 64, List.of("cat", "dog"), HeadOptions.LINEAR);
    TrainingOptions options =
        OPTIONS.withPenalties(new TrainingOptions.Penalties(0.01, 0.1)).withClipNorm(0.2);
    Batch rows =
        Batch.of(Map.of("inputs", Array.Dense.vector(Values.of("a cat", "no dog", "two cat"))));
    List<Map<String, Array.Dense>> ends = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    for (TunedGraph.Calls calls : TunedGraph.Calls.values()) {
      try (TunedSession session =
          TunedSession.open(
              new TunedGraph.Parts(
                  function,
                  "output",
                  Pooling.Kind.NONE,
                  form,
                  options,
                  VariablePatterns.ALL.of(function),
                  calls))) {
        for (int step = 0; step < 3; step++) {
          losses.add(
              session.step(
                  new TunedSession.Rows(rows, new float[] {0, 1, 0}, new float[] {1, 2, 1}),
                  Trained.ALL,
                  new TunedSession.Lengths(0.01f, 0.01f, 0, step)));
        }
        Map<String, Array.Dense> end = new LinkedHashMap<>();
        function.variables().forEach(v -> end.put(v.path(), session.value(v.path())));
        ends.add(end);
      }
    }
    for (int i = 0; i < 3; i++) {
      assertThat(losses.get(i + 3)).isCloseTo(losses.get(i), within(1e-5));
    }
    ends.get(0)
        .forEach(
            (path, value) ->
                requireClose(path, value, ends.get(1).get(path), path.equals("words") ? 1 : 1e-5));
  }

  @Test
  void saysWhatStandsInTheWay() throws IOException {
    assertThatThrownBy(() -> tuner("sentence_encoder", "encoder/*").check())
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith(
            "--trainable='encoder/*' matches no variable of the function; it has words, ")
        .hasMessageContaining("blocks.0.q");
    assertThatThrownBy(() -> tuner("string_out").check())
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("the function has no floating output to train by");
    assertThatThrownBy(() -> tuner("bert_encoder").check())
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("the function has several floating outputs, choose one");
    assertThatThrownBy(() -> tuner("sentence_encoder").withOutput("vector").check())
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("there is no floating output 'vector'; there are");
    try (InputData data = texts(40, OPTIONS)) {
      TrainingOptions fast = OPTIONS.withOptimizer(new Optimizer.Sgd(1e30));
      assertThatThrownBy(() -> train(tuner("sentence_encoder"), data, fast))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("at step ")
          .hasMessageContaining("a lower --rate");
    }
  }

  private static void requireSame(TunedModule one, TunedModule other) {
    assertThat(one.values()).isEqualTo(other.values());
    for (int i = 0; i < one.head().head().layers().size(); i++) {
      Layer layer = one.head().head().layers().get(i);
      assertThat(layer.weights()).isEqualTo(other.head().head().layers().get(i).weights());
      assertThat(layer.bias()).isEqualTo(other.head().head().layers().get(i).bias());
    }
  }

  private static void requireClose(
      String name, Array.Dense one, Array.Dense other, double tolerance) {
    Values.Numbers left = (Values.Numbers) one.values();
    Values.Numbers right = (Values.Numbers) other.values();
    for (int i = 0; i < left.size(); i++) {
      assertThat(left.getDouble(i)).as(name).isCloseTo(right.getDouble(i), within(tolerance));
    }
  }
}
