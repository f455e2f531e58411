// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testing.Python;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo module as the build writes it: what is near, what is far, and what texts it bears. */
@NullUnmarked
class DemoModuleTest {

  private static final Path BUILT = Path.of("target/demo_module");

  @TempDir static Path work;
  private static Module module;

  @BeforeAll
  static void load() {
    module = Module.load(BUILT, ModuleOptions.DEFAULT);
  }

  @AfterAll
  static void close() {
    module.close();
  }

  @Test
  void theBuildHasWrittenASmallModuleThatTouchesNothing() throws IOException {
    try (Stream<Path> files = Files.walk(BUILT)) {
      long bytes = files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
      assertThat(bytes).isLessThan(5_000_000);
    }
    assertThat(module.info().unsafeOps()).isEmpty();
    assertThat(module.variable("embeddings").dims()).containsExactly(8192L, 128L);
  }

  @Test
  void itIsTheSameWheneverItIsWritten() throws IOException {
    DemoModule.write(work.resolve("again"));
    for (String file :
        List.of(
            "saved_model.pb",
            "variables/variables.index",
            "variables/variables.data-00000-of-00001")) {
      assertThat(work.resolve("again").resolve(file)).hasSameBinaryContentAs(BUILT.resolve(file));
    }
  }

  @Test
  void everyTextHasLengthOneAndAnEmptyOneIsBlank() {
    List<byte[]> texts = new ArrayList<>();
    for (String text :
        List.of("", "   ", "?!", "a", "Ünïcödé 今日は", "x ".repeat(5000), "\u0000", "𝔘 😀 1")) {
      texts.add(text.getBytes(StandardCharsets.UTF_8));
    }
    texts.add(new byte[] {(byte) 0xff, (byte) 0xfe, 'a', (byte) 0xc3});
    float[][] vectors = embed(Values.ofBytes(texts));
    for (float[] vector : vectors) {
      assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
    }
    assertThat(vectors[1]).isEqualTo(vectors[0]);
    assertThat(vectors[2]).isEqualTo(vectors[0]);
    assertThat(dot(vectors[0], vectors[3])).isLessThan(0.5);
    assertThat(embed(Values.of(new String[0]))).isEmpty();
  }

  @Test
  void aTextIsTheSameAloneAndAmongOthersAndInAnyCase() {
    float[][] vectors = embed(Values.of("The parcel is late", "", "noise", "THE PARCEL, is LATE!"));
    assertThat(embed(Values.of("The parcel is late"))[0])
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(vectors[0]);
    assertThat(vectors[3]).usingComparatorWithPrecision(1e-6f).containsExactly(vectors[0]);
  }

  @Test
  void misspeltTextsAreNear() {
    float[][] v =
        embed(
            Values.of(
                "receive the parcel",
                "recieve the parcel",
                "bake the bread",
                "the parcel recieve"));
    assertThat(dot(v[0], v[1])).isGreaterThan(0.6);
    assertThat(dot(v[0], v[2])).isLessThan(0.3);
    for (float[] other : embed(Values.of(SampleTexts.sentences().toArray(new String[0])))) {
      assertThat(dot(v[1], other)).isLessThan(dot(v[0], v[1]));
    }
    assertThat(dot(v[1], v[3])).isCloseTo(1, within(1e-5));
  }

  @Test
  void theNearestSentencesOfEachQueryAreAboutTheSame() {
    List<String> sentences = SampleTexts.sentences();
    float[][] all = embed(Values.of(sentences.toArray(new String[0])));
    Map<String, List<String>> about =
        Map.ofEntries(
            Map.entry("recieve the parcel", List.of("parcel")),
            Map.entry("the pakage was late", List.of("package", "late")),
            Map.entry("heavy rain and thunderstroms", List.of("rain", "thunder")),
            Map.entry("train tickets to the coast", List.of("train", "coast")),
            Map.entry("how long to bake bread dough", List.of("bread", "dough", "bake")),
            Map.entry("computer crashs with an empty file", List.of("file", "computer")),
            Map.entry("dog barking at night", List.of("dog")),
            Map.entry("violin practice in the evening", List.of("violin")),
            Map.entry("pay the invoise", List.of("invoice", "pays")),
            Map.entry("goalkeeper saves penalty", List.of("penalty")),
            Map.entry("docter tablets for a headache", List.of("tablet", "headache", "doctor")),
            Map.entry("plumber for a dripping tap", List.of("tap", "plumber")));
    assertThat(SampleTexts.queries()).containsExactlyInAnyOrderElementsOf(about.keySet());
    about.forEach(
        (query, words) -> {
          float[] vector = embed(Values.of(query))[0];
          List<String> nearest =
              IntStream.range(0, all.length)
                  .boxed()
                  .sorted(Comparator.comparingDouble(i -> -dot(vector, all[i])))
                  .limit(3)
                  .map(i -> sentences.get(i).toLowerCase(Locale.ROOT))
                  .toList();
          assertThat(words)
              .as(query + " -> " + nearest)
              .anyMatch(w -> nearest.stream().anyMatch(s -> s.contains(w)));
        });
  }

  @Test
  void pythonGetsTheSameVectors() throws Exception {
    String python = Python.with("tensorflow_hub", "tf_keras");
    Path copy = work.resolve("copy");
    DemoModule.write(copy);
    List<String> texts = new ArrayList<>(SampleTexts.sentences());
    texts.addAll(List.of("", "recieve the parcel"));
    Path lines = Files.write(work.resolve("texts"), texts);
    Path out = work.resolve("vectors");
    Python.run(
        python,
        getClass(),
        "use_demo_module.py",
        work,
        copy.toString(),
        lines.toString(),
        out.toString());
    FloatBuffer actual =
        ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[][] expected = embed(Values.of(texts.toArray(new String[0])));
    assertThat(actual.remaining()).isEqualTo(texts.size() * DemoModule.DIMENSION);
    for (float[] vector : expected) {
      float[] same = new float[DemoModule.DIMENSION];
      actual.get(same);
      assertThat(same).usingComparatorWithPrecision(1e-5f).containsExactly(vector);
    }
  }

  @Test
  void theSampleTextsAreManyAndDiffer() {
    List<String> sentences = SampleTexts.sentences();
    assertThat(sentences).hasSizeGreaterThan(250).doesNotHaveDuplicates();
    assertThat(sentences).noneMatch(String::isBlank);
  }

  private static float[][] embed(Values texts) {
    Array out =
        module
            .function(FunctionChoice.of("__call__"))
            .call(Map.of("sentences", Array.Dense.vector(texts)))
            .get("output");
    assertThat(out.dims()).containsExactly((long) texts.size(), (long) DemoModule.DIMENSION);
    float[] flat = ((Values.Numbers) out.values()).toFloats();
    float[][] rows = new float[texts.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * DemoModule.DIMENSION, (i + 1) * DemoModule.DIMENSION);
    }
    return rows;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
