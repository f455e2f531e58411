// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {

  private static final List<String> WORDS = List.of("min", "clip_by_value", "reduce_mean", "mean");

  @Test
  void theNearestWordsComeFirst() {
    assertThat(Suggestions.nearest("clip", WORDS)).containsExactly("clip_by_value");
    assertThat(Suggestions.nearest("maen", WORDS)).startsWith("mean");
    assertThat(Suggestions.nearest("Reduce_Maen", WORDS)).containsExactly("reduce_mean");
    assertThat(Suggestions.nearest("mean", List.of("a", "mean_of", "means", "meal", "meant")))
        .containsExactly("meal", "mean_of", "means");
    assertThat(Suggestions.nearest("zzzz", WORDS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "hepl, help",
    "emebd, embed",
    "--imput, --input",
    "--input-format, --inputFormat",
    "--INPUT_FORMAT, --inputFormat",
    "-input, --input",
    "--column, --idColumn",
    "tolower, to_lower",
  })
  void caseAndDashesDoNotCount(String word, String meant) {
    List<String> words =
        List.of("help", "embed", "--input", "--inputFormat", "--idColumn", "to_lower");

    assertThat(Suggestions.nearest(word, words)).first().isEqualTo(meant);
    assertThat(Suggestions.nearest("INPUT", words)).containsExactly("--input");
    assertThat(Suggestions.nearest("", words)).isEmpty();
  }

  @Test
  void theyAreAskedFor() {
    assertThat(Suggestions.didYouMean("Claip", WORDS)).isEmpty();
    assertThat(Suggestions.didYouMean("cilp_by_value", WORDS))
        .isEqualTo("; did you mean clip_by_value?");
    assertThat(Suggestions.didYouMean("aa", List.of("ab", "ac", "ad", "ae")))
        .isEqualTo("; did you mean ab, ac or ad?");
    assertThat(Suggestions.didYouMean("zzzz", WORDS)).isEmpty();
  }
}
