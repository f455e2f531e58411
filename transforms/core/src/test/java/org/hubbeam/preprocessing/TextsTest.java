// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.preprocessing.TermWeighting.Baseline;
import org.hubbeam.preprocessing.TermWeighting.Smoothing;
import org.junit.jupiter.api.Test;

class TextsTest {

  private static final Array TOKENS =
      lists(
          List.of("hello", "world"),
          List.of("a", "b", "c", "a"),
          List.of(),
          List.of("one"),
          List.of("", "x"));

  @SafeVarargs
  private static Array lists(List<String>... rows) {
    int[] splits = new int[rows.length + 1];
    List<String> all = new java.util.ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      all.addAll(rows[i]);
      splits[i + 1] = all.size();
    }
    return Array.Ragged.of(Values.of(all.toArray(String[]::new)), splits);
  }

  private static Array mapped(Array x, Function<Column, Column> mapper) {
    return Local.over("x", x).output(in -> mapper.apply(in.get("x")));
  }

  @Test
  void ngramsComeByStartThenByLength() {
    assertThat(mapped(TOKENS, x -> Texts.ngrams(x, new NgramRange(1, 2), " ")))
        .isEqualTo(
            lists(
                List.of("hello", "hello world", "world"),
                List.of("a", "a b", "b", "b c", "c", "c a", "a"),
                List.of(),
                List.of("one"),
                List.of("", " x", "x")));
    assertThat(mapped(TOKENS, x -> Texts.ngrams(x, new NgramRange(2, 3), "--")))
        .isEqualTo(
            lists(
                List.of("hello--world"),
                List.of("a--b", "a--b--c", "b--c", "b--c--a", "c--a"),
                List.of(),
                List.of(),
                List.of("--x")));
  }

  @Test
  void ngramsOfRaggedListsAreRagged() {
    Local local = Local.over("x", TOKENS);
    try (LocalRun run =
        Preprocessor.ofRagged(
                local.schema(),
                List.of("x"),
                in ->
                    Map.of(
                        "n", Texts.ngrams(in.get("x"), NgramRange.of(3), " "),
                        "w", Texts.wordCount(in.get("x"))))
            .applyLocally(List.of())) {
      Batch out = run.transform(Batch.of(Map.of("x", TOKENS)));
      assertThat(out.column("n"))
          .isEqualTo(lists(List.of(), List.of("a b c", "b c a"), List.of(), List.of(), List.of()));
      assertThat(out.column("w")).isEqualTo(Local.longs(2, 4, 0, 1, 2));
    }
  }

  @Test
  void aBagHasEachNgramOnceInTheOrderOfAppearance() {
    assertThat(
            mapped(
                lists(List.of("a", "b", "a", "b"), List.of(), List.of("c", "c", "c")),
                x -> Texts.bagOfWords(x, new NgramRange(1, 2), " ")))
        .isEqualTo(lists(List.of("a", "a b", "b", "b a"), List.of(), List.of("c", "c c")));
  }

  @Test
  void wordsAreCountedPerRow() {
    assertThat(mapped(TOKENS, Texts::wordCount)).isEqualTo(Local.longs(2, 4, 0, 1, 2));
  }

  @Test
  void repeatedValuesOfARowAreDropped() {
    assertThat(
            mapped(
                lists(List.of("b", "a", "b"), List.of(), List.of("", "", "c"), List.of("b")),
                Texts::deduplicateTensorPerRow))
        .isEqualTo(lists(List.of("b", "a"), List.of(), List.of("", "c"), List.of("b")));
    assertThat(mapped(Local.rows(3, 3, 3, 1.5f, 1, 2, 3, 5, 5, 5), Texts::deduplicateTensorPerRow))
        .isEqualTo(Array.Ragged.of(Values.of(3f, 1.5f, 1f, 2f, 3f, 5f), new int[] {0, 2, 5, 6}));
    assertThat(mapped(Local.longs(4, 4), Texts::deduplicateTensorPerRow))
        .isEqualTo(Array.Ragged.of(Values.of(4L, 4L), new int[] {0, 1, 2}));
  }

  @Test
  void hashesAreTheReferences() {
    Array texts = Local.strings("", "a", "hello", "héllo", "日本語");
    assertThat(mapped(texts, x -> Texts.hashStrings(x, 1099511627776L)))
        .isEqualTo(
            Local.longs(254201053263L, 436859794915L, 726675229928L, 894050981111L, 689260247111L));
    assertThat(mapped(texts, x -> Texts.hashStrings(x, 10, new HashKey(123, 456))))
        .isEqualTo(Local.longs(4, 8, 9, 4, 9));
  }

  private static final Array DOCUMENTS =
      Array.Ragged.of(Values.of(2L, 2L, 0L, -4L, 11L, 2L), new int[] {0, 3, 6, 6});

  @Test
  void termsOfADocumentAreWeighted() {
    Batch out =
        Local.over("x", DOCUMENTS)
            .outputs(
                in -> {
                  List<Column> terms = Texts.tfidf(in.get("x"), 14);
                  return Map.of("index", terms.get(0), "weight", terms.get(1));
                });
    assertThat(out.column("index"))
        .isEqualTo(Array.Ragged.of(Values.of(0L, 2L, 2L, 10L, 11L), new int[] {0, 2, 5, 5}));
    assertThat(Local.floats(out.column("weight")))
        .containsExactly(
            new float[] {0.56438243f, 0.8584547f, 0.42922735f, 0.56438243f, 0.56438243f},
            within(1e-5f));
  }

  @Test
  void frequenciesOfDocumentsAreThoseOfTheAnalysedRows() {
    Array x = Array.Ragged.of(Values.of(0L, 0L, 1L, 0L, 2L, 1L), new int[] {0, 3, 5, 6});
    assertThat(Local.longs(mapped(x, c -> Texts.documentFrequency(c, 4))))
        .containsExactly(2, 2, 2, 2, 1, 2);
    assertThat(Local.floats(mapped(x, c -> Texts.idf(c, 4))))
        .containsExactly(
            new float[] {1.287682f, 1.287682f, 1.287682f, 1.287682f, 1.6931472f, 1.287682f},
            within(1e-5f));
    assertThat(
            Local.floats(
                Local.over("x", x)
                    .serving(Map.of("x", Array.Ragged.of(Values.of(0L), new int[] {0, 1})))
                    .output(
                        in ->
                            Texts.idf(
                                in.get("x"),
                                TermWeighting.of(4)
                                    .withSmoothing(Smoothing.NONE)
                                    .withBaseline(Baseline.NONE)))))
        .containsExactly(new float[] {0.4054651f}, within(1e-5f));
  }

  @Test
  void howManyTermsThereAreCanBeComputed() {
    assertThat(
            Local.longs(
                mapped(
                    Array.Ragged.of(Values.of(0L, 3L, 3L), new int[] {0, 2, 3}),
                    c -> Texts.documentFrequency(c, Analyzers.max(c)))))
        .containsExactly(2, 2, 2);
  }

  @Test
  void wrongSettingsAreNamed() {
    assertThatThrownBy(() -> new NgramRange(0, 2)).hasMessageContaining("it is 0 to 2");
    assertThatThrownBy(() -> mapped(Local.longs(1), x -> Texts.hashStrings(x, 7)))
        .hasMessageContaining("hash_strings is for strings");
    assertThatThrownBy(() -> mapped(Local.longs(1), x -> Texts.idf(x, 2)))
        .hasMessageContaining("sparse column of rank 2");
  }
}
