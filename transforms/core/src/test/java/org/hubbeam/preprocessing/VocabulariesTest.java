// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.IntRange;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.plan.Domain;
import org.hubbeam.plan.VocabularyFormat;
import org.hubbeam.reducer.StoredScores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabulariesTest {

  private static final VocabularyOptions WORDS = VocabularyOptions.DEFAULT.withFilename("words");
  private static final BatchSchema LISTS = schema(DType.STRING, Shape.of(-1, -1), Layout.RAGGED);

  @TempDir private Path folder;

  private static BatchSchema schema(DType dtype, Shape shape, Layout layout) {
    return new BatchSchema(List.of(new ArraySpec("x", dtype, shape, layout)));
  }

  private static Batch lists(String[]... rows) {
    int[] splits = new int[rows.length + 1];
    List<String> all = new java.util.ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      all.addAll(List.of(rows[i]));
      splits[i + 1] = all.size();
    }
    return Batch.of(Map.of("x", Array.Ragged.of(Values.of(all.toArray(new String[0])), splits)));
  }

  private static Batch words() {
    return lists(
        new String[] {"hello", "hello", "world"},
        new String[] {"hello", "goodbye", "world"},
        new String[] {},
        new String[] {"hello", "goodbye", "a b"});
  }

  private static long[] ids(Batch batch) {
    return ((Values.Numbers) batch.column("ids").values()).toLongs();
  }

  @Test
  void wordsOfListsBecomeTheirPlacesInTheVocabulary() throws Exception {
    Preprocessor preprocessor =
        Preprocessor.of(
            LISTS,
            in ->
                Map.of(
                    "ids",
                    Vocabularies.computeAndApplyVocabulary(
                        in.get("x"),
                        WORDS.withFrequencyThreshold(2),
                        new Domain.Unknown.Default(-99))));
    try (LocalRun run = preprocessor.applyLocally(List.of(words()))) {
      assertThat(ids(run.transform(words()))).containsExactly(0, 0, 1, 0, 2, 1, 0, 2, -99);
      run.write(folder.resolve("out"));
    }
    Path written = folder.resolve("out");
    assertThat(Files.readAllLines(written.resolve("transform_fn/assets/words")))
        .containsExactly("hello", "world", "goodbye");
    BatchSchema schema =
        BatchSchema.parse(Files.readString(written.resolve("transformed_metadata/schema.pbtxt")));
    assertThat(schema.domains().get("ids").range()).isEqualTo(IntRange.categories(-99, 2));
    assertThat(schema.vocabularies().get(0).filteredSize()).isEqualTo(3);
  }

  @Test
  void unknownWordsFallIntoBucketsByTheirFingerprint() {
    Preprocessor preprocessor =
        Preprocessor.of(
            LISTS,
            in ->
                Map.of(
                    "ids",
                    Vocabularies.computeAndApplyVocabulary(
                        in.get("x"), WORDS.withTopK(1), new Domain.Unknown.Buckets(3))));
    Batch rows =
        lists(
            new String[] {"hello", "hello", "world", "world"},
            new String[] {"hello", "tarkus", "toccata"},
            new String[] {"hello", "goodbye", "foo"});
    try (LocalRun run = preprocessor.applyLocally(List.of(rows))) {
      assertThat(ids(run.transform(rows))).containsExactly(0, 0, 2, 2, 0, 3, 1, 0, 2, 1);
    }
  }

  @Test
  void frequenciesStandBeforeTheTokensInEitherFormat() {
    for (VocabularyFormat format : VocabularyFormat.values()) {
      Preprocessor preprocessor =
          Preprocessor.of(
              LISTS,
              in ->
                  Map.of(
                      "ids",
                      Vocabularies.computeAndApplyVocabulary(
                          in.get("x"),
                          WORDS.withFormat(format).withFrequency(StoredScores.STORED),
                          Vocabularies.UNKNOWN)));
      try (LocalRun run = preprocessor.applyLocally(List.of(words()))) {
        assertThat(ids(run.transform(words())))
            .as(format.name())
            .containsExactly(0, 0, 1, 0, 2, 1, 0, 2, 3);
        assertThat(ids(run.transform(lists(new String[] {"nobody", "a b"}))))
            .containsExactly(-1, 3);
      }
    }
  }

  @Test
  void integersAreOrderedAsText() {
    BatchSchema schema = schema(DType.INT64, Shape.of(-1), Layout.DENSE);
    Preprocessor preprocessor =
        Preprocessor.of(
            schema, in -> Map.of("ids", Vocabularies.computeAndApplyVocabulary(in.get("x"))));
    Batch rows = Batch.of(Map.of("x", Array.Dense.vector(Values.of(1L, 2L, 2L, 3L))));
    try (LocalRun run = preprocessor.applyLocally(List.of(rows))) {
      assertThat(ids(run.transform(rows))).containsExactly(2, 0, 0, 1);
      assertThat(run.results().files().values().iterator().next().name())
          .isEqualTo("vocab_compute_and_apply_vocabulary_vocabulary");
    }
  }

  @Test
  void anApproximateVocabularyIsExactWhereThereIsRoom() {
    Preprocessor preprocessor =
        Preprocessor.of(
            LISTS,
            in ->
                Map.of(
                    "ids",
                    Vocabularies.computeAndApplyApproximateVocabulary(
                        in.get("x"), 10, WORDS, Vocabularies.UNKNOWN)));
    try (LocalRun run = preprocessor.applyLocally(List.of(words()))) {
      assertThat(ids(run.transform(words()))).containsExactly(0, 0, 1, 0, 2, 1, 0, 2, 3);
    }
  }

  @Test
  void twoVocabulariesOfOneNameAreRefused() {
    assertThatThrownBy(
            () ->
                Preprocessor.of(
                    LISTS,
                    in ->
                        Map.of(
                            "a",
                            Vocabularies.computeAndApplyVocabulary(
                                in.get("x"), WORDS, Vocabularies.UNKNOWN),
                            "b",
                            Vocabularies.computeAndApplyVocabulary(
                                in.get("x"), WORDS.withTopK(1), Vocabularies.UNKNOWN))))
        .hasMessageContaining("words");
  }

  @Test
  void thePlanSaysHowAVocabularyIsMade() {
    Preprocessor preprocessor =
        Preprocessor.of(
            LISTS,
            in ->
                Map.of(
                    "ids",
                    Vocabularies.computeAndApplyVocabulary(
                        in.get("x"), WORDS.withTopK(9), Vocabularies.UNKNOWN)));
    assertThat(preprocessor.explain())
        .contains("phase 0\n  vocabulary_0: vocabulary(dtype=string, top_k=9) -> words of x\n")
        .contains("outputs\n  ids: sparse int64 [?, ?]\n");
  }

  @Test
  void aFileOfOnesOwnComesAlongUnderItsNameAndIsFoundByItsKey() throws Exception {
    Path file = Files.write(folder.resolve("my words.txt"), List.of("world", "hello"));
    Preprocessor preprocessor =
        Preprocessor.of(
            LISTS,
            in ->
                Map.of(
                    "ids",
                    Vocabularies.applyVocabulary(
                        in.get("x"),
                        Vocabularies.annotateAsset(
                            in, "mine", file.toString(), VocabularyFormat.TEXT))));
    try (LocalRun run = preprocessor.applyLocally(List.of())) {
      assertThat(ids(run.transform(words()))).containsExactly(1, 1, 0, 1, -1, 0, 1, -1, -1);
      run.write(folder.resolve("own"));
    }
    assertThat(folder.resolve("own/transform_fn/assets/my words.txt")).hasSameBinaryContentAs(file);
    assertThat(folder.resolve("own/transformed_metadata/asset_map"))
        .hasContent("{\"mine\":\"my words.txt\"}");
    assertThatThrownBy(
            () ->
                Preprocessor.of(
                    LISTS,
                    in -> {
                      Vocabularies.annotateAsset(in, "none", "/no/file", VocabularyFormat.TEXT);
                      return Map.of("x", in.get("x"));
                    }))
        .hasMessageContaining("none")
        .hasMessageContaining("/no/file");
  }

  @Test
  void floatsHaveNoVocabulary() {
    BatchSchema schema = schema(DType.FLOAT32, Shape.of(-1), Layout.DENSE);
    assertThatThrownBy(
            () ->
                Preprocessor.of(
                    schema,
                    in -> Map.of("ids", Vocabularies.computeAndApplyVocabulary(in.get("x")))))
        .hasMessageContaining("float32");
  }

  @Test
  void nothingAnalysedHasOneTokenThatNobodyHas() {
    Preprocessor preprocessor =
        Preprocessor.of(
            LISTS, in -> Map.of("ids", Vocabularies.computeAndApplyVocabulary(in.get("x"))));
    try (LocalRun run = preprocessor.applyLocally(List.of())) {
      assertThat(ids(run.transform(words()))).containsOnly(-1);
    }
  }
}
