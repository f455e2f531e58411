// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec files that are too deep, too long or too large fail with a line that says where. */
@Timeout(60)
class SpecBoundsTest {
  private static final String COLUMNS =
      """
      columns:
        x: {type: float32}
        i: {type: int64}
        s: {type: string}
        w: {type: string, varlen: true}
        x-y: {type: float32}
      """;

  private static String spec(String expression) {
    return COLUMNS + "outputs:\n  y: '" + expression.replace("'", "''") + "'\n";
  }

  private static void assertRefused(String text, String message) {
    assertThatThrownBy(() -> SpecFile.parse("s.yaml", text).preprocessor())
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(message)
        .satisfies(
            e -> assertThat(e.getMessage().lines().findFirst().orElse("")).hasSizeLessThan(1200))
        .satisfies(e -> assertThat(e.getMessage()).startsWith("s.yaml:").hasSizeLessThan(2000));
  }

  @ParameterizedTest
  @CsvSource({
    "(, x, ), 100000, are within each other",
    "[, 1, ], 100000, are within each other",
    "[, 1, '', 3000, are within each other",
    "neg(, x, ), 5000, are within each other",
    "-, x, '', 5000, are within each other",
    "'not ', x, '', 5000, are within each other",
    "~, x, '', 5000, are within each other",
    "'', x, ' + x', 20000, operations are within each other",
    "'', x, ' ** 2', 20000, are within each other",
    "(, x, '+ x + x + x + x + x)', 190, operations are within each other",
    "'neg(', x, '[:, None]+ x + x + x + x)', 190, operations are within each other",
    "'', x, '[:, None]', 20000, operations are within each other",
    "'x[', 1, ']', 5000, are within each other",
    "'{1: ', 1, '}', 5000, are within each other",
    "'', x-y, '-x-y', 20000, a name has at most",
    "'', x, '-x', 900, operations are within each other",
    "'', 9, 9, 400000, a number has at most",
    "'', 1, ', 1', 600000, at most 1000000 characters",
  })
  void deepAndLongExpressions(
      String before, String middle, String after, int times, String message) {
    assertRefused(spec(before.repeat(times) + middle + after.repeat(times)), message);
  }

  @Test
  void manyOperations() {
    StringBuilder let = new StringBuilder("let:\n  a0: x\n");
    for (int i = 1; i <= 60; i++) {
      let.append("  a" + i + ": a" + (i - 1) + " + x".repeat(400) + "\n");
    }
    assertRefused(COLUMNS + let + "outputs: {y: a300}\n", "at most 20000 operations");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ngrams(w, [1, 101], ' ')",
        "ngrams(w, [1, 2147483648], ' ')",
        "bag_of_words(w, [-9223372036854775808, 9223372036854775807], ' ')",
        "one_hot(i, 2147483647)",
        "one_hot(i, 0)",
        "pad(w, 2147483647)",
        "multi_hot(i, 100000000)",
        "bucketize(x, 2147483647)",
        "bucketize(x, -1)",
        "histogram(x, 2147483647)[0]",
        "decode_image(s, [2147483647, 2147483647])",
        "sparse_tensor_to_dense_with_shape(w, [None, 9223372036854775807])",
        "tfidf(w, 9223372036854775807)[0]",
        "reshape(x, [9223372036854775807, 9223372036854775807])",
        "regex_replace(s, '(', '')",
        "regex_full_match(s, '[z-a]')",
        "regex_replace(s, 'a{1000}{1000}', '')",
        "regex_replace(s, '(?<=a)b', '')",
        "hash_strings(s, 0)",
        "x[:, 9223372036854775807]",
        "x * 1e400 + constant(99999999999999999999, int64)",
        "substr(s, 9223372036854775808, 1)",
      })
  void argumentsThatAreOutOfRange(String expression) {
    assertRefused(spec(expression), "");
  }

  @Test
  void wholeNumbersStaySmall() {
    assertRefused(spec("x + cast(" + "((9 ** 999) ** 999) ** 999" + ", int64)"), "");
    assertRefused(
        spec("substr(s, " + "9 * ".repeat(400) + "9, 1)"), "is out of the range of int64");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "columns: {x: {type: float32, shape: [999999999, 999999999, 9]}}\noutputs: {y: x}",
        "columns:\n  x: {type: float32, shape: [-1]}\noutputs: {y: x}\n",
        "columns:\n  x: {type: float32, shape: [99999999999]}\noutputs: {y: x}\n",
        "columns: &a {x: *a}\noutputs: {y: x}\n",
        "columns: {x: {type: &a [*a]}}\noutputs: {y: x}\n",
        "columns: {x: {type: float32}, x: {type: int64}}\noutputs: {y: x}\n",
        "columns: {x: {type: float32}}\noutputs: {y: x, y: x}\n",
        "columns: {x: {type: float32}}\noutputs: {\"y\\0\": x}\n",
        "columns: {x: {type: float32}}\noutputs: {y: \"\\0\"}\n",
        "columns: {x: {type: float32}}\noutputs: {y: \"\\u202e\"}\n",
        "columns: {x: {type: float32}}\noutputs: {y: !!java.net.URL x}\noutputs: {z: x}\n",
        "columns: {x: {type: !!binary float32}}\n",
        "columns: {x: {type: float32}}\n---\noutputs: {y: x}\n",
        "\0",
        "",
        "[]",
        "&a",
        "*a",
        "%YAML 9.9\n---\nx",
        "? {a: b}\n: c",
        "columns: {{a: b}: c}\noutputs: {}",
      })
  void filesThatAreNone(String text) {
    assertRefused(text, "");
  }

  @Test
  void deepAndLongFiles() {
    assertRefused("{a: ".repeat(10_000), "not valid YAML");
    assertRefused("[".repeat(100_000), "not valid YAML");
    assertRefused("- ".repeat(100_000), "not valid YAML");
    assertRefused("? ".repeat(100_000), "not valid YAML");
    assertRefused("a".repeat(4_000_000), "not valid YAML");
    assertRefused(
        "columns:\n  x: {type: float32, shape: [" + "1, ".repeat(300) + "1]}\noutputs: {y: x}\n",
        "at most 32 dimensions");
    StringBuilder many = new StringBuilder("columns: {x: {type: float32}}\noutputs:\n");
    for (int i = 0; i < 20_001; i++) {
      many.append("  y").append(i).append(": x\n");
    }
    assertRefused(many.toString(), "outputs has at most 20000 entries");
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 40; i++) {
      String alias = "*a" + (i - 1);
      bomb.append("a" + i + ": &a" + i + " [" + (alias + ", ").repeat(9) + alias + "]\n");
    }
    assertRefused(bomb.toString(), "not valid YAML");
    assertRefused(bomb + "columns: *a39\noutputs: *a39\n", "");
  }

  @Test
  void whatIsWithinTheBoundsIsQuick() {
    StringBuilder table = new StringBuilder("lookup(s, {");
    for (int i = 0; i < 20_000; i++) {
      table.append("\"k").append(i).append("\": ").append(i).append(", ");
    }
    assertThat(SpecFile.parse("s.yaml", spec(table + "}, -1)"))).isNotNull();
    String sum = "x" + " + x".repeat(499);
    assertThat(SpecFile.parse("s.yaml", spec(sum)).preprocessor().outputs().columns()).hasSize(1);
  }
}
