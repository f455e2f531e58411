// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
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
import org.hubbeam.plan.VocabularyFormat;
import org.hubbeam.preprocessing.Analyzers;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Columns;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Vocabularies;
import org.hubbeam.preprocessing.VocabularyOptions;
import org.hubbeam.reducer.KeyFunction;
import org.hubbeam.reducer.MutualInformation;
import org.hubbeam.reducer.Selection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.types.TInt64;

/**
 * All vocabularies of a phase in one keyed pipeline give the files that one table in memory gives.
 */
class VocabulariesPipelineTest {

  private static final BatchSchema SCHEMA =
      new BatchSchema(
          List.of(
              new ArraySpec("word", DType.STRING, Shape.of(-1), Layout.DENSE),
              new ArraySpec("tags", DType.STRING, Shape.of(-1, -1), Layout.RAGGED),
              new ArraySpec("label", DType.INT64, Shape.of(-1), Layout.DENSE),
              new ArraySpec("weight", DType.FLOAT32, Shape.of(-1), Layout.DENSE)));

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  @TempDir Path temp;

  private static Map<String, Column> features(Columns in) {
    VocabularyOptions plain = VocabularyOptions.DEFAULT;
    Column word = in.get("word");
    Map<String, Column> features = new TreeMap<>();
    features.put("word", Vocabularies.computeAndApplyVocabulary(word));
    features.put(
        "tags",
        Vocabularies.computeAndApplyVocabulary(
            in.get("tags"),
            plain.withTopK(5).withFormat(VocabularyFormat.TFRECORD_GZIP),
            Vocabularies.UNKNOWN));
    Column again =
        Vocabularies.computeAndApplyVocabulary(
            word, plain.withFilename("again").withFrequencyThreshold(3), Vocabularies.UNKNOWN);
    features.put("third", Vocabularies.computeAndApplyVocabulary(again));
    Vocabularies.vocabulary(word, plain.withFilename("weighted").withWeights(in.get("weight")));
    Vocabularies.vocabulary(
        word,
        plain
            .withFilename("informed")
            .withTopK(7)
            .withLabels(
                in.get("label"), new MutualInformation(MutualInformation.Adjustment.ADJUSTED, 0)));
    Vocabularies.vocabulary(
        word,
        plain
            .withFilename("covered")
            .withTopK(2)
            .withCoverage(KeyFunction.prefix(1), Selection.ALL.withTopK(1))
            .withReservedTokens(List.of("first")));
    Column sizes =
        in.get("label")
            .map(
                v ->
                    in.tf()
                        .math
                        .sub(
                            in.get("label").values(TInt64.class),
                            Analyzers.max(in.get("label")).as(TInt64.class)));
    features.put("sizes", sizes);
    return features;
  }

  private static Batch batch(long seed, int rows) {
    Random random = new Random(seed);
    String[] words = new String[rows];
    long[] labels = new long[rows];
    float[] weights = new float[rows];
    int[] splits = new int[rows + 1];
    for (int i = 0; i < rows; i++) {
      int rank = Math.min(random.nextInt(30), random.nextInt(30));
      words[i] =
          rank == 29 ? "" : rank == 28 ? "two\nlines" : "abcde".charAt(rank % 5) + "w" + rank;
      labels[i] = rank % 3 == 0 ? 1 : random.nextInt(2);
      weights[i] = random.nextInt(8) / 4f;
      splits[i + 1] = splits[i] + random.nextInt(4);
    }
    String[] tags = new String[splits[rows]];
    for (int i = 0; i < tags.length; i++) {
      tags[i] = "t\n" + random.nextInt(9);
    }
    Map<String, Array> columns = new TreeMap<>();
    columns.put("word", Array.Dense.vector(Values.of(words)));
    columns.put("tags", Array.Ragged.of(Values.of(tags), splits));
    columns.put("label", Array.Dense.vector(Values.of(labels)));
    columns.put("weight", Array.Dense.vector(Values.of(weights)));
    return Batch.of(columns);
  }

  private static List<Batch> batches() {
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      batches.add(batch(i, 10 + 7 * i));
    }
    return batches;
  }

  /** Name and size of each file, and its bytes. */
  private static Map<String, String> files(AnalyzerResults results) {
    Map<String, String> files = new TreeMap<>();
    for (AnalyzerResults.File file : results.files().values()) {
      try {
        byte[] bytes = Files.readAllBytes(Path.of(file.location()));
        files.put(file.name() + " " + file.size(), java.util.HexFormat.of().formatHex(bytes));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  private AnalyzeDataset analysis(Preprocessor preprocessor) {
    return AnalyzeDataset.of(preprocessor).withTempLocation(temp.toString());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1L << 30})
  void filesAreThoseOfOneTable(long memory) {
    Preprocessor preprocessor = Preprocessor.of(SCHEMA, VocabulariesPipelineTest::features);
    assertThat(preprocessor.plan().phases()).hasSize(2);
    AnalyzeAndTransformDataset.Result result =
        pipeline
            .apply(Create.of(batches()).withCoder(BatchCoder.of()))
            .apply(AnalyzeAndTransformDataset.of(analysis(preprocessor).withTokenMemory(memory)));
    Map<String, String> expected;
    List<Batch> features = new ArrayList<>();
    try (LocalRun run = preprocessor.applyLocally(batches())) {
      expected = files(run.results());
      batches().forEach(b -> features.add(run.transform(b)));
    }
    assertThat(expected).hasSize(7);
    PAssert.thatSingleton(result.results())
        .satisfies(
            results -> {
              assertThat(files(results)).isEqualTo(expected);
              return null;
            });
    PAssert.that(result.batches()).containsInAnyOrder(features);
    pipeline.run();
  }

  @Test
  void vocabulariesOfNothingAreWritten() {
    Preprocessor preprocessor = Preprocessor.of(SCHEMA, VocabulariesPipelineTest::features);
    AnalyzeDataset.Result result =
        pipeline.apply(Create.empty(BatchCoder.of())).apply(analysis(preprocessor));
    Map<String, String> expected;
    try (LocalRun run = preprocessor.applyLocally(List.of())) {
      expected = files(run.results());
    }
    PAssert.thatSingleton(result.results())
        .satisfies(
            results -> {
              assertThat(files(results)).isEqualTo(expected);
              return null;
            });
    pipeline.run();
  }

  /** More tokens than are held of a bundle at a time, in more blocks than one of each partition. */
  @Test
  void manyTokensAreThoseOfOneTable() {
    BatchSchema words = new BatchSchema(SCHEMA.columns().subList(0, 1));
    Preprocessor preprocessor =
        Preprocessor.of(
            words, in -> Map.of("word", Vocabularies.computeAndApplyVocabulary(in.get("word"))));
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String[] some = new String[30_000];
      for (int row = 0; row < some.length; row++) {
        some[row] = "w" + (i * 15_000 + row);
      }
      batches.add(Batch.of(new TreeMap<>(Map.of("word", Array.Dense.vector(Values.of(some))))));
    }
    AnalyzeDataset.Result result =
        pipeline
            .apply(Create.of(batches).withCoder(BatchCoder.of()))
            .apply(analysis(preprocessor).withTokenMemory(1 << 20));
    Map<String, String> expected;
    try (LocalRun run = preprocessor.applyLocally(batches)) {
      expected = files(run.results());
    }
    PAssert.thatSingleton(result.results())
        .satisfies(
            results -> {
              assertThat(files(results).equals(expected)).as("the same files").isTrue();
              return null;
            });
    pipeline.run();
  }
}
