// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.IntRange;
import org.hubbeam.batch.Values;
import org.hubbeam.plan.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.HashTable;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

class VocabularyLookupTest {

  private static final VocabularyOptions WORDS = VocabularyOptions.DEFAULT.withFilename("words");

  @TempDir private Path folder;

  /** Lower case, and one bucket behind the vocabulary for all that is unknown. */
  private static VocabularyLookup.Result ignoringCase(
      Ops tf, Operand<?> values, Operand<TString> path) {
    HashTable table = tf.hashTable(TString.class, TInt64.class);
    Ops filled =
        tf.withControlDependencyOps(tf.initializeTableFromTextFile(table, path, -2L, -1L).op());
    Operand<TInt64> size = filled.lookupTableSize(table);
    Operand<TString> lower = filled.strings.lower(values.asOutput().expect(TString.class));
    return new VocabularyLookup.Result(
        filled.lookupTableFind(table, lower, size), tf.math.add(size, tf.constant(1L)));
  }

  private static Array.Ragged words() {
    return Array.Ragged.of(Values.of("b", "a", "a", "b", "b", "c"), new int[] {0, 2, 2, 6});
  }

  private static PreprocessingFunction function(Domain.Unknown unknown) {
    return in -> {
      Column ids =
          Vocabularies.applyVocabulary(
              in.get("x"),
              Vocabularies.vocabulary(in.get("x"), WORDS),
              unknown,
              VocabularyLookupTest::ignoringCase);
      Operand<TInt64> size = Buckets.getNumBucketsForTransformedFeature(ids).as(TInt64.class);
      Operand<TInt64> each = in.tf().fill(in.tf().expandDims(in.rows(), in.tf().constant(0)), size);
      return Map.of("ids", ids, "size", in.column(each));
    };
  }

  @Test
  void aFunctionOfOnesOwnGivesTheIdsAndHowManyThereAre() throws Exception {
    Array.Ragged later = Array.Ragged.of(Values.of("B", "?", "A", "C"), new int[] {0, 1, 4});
    try (LocalRun run = Local.over("x", words()).run(function(new Domain.Unknown.Buckets(1)))) {
      for (int call = 0; call < 2; call++) {
        assertThat(Local.longs(run.transform(Local.batch("x", later)).column("ids")))
            .containsExactly(0, 3, 1, 2);
        assertThat(Local.longs(run.transform(Local.batch("x", words())).column("ids")))
            .containsExactly(0, 1, 1, 0, 0, 2);
      }
      assertThat(Local.longs(run.transform(Local.batch("x", later)).column("size")))
          .containsExactly(4, 4);
      assertThat(run.schema().domains().get("ids").range()).isEqualTo(IntRange.categories(0, 3));
      run.write(folder.resolve("out"));
      try (TransformFn moved = TransformFn.load(folder.resolve("out"))) {
        assertThat(Local.longs(moved.apply(Local.batch("x", later)).column("ids")))
            .containsExactly(0, 3, 1, 2);
      }
    }
  }

  @Test
  void theIdOfUnknownValuesBelongsToTheRange() {
    try (LocalRun run = Local.over("x", words()).run(function(new Domain.Unknown.Default(-5)))) {
      assertThat(run.schema().domains().get("ids").range()).isEqualTo(IntRange.categories(-5, 3));
    }
    try (LocalRun run = Local.over("x", words()).run(function(new Domain.Unknown.Default(17)))) {
      assertThat(run.schema().domains().get("ids").range()).isEqualTo(IntRange.categories(0, 17));
      assertThat(Local.longs(run.transform(Local.batch("x", words())).column("size")))
          .containsExactly(18, 18, 18);
    }
  }

  @Test
  void integersComeAsTheyAreAndFloatsNot() {
    PreprocessingFunction places =
        in ->
            Map.of(
                "ids",
                Vocabularies.applyVocabulary(
                    in.get("x"),
                    Vocabularies.vocabulary(in.get("x"), WORDS),
                    Vocabularies.UNKNOWN,
                    (tf, values, path) -> {
                      assertThat(values.type()).isEqualTo(TInt64.class);
                      return new VocabularyLookup.Result(
                          values.asOutput().expect(TInt64.class), tf.constant(7L));
                    }));
    try (LocalRun run = Local.over("x", Local.longs(5, 6, 6)).run(places)) {
      assertThat(run.schema().domains().get("ids").range()).isEqualTo(IntRange.categories(-1, 6));
      assertThat(run.schema().vocabularies().get(0).filteredSize()).isEqualTo(2);
    }
    assertThatThrownBy(() -> Local.over("x", Local.floats(1f)).run(places))
        .hasMessageContaining("float32");
  }

  @Test
  void aSizeThatDependsOnTheRowsIsRefused() {
    PreprocessingFunction function =
        in ->
            Map.of(
                "ids",
                Vocabularies.applyVocabulary(
                    in.get("x"),
                    Vocabularies.vocabulary(in.get("x"), WORDS),
                    Vocabularies.UNKNOWN,
                    (tf, values, path) ->
                        new VocabularyLookup.Result(
                            values.asOutput().expect(TInt64.class),
                            tf.size(values, TInt64.class))));
    assertThatThrownBy(() -> Local.over("x", Local.longs(1)).run(function))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'ids'")
        .hasMessageContaining("'x'");
  }

  @Test
  void idsOfAnotherShapeThanTheValuesAreRefused() {
    PreprocessingFunction function =
        in ->
            Map.of(
                "ids",
                Vocabularies.applyVocabulary(
                    in.get("x"),
                    Vocabularies.vocabulary(in.get("x"), WORDS),
                    Vocabularies.UNKNOWN,
                    (tf, values, path) ->
                        new VocabularyLookup.Result(
                            tf.constant(new long[][] {{1}}), tf.constant(1L))));
    assertThatThrownBy(() -> Local.over("x", words()).run(function))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rank 1");
  }
}
