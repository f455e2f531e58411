// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

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
