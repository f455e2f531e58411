// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Goldens;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Chains of the zoo's modules, in one graph and through batches, against Python's values. */
class HubChainZooTest {
  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  private static ModuleSpec spec(String module) {
    return ModuleSpec.of(TestFiles.zoo(module).toString());
  }

  private static JsonNode golden(String module, int call) {
    try {
      return new ObjectMapper()
          .readTree(TestFiles.zoo(module + ".golden.json").toFile())
          .get("calls")
          .get(call);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Array input(String module, int call, String name) {
    return ArrayJson.decodeArray(golden(module, call).get("inputs").get(name));
  }

  private static Batch from(String source, Map<String, Array> columns) {
    int rows = columns.values().iterator().next().rows();
    return new Batch(rows, columns, new Batch.Origin(source, Batch.Origin.unknown(rows).records()));
  }

  private static Batch call(HubChain chain, Composition composition, Batch batch) {
    HubChain.Settings settings = chain.withComposition(composition).settings();
    HubChain.Decided decided = SerializableUtils.ensureSerializable(settings.decided());
    if (composition != Composition.AUTO) {
      assertThat(decided.composition()).isEqualTo(composition);
    }
    try (BatchCaller caller = settings.caller(decided)) {
      BatchCaller.Outcome outcome = caller.call(batch);
      assertThat(outcome.failures()).isEmpty();
      return Batch.concat(outcome.batches());
    }
  }

  private static void same(Array expected, Array actual) {
    assertThat(actual.dims()).isEqualTo(expected.dims());
    float[] wanted = ((Values.Numbers) expected.values()).toFloats();
    float[] found = ((Values.Numbers) actual.values()).toFloats();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found[i]).isCloseTo(wanted[i], org.assertj.core.api.Assertions.within(1e-6f));
    }
  }

  private static final List<Composition> BOTH = List.of(Composition.ONE_GRAPH, Composition.BATCHES);

