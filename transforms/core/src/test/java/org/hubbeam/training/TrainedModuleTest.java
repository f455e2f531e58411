// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleInfo;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.fixtures.Fixtures;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.training.TrainedModule.Base;
import org.hubbeam.training.TrainedModule.Column;
import org.hubbeam.training.TrainedModule.Feature;
import org.hubbeam.training.TrainedModule.OfModule;
import org.hubbeam.training.TrainedModule.OfTransform;
import org.hubbeam.vectors.Pooling;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.PostProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/** Modules and a scorer as one module. */
class TrainedModuleTest {

  private static final Array TEXTS =
      Array.Dense.vector(Values.of("river stone", "", "wind unheard crème"));
  private static final float[][] VECTORS = {{1, 10, 2}, {0, 0, 0}, {12, 120, 3}};

  @TempDir private Path work;

  private OfModule words(String column) {
    Path folder = work.resolve("vocabulary");
    if (!Files.exists(folder)) {
      Fixtures.vocabulary(folder);
    }
    return new OfModule(
        Map.of("sentences", new Column(column)),
        Base.of(folder, ModuleOptions.DEFAULT, FunctionChoice.of("__call__")),
        "output");
  }

  static Head head(Task task, List<String> labels, int... widths) {
    Random random = new Random(5);
    Layer[] layers = new Layer[widths.length];
    for (int i = 0; i < widths.length; i++) {
      boolean last = i + 1 == widths.length;
      int out = last ? task.outputs(labels.size()) : widths[i + 1];
      layers[i] =
          new Layer(
              widths[i],
              out,
              floats(random, widths[i] * out),
              floats(random, out),
              last ? Activation.LINEAR : Activation.GELU);
    }
    return new Head(task, labels, Arrays.asList(layers));
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() / 20;
    }
    return values;
  }

  private Path write(List<Feature> features, Scorer scorer) throws IOException {
    Path folder = work.resolve("trained");
    TrainedModule.write(folder, features, scorer);
    return folder;
  }

  private static Map<String, Array> call(Path folder, String function, Map<String, Array> given) {
    try (Module module = Module.load(folder, ModuleOptions.DEFAULT)) {
      return module.function(FunctionChoice.of(function)).call(given);
    }
  }

  private static void assertRows(Array actual, float[][] expected) {
    assertThat(actual.dims()).containsExactly((long) expected.length, (long) expected[0].length);
    float[] values = ((Values.Numbers) actual.values()).toFloats();
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i])
          .isCloseTo(expected[i / expected[0].length][i % expected[0].length], within(1e-6f));
    }
  }

  private static float[][] scores(Scorer scorer, float[][] vectors) {
    return Stream.of(vectors).map(scorer::scores).toArray(float[][]::new);
  }

  @Test
  void textsGoInAndScoresComeOut() throws IOException {
    Head head = head(Task.CLASSES, List.of("a", "bä", "c"), 3, 4);
    Path folder = write(List.of(words("the text")), head);
    Map<String, Array> scored = call(folder, "serving_default", Map.of("the_text", TEXTS));
    assertThat(scored.keySet()).containsExactlyInAnyOrder("scores", "classes");
    assertRows(scored.get("scores"), scores(head, VECTORS));
    assertThat(scored.get("classes"))
        .isEqualTo(
            new Array.Dense(
                List.of(3L, 3L), Values.of("a", "bä", "c", "a", "bä", "c", "a", "bä", "c")));
    assertRows(call(folder, "vectors", Map.of("the_text", TEXTS)).get("vectors"), VECTORS);
    assertRows(
        call(folder, "__call__", Map.of("the_text", TEXTS)).get("output"), scores(head, VECTORS));
    assertThat(folder.resolve("assets/labels.txt")).hasContent("a\nbä\nc\n");
    ModuleInfo info = ModuleInfo.read(folder, null);
    assertThat(info.signatures().get(0).variants().get(0).toString())
        .isEqualTo("(the_text: string [?]) -> classes: string [?, 3], scores: float32 [?, 3]");
    assertThat(info.unsafeOps()).isEmpty();
    assertThat(info.variables())
        .extracting(ArraySpec::name)
        .containsExactlyInAnyOrder(
            "head_0.kernel",
            "head_0.bias",
            "head_1.kernel",
            "head_1.bias",
            "module.embeddings",
            "module.scaling_factor");
    Array none = Array.Dense.vector(Values.of(new String[0]));
    assertThat(call(folder, "serving_default", Map.of("the_text", none)).get("scores").dims())
        .containsExactly(0L, 3L);
  }

  @ParameterizedTest
  @EnumSource
  void featuresThatAreNotFiniteHaveNoScores(Task task) throws IOException {
    List<String> labels = task == Task.NUMBER ? List.of() : List.of("no", "yes");
    int out = task.outputs(labels.size());
    List<Layer> layers =
        List.of(
            new Layer(1, 2, new float[] {1, -1}, new float[2], Activation.RELU),
            new Layer(2, out, new float[2 * out], new float[out], Activation.LINEAR));
    Path folder =
        write(List.of(new TrainedModule.NumericColumn("age")), new Head(task, labels, layers));
    Array ages =
        Array.Dense.vector(
            Values.of(
                new float[] {1, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}));
    Array scores = call(folder, "serving_default", Map.of("age", ages)).get("scores");
    float[] values = ((Values.Numbers) scores.values()).toFloats();
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.isNaN(values[i])).isEqualTo(i >= out);
    }
  }

  @Test
  void theCppLoaderRunsBothSignatures() throws IOException {
    Head head = head(Task.BINARY, List.of("no", "yes"), 3);
    Path folder = write(List.of(words("text")), head);
    try (SavedModelBundle bundle = SavedModelBundle.load(folder.toString(), "serve");
        TString text = TString.vectorOf("river stone", "", "wind unheard crème");
        var scored = bundle.function("serving_default").call(Map.of("text", text));
        var vectors = bundle.function("vectors").call(Map.of("text", text))) {
      assertThat(StdArrays.array2dCopyOf((TFloat32) vectors.get("vectors").get()))
          .isDeepEqualTo(VECTORS);
      float[][] scores = StdArrays.array2dCopyOf((TFloat32) scored.get("scores").get());
      float[][] expected = scores(head, VECTORS);
      for (int i = 0; i < 3; i++) {
        assertThat(scores[i][0]).isCloseTo(expected[i][0], within(1e-6f));
        assertThat(((TString) scored.get("classes").get()).getObject(i, 0)).isEqualTo("yes");
      }
    }
  }

  @Test
  void theSameGivesTheSameBytes() throws IOException {
    List<Feature> features = List.of(words("text"), new TrainedModule.NumericColumn("length"));
    TrainedModule module =
        new TrainedModule(features, head(Task.NUMBER, List.of(), 4, 5))
            .withPenalties(new TrainingOptions.Penalties(0.1, 0.2));
    module.write(work.resolve("one"));
    module.write(work.resolve("two"));
    for (String file :
        List.of(
            "saved_model.pb",
            "variables/variables.index",
            "variables/variables.data-00000-of-00001")) {
      assertThat(work.resolve("one").resolve(file))
          .hasSameBinaryContentAs(work.resolve("two").resolve(file));
    }
    assertThat(work.resolve("one/assets/labels.txt")).doesNotExist();
  }

  @Test
  void columnsAreADictAndModulesAreThereOnce() throws IOException {
    Head head = head(Task.LABELS, List.of("x", "y"), 7);
    List<Feature> features =
        List.of(words("title"), new TrainedModule.NumericColumn("price in €"), words("body"));
    Path folder = write(features, head);
    Map<String, Array> given =
        Map.of(
            "title", TEXTS,
            "price in €", Array.Dense.vector(Values.of(1f, 2f, 3f)),
            "body", Array.Dense.vector(Values.of("stone", "wind", "")));
    float[][] vectors = {{1, 10, 2, 1, 1, 10, 1}, {0, 0, 0, 2, 4, 40, 1}, {12, 120, 3, 3, 0, 0, 0}};
    Map<String, Array> vector = call(folder, "vectors", given);
    float[] body = ((Values.Numbers) vector.get("vectors").values()).toFloats();
    for (int i = 0; i < 3; i++) {
      for (int j = 4; j < 7; j++) {
        vectors[i][j] = body[7 * i + j];
      }
    }
    assertRows(vector.get("vectors"), vectors);
    assertRows(call(folder, "serving_default", given).get("scores"), scores(head, vectors));
    ModuleInfo info = ModuleInfo.read(folder, null);
    assertThat(info.variables()).hasSize(4);
    assertThat(info.members().get(0).variants().get(0).inputs())
        .extracting(ArraySpec::name)
        .contains("inputs/title", "inputs/price in €");
  }

  @Test
  void trainedValuesTakeThePlaceOfTheOldOnes() throws IOException {
    Array.Dense twice = Array.Dense.scalar(Values.of(2f));
    OfModule words = words("text");
    OfModule trained =
        new OfModule(
            words.inputs(),
            words.base().withValues(Map.of("scaling.factor", twice)),
            words.output());
    Path folder = write(List.of(trained), head(Task.NUMBER, List.of(), 3));
    assertRows(
        call(folder, "vectors", Map.of("text", TEXTS)).get("vectors"),
        new float[][] {{2, 20, 4}, {0, 0, 0}, {24, 240, 6}});
  }

  @Test
  void trainingReachesTheModulesOwnTrace() throws IOException {
    Path folder = Fixtures.training(work.resolve("training"));
    for (String function : List.of("__call__", "serving_default")) {
      OfModule module =
          new OfModule(
              Map.of("x", new Column("x")),
              Base.of(folder, ModuleOptions.DEFAULT, FunctionChoice.of(function)),
              function.equals("__call__") ? "output" : "output_0");
      Path out = work.resolve("trained_" + function);
      TrainedModule.write(out, List.of(module), oneToOne());
      Map<String, Array> x = Map.of("x", new Array.Dense(List.of(1L, 2L), Values.of(1f, 2f)));
      try (Module trained = Module.load(out, ModuleOptions.DEFAULT)) {
        FunctionChoice call = FunctionChoice.of("__call__");
        assertRows(trained.function(call).call(x).get("output"), new float[][] {{6}});
        assertRows(
            trained.function(call.with("training", true)).call(x).get("output"),
            new float[][] {{206}});
      }
    }
  }

  /** The sum of two features. */
  private static Head oneToOne() {
    return new Head(
        Task.NUMBER,
        List.of(),
        List.of(new Layer(2, 1, new float[] {1, 1}, new float[] {0}, Activation.LINEAR)));
  }

  @Test
  void dropoutIsForTrainingOnly() throws IOException {
    Head plain = head(Task.NUMBER, List.of(), 3, 64);
    Head head = new Head(plain.task(), plain.labels(), plain.layers(), 0.5);
    Path folder = write(List.of(words("text")), head);
    try (Module module = Module.load(folder, ModuleOptions.DEFAULT)) {
      FunctionChoice call = FunctionChoice.of("__call__");
      assertRows(
          module.function(call.with("training", false)).call(Map.of("text", TEXTS)).get("output"),
          scores(head, VECTORS));
      var training = module.function(call.with("training", true));
      assertThat(training.call(Map.of("text", TEXTS)).get("output"))
          .isNotEqualTo(training.call(Map.of("text", TEXTS)).get("output"));
    }
  }

  @Test
  void penaltiesAreALoss() throws IOException {
    Head head = head(Task.CLASSES, List.of("a", "b"), 3, 4);
    new TrainedModule(List.of(words("text")), head)
        .withPenalties(new TrainingOptions.Penalties(0.5, 0.25))
        .write(work.resolve("trained"));
    double expected = 0;
    for (Layer layer : head.layers()) {
      for (float w : layer.weights()) {
        expected += 0.5 * Math.abs(w) + 0.25 * w * w;
      }
    }
    Array loss = call(work.resolve("trained"), "regularization_losses.0", Map.of()).get("output");
    assertThat(((Values.Numbers) loss.values()).toFloats()[0])
        .isCloseTo((float) expected, within(1e-5f));
  }

  @Test
  void anEnsembleIsTheSumOfItsMembers() throws IOException {
    List<String> labels = List.of("a", "b");
    Head deep = head(Task.CLASSES, labels, 7, 5);
    Ensemble ensemble =
        new Ensemble(
            Task.CLASSES,
            labels,
            List.of(3, 1, 3),
            List.of(
                new Member(head(Task.CLASSES, labels, 4), List.of(2, 1), new Mixture.Scalar(0.75f)),
                new Member(
                    head(Task.CLASSES, labels, 3, 2),
                    List.of(0),
                    new Mixture.Vector(new float[] {0.5f, -1})),
                new Member(
                    deep, List.of(0, 1, 2), new Mixture.Matrix(5, 2, floats(new Random(3), 10)))),
            new float[] {0.1f, 0});
    Path folder =
        write(
            List.of(words("title"), new TrainedModule.NumericColumn("price"), words("body")),
            ensemble);
    Map<String, Array> given =
        Map.of(
            "title", TEXTS,
            "price", Array.Dense.vector(Values.of(1f, 2f, 3f)),
            "body", Array.Dense.vector(Values.of("tree", "wind", "")));
    float[] flat =
        ((Values.Numbers) call(folder, "vectors", given).get("vectors").values()).toFloats();
    float[][] vectors = new float[3][];
    for (int i = 0; i < 3; i++) {
      vectors[i] = Arrays.copyOfRange(flat, 7 * i, 7 * i + 7);
    }
    assertRows(call(folder, "serving_default", given).get("scores"), scores(ensemble, vectors));
    assertThat(ModuleInfo.read(folder, null).variables())
        .extracting(ArraySpec::name)
        .contains("member_2.weight", "ensemble.bias")
        .doesNotContain("member_2_head_1.kernel");
  }

  /** An output of the encoder behind its preprocessing. */
  private static OfModule bert(String output) {
    Map<String, TrainedModule.Input> inputs = new LinkedHashMap<>();
    for (String name : List.of("input_mask", "input_type_ids", "input_word_ids")) {
      inputs.put("inputs/" + name, bertInput(name));
    }
    return new OfModule(
        inputs,
        Base.of(TestFiles.zoo("bert_encoder"), ModuleOptions.DEFAULT, FunctionChoice.ANY),
        output);
  }

  private static OfModule bertInput(String name) {
    return new OfModule(
        Map.of("sentences", new Column("text")),
        Base.of(TestFiles.zoo("bert_preprocess"), ModuleOptions.DEFAULT, FunctionChoice.ANY),
        name);
  }

  /** What preprocessing and encoder give one after the other. */
  private static Map<String, Array> encoded(Array texts) {
    Map<String, Array> given = new LinkedHashMap<>();
    Map<String, Array> all = new LinkedHashMap<>();
    try (Module module = Module.load(TestFiles.zoo("bert_preprocess"), ModuleOptions.DEFAULT)) {
      all.putAll(module.function(FunctionChoice.ANY).call(Map.of("sentences", texts)));
    }
    all.forEach((name, array) -> given.put("inputs/" + name, array));
    try (Module module = Module.load(TestFiles.zoo("bert_encoder"), ModuleOptions.DEFAULT)) {
      all.putAll(module.function(FunctionChoice.ANY).call(given));
    }
    return all;
  }

  private static float[][] rows(Array array) {
    float[] flat = ((Values.Numbers) array.values()).toFloats();
    int width = flat.length / array.rows();
    float[][] rows = new float[array.rows()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }

  @Test
  void modulesComeOneAfterTheOther() throws IOException {
    Path folder = write(List.of(bert("pooled_output")), head(Task.CLASSES, List.of("a", "b"), 12));
    Array texts = Array.Dense.vector(Values.of("hello world", "the end"));
    assertRows(
        call(folder, "vectors", Map.of("text", texts)).get("vectors"),
        rows(encoded(texts).get("pooled_output")));
  }

  @ParameterizedTest
  @EnumSource(value = Pooling.Kind.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void sequencesArePooledAsElsewhere(Pooling.Kind kind) throws IOException {
    Array texts = Array.Dense.vector(Values.of("hello world", "the end of all the days"));
    Map<String, Array> encoded = encoded(texts);
    Batch batch =
        Batch.of(
            Map.of(
                "sequence_output", encoded.get("sequence_output"),
                "input_mask", encoded.get("input_mask")));
    OfModule sequences = bert("sequence_output");
    for (TrainedModule.Input mask : Arrays.asList(null, bertInput("input_mask"))) {
      Pooling pooling = Pooling.of(kind);
      Array expected =
          new PostProcessor(
                  PostProcessing.NONE.withPooling(
                      mask == null ? pooling : pooling.withMask("input_mask")))
              .apply(batch, "sequence_output")
              .batch()
              .column("sequence_output");
      Path folder = work.resolve("pooled_" + (mask != null));
      TrainedModule.write(
          folder,
          List.of(new TrainedModule.Pooled(sequences, kind, mask)),
          head(Task.NUMBER, List.of(), 12));
      assertRows(call(folder, "vectors", Map.of("text", texts)).get("vectors"), rows(expected));
    }
  }

  @Test
  void framesOfASoundArePooled() throws IOException {
    Path yamnet = TestFiles.zoo("audio_yamnet");
    OfModule frames =
        new OfModule(
            Map.of("waveform", new Column("sound")),
            Base.of(yamnet, ModuleOptions.DEFAULT, FunctionChoice.of("serving_default")),
            "output_1");
    Path folder =
        write(
            List.of(new TrainedModule.Pooled(frames, Pooling.Kind.MEAN, null)),
            head(Task.CLASSES, List.of("a", "b"), 12));
    Array.Dense sound = Array.Dense.vector(Values.of(floats(new Random(2), 40_000)));
    float[][] vectors =
        rows(call(yamnet, "serving_default", Map.of("waveform", sound)).get("output_1"));
    float[] mean = new float[12];
    for (float[] vector : vectors) {
      for (int i = 0; i < 12; i++) {
        mean[i] += vector[i] / vectors.length;
      }
    }
    assertThat(vectors.length).isGreaterThan(1);
    assertRows(
        call(folder, "vectors", Map.of("sound", sound)).get("vectors"), new float[][] {mean});
  }

  @Test
  void aTransformFnComesFirst() throws IOException {
    Path fn = TestFiles.transformGoldens("transform_fns/adult_v1/transform_fn");
    Set<String> label = Set.of("label");
    List<Feature> features =
        List.of(
            new OfTransform(fn, "age_z", label),
            new OfTransform(fn, "education_id", label),
            new OfTransform(fn, "hours_bucket", label));
    Path folder = write(features, head(Task.BINARY, List.of("0", "1"), 3));
    ModuleInfo.Variant variant =
        ModuleInfo.read(folder, null).signatures().get(1).variants().get(0);
    assertThat(variant.inputs())
        .extracting(ArraySpec::name)
        .contains("age")
        .doesNotContain("label");
    Map<String, Array> raw =
        Map.of(
            "age", Array.Dense.vector(Values.of(30f, 60f)),
            "capital_gain", Array.Dense.vector(Values.of(0f, 1f)),
            "education", Array.Dense.vector(Values.of("Bachelors", "?")),
            "fnlwgt", Array.Dense.vector(Values.of(5L, 7L)),
            "hours_per_week", Array.Dense.vector(Values.of(40f, 10f)),
            "occupation", Array.Dense.vector(Values.of("x", "y")),
            "workclass", Array.Dense.vector(Values.of("Private", "")));
    Map<String, Array> all = new LinkedHashMap<>(raw);
    all.put("label", Array.Dense.vector(Values.of(1L, 0L)));
    Map<String, Array> expected = call(fn, "transform_signature", all);
    float[] age = ((Values.Numbers) expected.get("age_z").values()).toFloats();
    float[] vectors =
        ((Values.Numbers) call(folder, "vectors", raw).get("vectors").values()).toFloats();
    assertThat(vectors).hasSize(6);
    assertThat(new float[] {vectors[0], vectors[3]}).containsExactly(age[0], age[1]);
    assertThat((long) vectors[1])
        .isEqualTo(((Values.Numbers) expected.get("education_id").values()).getLong(0));
  }

  @Test
  void anOldModuleIsTaken() throws IOException {
    Base base = Base.of(TestFiles.zoo("tf1_hub"), ModuleOptions.DEFAULT, FunctionChoice.ANY);
    OfModule old = new OfModule(Map.of("default", new Column("text")), base, "default");
    Path folder = write(List.of(old), head(Task.CLASSES, List.of("a", "b"), 15));
    Map<String, Array> texts = Map.of("text", TEXTS);
    assertThat(call(folder, "vectors", texts).get("vectors"))
        .isEqualTo(call(base.folder(), "default", Map.of("default", TEXTS)).get("default"));
  }

  @Test
  void whatCannotBeIsSaidBeforeAnythingIsWritten() {
    OfModule words = words("text");
    Head head = head(Task.NUMBER, List.of(), 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> write(List.of(words, words), head))
        .withMessage("the features have [3, 3] numbers, but the scorer takes 3 numbers");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                TrainedModule.check(List.of(new OfModule(words.inputs(), words.base(), "nothing"))))
        .withMessage("__call__ has no output 'nothing'; it has [output]");
    assertThatThrownBy(
            () ->
                TrainedModule.check(
                    List.of(
                        new OfModule(Map.of("texts", new Column("text")), words.base(), "output"))))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("it has no input 'texts'");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> TrainedModule.check(List.of(words, new TrainedModule.NumericColumn("text"))))
        .withMessage(
            "a feature is a dense array of numbers with rows, but the column 'text' is string [?]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new TrainedModule(List.of(words), head(Task.CLASSES, List.of("a", "b\nc"), 3)))
        .withMessage("the label 'b\\nc' has a line break, which a file of labels cannot hold");
    assertThat(work.resolve("trained")).doesNotExist();
  }

  static ArraySpec dense(String name, DType dtype, long... dims) {
    return new ArraySpec(name, dtype, Shape.of(dims), Layout.DENSE);
  }
}
