// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.preprocessing.PreprocessingFunction;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Scaling;
import org.hubbeam.preprocessing.Vocabularies;
import org.hubbeam.preprocessing.VocabularyOptions;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several data sets give what they give together; those that were seen are not read again. */
class AccumulatorsTest {

  private static final Map<String, Integer> READ = new ConcurrentHashMap<>();

  private static final BatchSchema SCHEMA =
      new BatchSchema(
          List.of(
              new ArraySpec("x", DType.INT64, Shape.of(-1), Layout.DENSE),
              new ArraySpec("word", DType.STRING, Shape.of(-1), Layout.DENSE)));

  @TempDir Path temp;

  private static Batch batch(long start, String... words) {
    long[] x = new long[words.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = start + 3L * i;
    }
    return Batch.of(
        new TreeMap<>(
            Map.of(
                "x", Array.Dense.vector(Values.of(x)),
                "word", Array.Dense.vector(Values.of(words)))));
  }

  private static final Batch A = batch(-5, "a", "b", "b", "c");
  private static final Batch B = batch(4, "c", "c", "d", "c", "b");

  private static PreprocessingFunction function(int topK) {
    return in -> {
      Map<String, Column> features = new TreeMap<>();
      features.put("x", Scaling.scaleTo01(in.get("x")));
      features.put(
          "word",
          Vocabularies.computeAndApplyVocabulary(
              in.get("word"), VocabularyOptions.DEFAULT.withTopK(topK), Vocabularies.UNKNOWN));
      return features;
    };
  }

  private static PreprocessingFunction twoPhases() {
    return in -> {
      Map<String, Column> features = new TreeMap<>(function(3).apply(in));
      features.put("z", Scaling.scaleToZScore(features.get("x")));
      return features;
    };
  }

  /** Counts how often it is put into a pipeline. */
  private static final class Source extends PTransform<PBegin, PCollection<Batch>> {
    private static final long serialVersionUID = 1;
    private final String key;
    private final transient List<Batch> batches;

    Source(String key, Batch... batches) {
      this.key = key;
      this.batches = List.of(batches);
    }

    @Override
    public PCollection<Batch> expand(PBegin begin) {
      READ.merge(key, 1, Integer::sum);
      return begin.apply(Create.of(batches).withCoder(BatchCoder.of()));
    }
  }

  private AnalyzeDatasets analysis(Preprocessor preprocessor) {
    return AnalyzeDatasets.of(
            AnalyzeDataset.of(preprocessor).withTempLocation(temp.resolve("temp").toString()))
        .withAccumulators(temp.resolve("saved").toString());
  }