  @Test
  void anEncoderTakesWhatItsPreprocessorGives() {
    HubChain chain = HubChain.of(List.of(spec("bert_preprocess"), spec("bert_encoder")));
    Batch batch = from("a", Map.of("sentences", input("bert_preprocess", 0, "sentences")));
    JsonNode expected = golden("bert_encoder", 0).get("outputs");
    Map<Composition, Batch> given = new LinkedHashMap<>();
    for (Composition composition : BOTH) {
      Batch out = call(chain.withPassthrough(List.of()), composition, batch);
      given.put(composition, out);
      for (Map.Entry<String, JsonNode> output : expected.properties()) {
        Array wanted = ArrayJson.decodeArray(output.getValue());
        assertThat(Goldens.difference(wanted.values(), out.column(output.getKey()).values()))
            .as(composition + " " + output.getKey())
            .isNull();
      }
    }
    for (String column : given.get(Composition.BATCHES).columns().keySet()) {
      same(
          given.get(Composition.BATCHES).column(column),
          given.get(Composition.ONE_GRAPH).column(column));
    }
    assertThat(chain.settings().decided().composition()).isEqualTo(Composition.ONE_GRAPH);
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_GRAPH", "BATCHES"})
  void whatAnEarlierLinkGivesCanBeKept(Composition composition) {
    ModuleChain chain = ModuleChain.of(spec("bert_preprocess"), spec("bert_encoder"));
    Batch batch = from("a", Map.of("sentences", input("bert_preprocess", 0, "sentences")));
    HubChain keeping = HubChain.of(chain.keeping("input_mask")).withPassthrough(List.of());

    Batch out = call(keeping, composition, batch);

    JsonNode mask = golden("bert_preprocess", 0).get("outputs").get("input_mask");
    assertThat(out.column("input_mask")).isEqualTo(ArrayJson.decodeArray(mask));
    assertThat(out.columns()).containsKey("pooled_output");
    assertThatThrownBy(() -> HubChain.of(chain.keeping("mask")).settings().decided())
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("the column 'mask' is to be kept; the links give [")
        .hasMessageContaining("input_mask");
  }

  private static ModuleSpec augmenting() {
    return spec("augment_crop_rotate")
        .withConstant(
            "augmentation", Array.Dense.scalar(new Values.Numbers(DType.BOOL, new byte[] {1})));
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_GRAPH", "BATCHES"})
  void augmentedImagesGoIntoAFeatureVectorInTheSizeThatItTakes(Composition composition) {
    HubChain chain =
        HubChain.of(
                List.of(
                    augmenting().withConstant("seed", input("augment_crop_rotate", 0, "seed")),
                    spec("image_feature_vector").withOutput("output", "vector")))
            .withPassthrough(List.of());
    Batch batch =
        from("a", Map.of("decoded_images", input("augment_crop_rotate", 0, "decoded_images")));
    Batch out = call(chain, composition, batch);
    Array expected =
        ArrayJson.decodeArray(golden("image_feature_vector", 6).get("outputs").get("output"));
    assertThat(Goldens.difference(expected.values(), out.column("vector").values())).isNull();
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_GRAPH", "BATCHES"})
  void aRecordIsAugmentedAlikeInWhateverBatchItIs(Composition composition) {
    HubChain pixels =
        HubChain.of(List.of(augmenting().withConstant("image_size", size(12, 9))))
            .withPassthrough(List.of());
    HubChain vectors =
        HubChain.of(List.of(augmenting(), spec("image_feature_vector"))).withPassthrough(List.of());
    Array.Dense images = (Array.Dense) input("augment_crop_rotate", 0, "decoded_images");
    Batch batch = from("a", Map.of("decoded_images", images.select(new int[] {0, 0, 1, 0, 1})));
    Batch part = batch.select(new int[] {4, 1});
    for (HubChain chain : List.of(pixels, vectors)) {
      Batch whole = call(chain, composition, batch);
      Batch other = call(chain, composition, part);
      String column = whole.columns().keySet().iterator().next();
      assertThat(other.column(column)).isEqualTo(whole.column(column).select(new int[] {4, 1}));
      assertThat(whole.column(column).slice(0, 1))
          .as("another record of the same pixels")
          .isNotEqualTo(whole.column(column).slice(1, 2))
          .isNotEqualTo(whole.column(column).slice(3, 4));
      assertThat(call(chain.withSeeds(Seeding.PER_RECORD, 1), composition, batch).column(column))
          .isNotEqualTo(whole.column(column));
    }
  }

  private static Array size(int height, int width) {
    return Array.Dense.vector(Values.of(height, width));
  }

  @Test
  void recordsAreAugmentedAlikeInOneGraphAndThroughBatches() {
    HubChain chain =
        HubChain.of(List.of(spec("augment_color"), augmenting(), spec("image_feature_vector")))
            .withIdColumn("name")
            .withPassthrough(List.of("name"));
    Array.Dense images = (Array.Dense) input("augment_crop_rotate", 0, "decoded_images");
    Batch batch =
        Batch.of(
            Map.of(
                "decoded_images", images.select(new int[] {0, 1, 0}),
                "name", Array.Dense.vector(Values.of("a", "b", "c"))));
    same(
        call(chain, Composition.BATCHES, batch).column("output"),
        call(chain, Composition.ONE_GRAPH, batch).column("output"));
    assertThatThrownBy(
            () ->
                call(
                    HubChain.of(List.of(augmenting())),
                    Composition.BATCHES,
                    batch.only(List.of("decoded_images"))))
        .hasMessageContaining("seed: int32 [2] takes a seed for each record")
        .hasMessageContaining("withIdColumn");
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_GRAPH", "BATCHES"})
  void theLinkThatRefusesARowIsNamed(Composition composition) {
    ModuleSpec upper = spec("string_out").withOutput("upper");
    HubChain.Settings settings =
        HubChain.of(List.of(upper, spec("poison"), spec("nnlm").withInput("bytes")))
            .withComposition(composition)
            .withPassthrough(List.of("text"))
            .settings();
    Batch batch =
        from(
            "a.txt",
            Map.of("text", Array.Dense.vector(Values.of("aaaa", "not base64!", "bbbb", "_?"))));
    String label = "link 2 (" + spec("poison").handle() + ", function serving_default): ";
    try (BatchCaller caller = settings.caller(settings.decided())) {
      BatchCaller.Outcome outcome = caller.call(batch);
      assertThat(outcome.failures())
          .extracting(Failure::id, Failure::module, Failure::function)
          .containsExactly(
              tuple("a.txt@1", spec("poison").handle(), "serving_default"),
              tuple("a.txt@3", spec("poison").handle(), "serving_default"));
      assertThat(outcome.failures()).allMatch(f -> f.reason().startsWith(label));
      assertThat(Batch.concat(outcome.batches()).origin().records()).containsExactly(0, 2);
    }
  }

  @Test
  void whatCannotBeInOneGraphSaysWhyAndGoesThroughBatches() {
    ModuleSpec upper = spec("string_out").withOutput("upper");
    Map<ModuleSpec, String> obstacles =
        Map.of(
            spec("scalar_in"), "its input text: string [] does not take any number of rows",
            spec("stateful_counter").withFunction(FunctionChoice.of("serving_default")),
                "it changes its variables or tables in every call",
            spec("nnlm").withBlankText(BlankText.ZERO), "it gives zeros for blank texts",
            spec("nnlm").withOptions(ModuleOptions.DEFAULT.withCallTimeout(Duration.ofMinutes(1))),
                "the links are to have different time limits");
    obstacles.forEach(
        (last, obstacle) -> {
          HubChain chain = HubChain.of(List.of(upper, last));
          assertThat(chain.settings().decided().composition()).isEqualTo(Composition.BATCHES);
          assertThatThrownBy(
                  () -> chain.withComposition(Composition.ONE_GRAPH).settings().decided())
              .isInstanceOf(ModuleException.class)
              .hasMessageContaining("cannot be in one graph: ")
              .hasMessageContaining(obstacle);
        });
    for (String alone : List.of("fixed_batch", "no_signature")) {
      assertThatThrownBy(
              () ->
                  HubChain.of(List.of(spec(alone)))
                      .withComposition(Composition.ONE_GRAPH)
                      .settings()
                      .decided())
          .hasMessageMatching("(?s).*(x: float32 .4, 6. does not take any|several types of its).*");
    }
    Batch batch = from("a", Map.of("text", Array.Dense.vector(Values.of("abc", "d"))));
    HubChain chain = HubChain.of(List.of(upper, spec("scalar_in")));
    Array vectors = call(chain, Composition.AUTO, batch).column("output_0");
    Batch capitals = from("a", Map.of("text", Array.Dense.vector(Values.of("ABC", "D"))));
    same(
        call(HubChain.of(List.of(spec("scalar_in"))), Composition.AUTO, capitals)
            .column("output_0"),
        vectors);
  }

  @Test
  void aLaterLinkTakesAColumnOfTheBatchBesideWhatItIsHanded() {
    HubChain chain =
        HubChain.of(
                List.of(
                    spec("augment_color").withInput("decoded_images", "picture"),
                    spec("style").withInput("content_image", "default")))
            .withPassthrough(List.of());
    Batch batch =
        from(
            "a",
            Map.of(
                "picture", input("style", 0, "content_image"),
                "style_image", input("style", 0, "style_image")));
    Batch through = call(chain, Composition.BATCHES, batch);
    Batch once = call(chain, Composition.ONE_GRAPH, batch);
    assertThat(once.columns().keySet()).isEqualTo(through.columns().keySet()).hasSize(1);
    String column = once.columns().keySet().iterator().next();
    same(through.column(column), once.column(column));
    assertThatThrownBy(() -> call(chain, Composition.ONE_GRAPH, batch.only(List.of("picture"))))
        .hasMessageContaining("link 2 (")
        .hasMessageContaining("style_image: float32 [?, ?, ?, 3]")
        .hasMessageContaining("there are the columns [picture]");
  }

  @Test
  void imagesOfTheWrongSizeFailWhenThePipelineIsBuilt() {
    HubChain chain =
        HubChain.of(
            List.of(
                augmenting().withConstant("image_size", size(12, 9)),
                spec("image_feature_vector")));
    assertThatThrownBy(() -> chain.settings().decided())
        .hasMessageContaining("takes inputs: float32 [?, 40, 40, 3], but link 1")
        .hasMessageContaining("gives default: float32 [?, 12, 9, 3]");
  }

  @Test
  void aComposedModuleIsLoadedOnceAndLeavesNoFiles() throws IOException {
    ModuleSpec upper = spec("string_out").withOutput("upper").withInput("x");
    HubChain chain =
        HubChain.of(List.of(upper, spec("nnlm"))).withComposition(Composition.ONE_GRAPH);
    Batch batch = from("a", Map.of("x", Array.Dense.vector(Values.of("abc", "d"))));
    PCollection<Batch> batches =
        pipeline.apply(Create.of(batch, batch).withCoder(new PlainBatchCoder()));
    CallResult result = batches.apply(chain);
    assertThat(result.called().composition()).isEqualTo(Composition.ONE_GRAPH);
    PAssert.that(result.failures()).empty();
    PipelineResult run = pipeline.run();
    run.waitUntilFinish();
    assertThat(temporary()).isEmpty();
    String name = upper.handle() + "," + spec("nnlm").handle();
    Map<String, Long> counters = new HashMap<>();
    run.metrics()
        .queryMetrics(
            MetricsFilter.builder()
                .addNameFilter(MetricNameFilter.inNamespace(HubMetrics.namespace(name)))
                .build())
        .getCounters()
        .forEach(c -> counters.merge(c.getName().getName(), c.getAttempted(), Long::sum));
    assertThat(counters).containsEntry(HubMetrics.LOADS, 1L).containsEntry(HubMetrics.ROWS, 4L);
  }

  private static Set<String> temporary() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.map(p -> p.getFileName().toString())
          .filter(n -> n.startsWith(ComposedLoader.PREFIX))
          .collect(Collectors.toSet());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_GRAPH", "BATCHES"})
  void oneSeedForAllIsTheUsers(Composition composition) {
    HubChain chain =
        HubChain.of(List.of(spec("augment_color")))
            .withPassthrough(List.of())
            .withSeeds(Seeding.FIXED, 2);
    ModuleSpec byHand = spec("augment_color").withConstant("seed", size(0, 2));
    Batch batch = from("a", Map.of("decoded_images", input("augment_color", 0, "decoded_images")));
    same(
        call(HubChain.of(List.of(byHand)), Composition.BATCHES, batch).column("default"),
        call(chain, composition, batch).column("default"));
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_GRAPH", "BATCHES"})
  void vectorsOfTwoColumnsAreJoined(Composition composition) {
    Array texts = input("nnlm", 0, "sentences");
    int[] turned = new int[texts.rows()];
    for (int i = 0; i < turned.length; i++) {
      turned[i] = turned.length - 1 - i;
    }
    Batch batch = from("a", Map.of("title", texts, "body", texts.select(turned)));
    ModuleChain joined =
        ModuleChain.join(
            "vector",
            List.of(
                ModuleChain.of(spec("nnlm").withInput("title")),
                ModuleChain.of(spec("nnlm").withInput("body"))));
    Batch out = call(HubChain.of(joined), composition, batch);
    Array expected = ArrayJson.decodeArray(golden("nnlm", 0).get("outputs").elements().next());
    int width = ((Array.Dense) expected).rowSize();
    float[] one = ((Values.Numbers) expected.values()).toFloats();
    float[] two = ((Values.Numbers) out.column("vector").values()).toFloats();
    assertThat(out.column("vector").dims()).containsExactly((long) turned.length, 2L * width);
    for (int row = 0; row < turned.length; row++) {
      for (int k = 0; k < width; k++) {
        assertThat(two[2 * width * row + k])
            .isCloseTo(one[row * width + k], org.assertj.core.api.Assertions.within(1e-6f));
        assertThat(two[2 * width * row + width + k])
            .isCloseTo(one[turned[row] * width + k], org.assertj.core.api.Assertions.within(1e-6f));
      }
    }
  }
}
