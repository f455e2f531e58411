// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Truth: Python's {@code tf.lookup.StaticHashTable} of the same keys and values. */
class LookupOpsTest {

  private static final Expressions ROWS =
      new Expressions()
          .with("s", Array.Dense.vector(Values.of("a", "zz", "b")))
          .with("n", Array.Dense.vector(Values.of(-3L, 0L, 7L)))
          .with("f", Array.Dense.vector(Values.of(1f, 2f, 3f)))
          .with("m", new Array.Dense(List.of(3L, 2L), Values.of("a", "b", "", "a", "b", "b")))
          .with("words", Array.Ragged.of(Values.of("b", "q", "a"), new int[] {0, 2, 2, 3}))
          .withRagged("more", Array.Ragged.of(Values.of(7L, 1L), new int[] {0, 0, 0, 2}));

  @Test
  void eachValueHasItsPlaceInTheTable() {
    assertThat(ROWS.evaluate("lookup(s, {\"a\": 10, \"b\": 20}, default_value=-1)"))
        .isEqualTo(Array.Dense.vector(Values.of(10L, -1L, 20L)));
    assertThat(ROWS.evaluate("lookup(s, {\"a\": 1, \"b\": 2.5}, 0)"))
        .isEqualTo(Array.Dense.vector(Values.of(1f, 0f, 2.5f)));
    assertThat(ROWS.evaluate("lookup(n, {-3: \"less\", 7: \"more\"}, default=\"\")"))
        .isEqualTo(Array.Dense.vector(Values.of("less", "", "more")));
    assertThat(ROWS.evaluate("cast(lookup(n, {7: true}, default=false), int64)"))
        .isEqualTo(Array.Dense.vector(Values.of(0L, 0L, 1L)));
    assertThat(ROWS.evaluate("lookup(s, [\"b\", \"a\"])"))
        .isEqualTo(Array.Dense.vector(Values.of(1L, -1L, 0L)));
    assertThat(ROWS.evaluate("one_hot(lookup(s, [\"a\", \"b\"], default=1), depth=2)"))
        .isEqualTo(new Array.Dense(List.of(3L, 2L), Values.of(1f, 0f, 0f, 1f, 0f, 1f)));
  }

  @Test
  void everyLayoutKeepsItsShape() {
    assertThat(ROWS.evaluate("lookup(m, {\"a\": 1, \"b\": 2}, default=0)"))
        .isEqualTo(new Array.Dense(List.of(3L, 2L), Values.of(1L, 2L, 0L, 1L, 2L, 2L)));
    assertThat(ROWS.evaluate("lookup(words, {\"a\": 1, \"b\": 2}, default=0)"))
        .isEqualTo(Array.Ragged.of(Values.of(2L, 0L, 1L), new int[] {0, 2, 2, 3}));
    assertThat(ROWS.evaluate("lookup(more, {7: \"x\"}, default=\"y\")"))
        .isEqualTo(Array.Ragged.of(Values.of("x", "y"), new int[] {0, 0, 0, 2}));
  }

  @Test
  void anAnalyzerMayFollow() {
    assertThat(ROWS.evaluate("scale_to_0_1(lookup(s, {\"a\": 1.0, \"b\": 3.0}, default=2.0))"))
        .isEqualTo(Array.Dense.vector(Values.of(0f, 0.5f, 1f)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          lookup(s, {"a": 1})                      | 'default_value' is missing
          lookup(s, {"a": 1, "a": 2}, default=0)   | the key 'a' is in the table twice
          lookup(s, {1: 1}, default=0)             | expected a text, found 1
          lookup(n, {"a": 1}, default=0)           | expected a whole number, found "a"
          lookup(f, {1: 1}, default=0)             | a table has strings or integers as keys, not float32
          lookup(s, {"a": 1}, default="no")        | expected a number, found "no"
          lookup(s, {}, default=0)                 | a table needs a key
          lookup(s, 5)                             | must be a table
          lookup(s, {"a" 1}, default=0)            | expected ':' behind a key
          lookup(s, {"a": s}, default=0)           | must be a plain value
          """)
  void wrongTablesAreRefused(String expression, String message) {
    assertThatThrownBy(() -> ROWS.preprocessor(expression))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(message);
  }

  /** As {@code tf.compat.v1.string_split} splits them. */
  @Test
  void severalDelimitersSplit() {
    Expressions texts =
        new Expressions().with("t", Array.Dense.vector(Values.of("a.b, c!", "", " ..x")));
    assertThat(texts.evaluate("string_split(t, \".,!?() \")"))
        .isEqualTo(Array.Ragged.of(Values.of("a", "b", "c", "x"), new int[] {0, 3, 3, 4}));
    assertThat(texts.evaluate("string_split(t)"))
        .isEqualTo(Array.Ragged.of(Values.of("a.b,", "c!", "..x"), new int[] {0, 2, 2, 3}));
    assertThat(texts.evaluate("string_split(t, \".,\", skip_empty=False)"))
        .isEqualTo(
            Array.Ragged.of(Values.of("a", "b", " c!", " ", "", "x"), new int[] {0, 3, 3, 6}));
    assertThat(texts.evaluate("string_split(t, \"\")").values())
        .isEqualTo(Values.of("a", ".", "b", ",", " ", "c", "!", " ", ".", ".", "x"));
  }
}