  /** Runs it, and compares what is found with what is found in memory. */
  private void check(AnalyzeDatasets analysis, Preprocessor preprocessor, List<Batch> all) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    AnalyzeDatasets.Result result = pipeline.apply("Fit", analysis);
    List<String> expected;
    try (LocalRun run = preprocessor.applyLocally(all)) {
      expected = found(run.results());
    }
    PAssert.thatSingleton(result.results())
        .satisfies(
            results -> {
              assertThat(found(results)).isEqualTo(expected);
              return null;
            });
    pipeline.run();
  }

  private static List<String> found(AnalyzerResults results) {
    List<String> found = new ArrayList<>();
    results.arrays().forEach((node, array) -> found.add(node + " " + values(array)));
    for (AnalyzerResults.File file : results.files().values()) {
      try {
        found.add(
            file.name() + " " + file.size() + " " + Files.readString(Path.of(file.location())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  private static List<Object> values(Array array) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < array.values().size(); i++) {
      values.add(array.values().get(i));
    }
    return values;
  }

  private List<String> saved() throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve("saved"))) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatWasSeenIsNotReadAgain() throws IOException {
    Preprocessor preprocessor = Preprocessor.of(SCHEMA, function(3));
    READ.clear();
    check(analysis(preprocessor).with("a", new Source("a", A)), preprocessor, List.of(A));
    AnalyzeDatasets both =
        analysis(preprocessor).with("a", new Source("a", A)).with("b", new Source("b", B));
    check(both, preprocessor, List.of(A, B));
    assertThat(READ).containsExactlyInAnyOrderEntriesOf(Map.of("a", 1, "b", 1));
    check(both, preprocessor, List.of(A, B));
    assertThat(READ).containsExactlyInAnyOrderEntriesOf(Map.of("a", 1, "b", 1));
    assertThat(saved()).hasSize(4).contains("a.json", "b.json");
  }

  @Test
  void aLimitIsNoOtherAccumulatorButAnotherAnalyzerIs() throws IOException {
    Preprocessor before = Preprocessor.of(SCHEMA, function(3));
    READ.clear();
    check(analysis(before).with("a", new Source("a", A)), before, List.of(A));
    Preprocessor limited = Preprocessor.of(SCHEMA, function(1));
    check(analysis(limited).with("a", new Source("a", A)), limited, List.of(A));
    assertThat(READ).containsEntry("a", 1);
    Preprocessor other =
        Preprocessor.of(SCHEMA, in -> Map.of("z", Scaling.scaleToZScore(in.get("x"))));
    check(analysis(other).with("a", new Source("a", A)), other, List.of(A));
    assertThat(READ).containsEntry("a", 2);
    assertThat(saved()).as("files of no use are gone").containsExactly("a.json");
  }

  @Test
  void aDamagedFileIsNotUsed() throws IOException {
    Preprocessor preprocessor = Preprocessor.of(SCHEMA, function(3));
    AnalyzeDatasets analysis = analysis(preprocessor).with("a", new Source("a", A));
    check(analysis, preprocessor, List.of(A));
    Path file = temp.resolve("saved/a.json");
    String text = Files.readString(file, StandardCharsets.UTF_8);
    READ.clear();
    List<UnaryOperator<String>> damages =
        List.of(
            whole -> "",
            whole -> whole.replace("\"version\":1", "\"version\":2"),
            whole -> whole.replaceFirst("(int64[^\"]*\":\")[^\"]*", "$1Y3V0"));
    for (UnaryOperator<String> damage : damages) {
      String whole = Files.readString(file, StandardCharsets.UTF_8);
      assertThat(damage.apply(whole)).isNotEqualTo(whole);
      Files.writeString(file, damage.apply(whole), StandardCharsets.UTF_8);
      check(analysis, preprocessor, List.of(A));
    }
    assertThat(READ).containsEntry("a", 3);
    assertThat(Files.readString(file).replaceAll("tokens-[^\"]*", ""))
        .isEqualTo(text.replaceAll("tokens-[^\"]*", ""));
  }

  @Test
  void filesOfTokensAreAsDocumented() throws IOException {
    PreprocessingFunction function =
        in -> Map.of("word", Vocabularies.computeAndApplyVocabulary(in.get("word")));
    Preprocessor preprocessor = Preprocessor.of(SCHEMA, function);
    AnalyzeDatasets analysis = analysis(preprocessor).with("a", new Source("a", A));
    check(analysis, preprocessor, List.of(A));
    Path file = temp.resolve("saved").resolve(saved().get(1));
    byte[] a = {0, 0, 0, 1, 'a', 2, 0};
    byte[] b = {0, 0, 0, 1, 'b', 3, 0};
    byte[] c = {0, 0, 0, 1, 'c', 2, 0};
    assertThat(records(file)).containsExactlyInAnyOrder(a, b, c);
    try (TFRecordWriter out = new TFRecordWriter(Files.newOutputStream(file), Compression.GZIP)) {
      out.write(new byte[] {0, 0, 0, 1, 'a', 4, 0});
      out.write(new byte[] {0, 0, 0, 0, 2, 0});
      out.write(b);
    }
    check(analysis, preprocessor, List.of(batch(0, "b", "a", "a", "b", "", "a")));
  }

  /** The records of a gzip TFRecord: length, checksum, data, checksum. */
  private static List<byte[]> records(Path file) throws IOException {
    List<byte[]> records = new ArrayList<>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      ByteBuffer all = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      while (all.hasRemaining()) {
        byte[] record = new byte[(int) all.getLong()];
        all.getInt();
        all.get(record).getInt();
        records.add(record);
      }
    }
    return records;
  }

  @Test
  void laterPhasesReadAllDataSets() {
    Preprocessor preprocessor = Preprocessor.of(SCHEMA, twoPhases());
    assertThat(preprocessor.plan().phases()).hasSize(2);
    AnalyzeDatasets both =
        analysis(preprocessor).with("a", new Source("a", A)).with("b", new Source("b", B));
    check(both, preprocessor, List.of(A, B));
    check(both, preprocessor, List.of(A, B));
  }

  @Test
  void withoutAFolderTheyAreAnalysedTogether() {
    Preprocessor preprocessor = Preprocessor.of(SCHEMA, twoPhases());
    check(
        AnalyzeDatasets.of(
                AnalyzeDataset.of(preprocessor).withTempLocation(temp.resolve("t").toString()))
            .with("a", new Source("a", A))
            .with("b", new Source("b", B)),
        preprocessor,
        List.of(A, B));
  }

  @Test
  void keysAreNamesOfFiles() {
    AnalyzeDatasets analysis =
        AnalyzeDatasets.of(Preprocessor.of(SCHEMA, function(3))).with("a", new Source("a", A));
    assertThatThrownBy(() -> analysis.with("a", new Source("a", B)))
        .hasMessageContaining("two data sets of the key 'a'");
    assertThatThrownBy(() -> analysis.with("../a", new Source("a", B)))
        .hasMessageContaining("not '../a'");
    assertThatThrownBy(
            () -> Pipeline.create().apply(AnalyzeDatasets.of(Preprocessor.of(SCHEMA, function(3)))))
        .hasMessageContaining("no data set");
  }
}
