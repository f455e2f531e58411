// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

  private static final List<String> WORDS =
      List.of("help", "head", "embed", "--input", "--inputFormat", "--idColumn", "to_lower");

  @ParameterizedTest
  @CsvSource({
    "hepl, help",
    "emebd, embed",
    "embde, embed",
    "--imput, --input",
    "--input-format, --inputFormat",
    "--INPUT_FORMAT, --inputFormat",
    "--column, --idColumn",
    "tolower, to_lower",
    "lower, to_lower",
  })
  void theMostSimilarWordComesFirst(String word, String meant) {
    assertThat(Suggestion.to(word, WORDS)).first().isEqualTo(meant);
  }

  @Test
  void whatIsNotSimilarIsNotSuggested() {
    assertThat(Suggestion.to("frobnicate", WORDS)).isEmpty();
    assertThat(Suggestion.to("", WORDS)).isEmpty();
    assertThat(Suggestion.meant("frobnicate", WORDS)).isEmpty();
  }

  @Test
  void atMostThreeAreSuggestedEachOnce() {
    List<String> many = List.of("aaaad", "aaaac", "aaaab", "aaaaa", "aaaaa");

    assertThat(Suggestion.to("aaaa", many)).containsExactly("aaaaa", "aaaab", "aaaac");
    assertThat(Suggestion.meant("aaaa", many)).isEqualTo("; did you mean aaaaa, aaaab or aaaac?");
    assertThat(Suggestion.meant("aaa", List.of("aaaa"))).isEqualTo("; did you mean aaaa?");
    assertThat(Suggestion.meant("aaa", List.of("aaab", "aaaa")))
        .isEqualTo("; did you mean aaaa or aaab?");
  }
}
