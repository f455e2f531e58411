// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.preprocessing.LocalRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorsTest {

  private static final String COLUMNS =
      """
      columns:
        a: {type: float32}
        b: {type: float32}
        n: {type: int64}
        t: {type: string}
        x-y: {type: float32}
        a-b-c: {type: float32}
        c-d: {type: float32}
        d: {type: float32}
        b-c: {type: float32}
        image/width: {type: float32}
        1st: {type: float32}
        2: {type: float32}
        "not": {type: float32}
        list: {type: float32, varlen: true}
      """;

  private static SpecFile spec(String expression) {
    return SpecFile.parse("s", COLUMNS + "outputs:\n  out: " + expression + "\n");
  }

  private static Array output(String expression) {
    Batch batch =
        Batch.of(
            Map.ofEntries(
                Map.entry("a", floats(5, -7)),
                Map.entry("b", floats(2, 2)),
                Map.entry("n", Array.Dense.vector(Values.of(7L, -7L))),
                Map.entry("t", Array.Dense.vector(Values.of("p", "q"))),
                Map.entry("x-y", floats(100, 200)),
                Map.entry("a-b-c", floats(1000, 2000)),
                Map.entry("c-d", floats(0.5f, 0.25f)),
                Map.entry("d", floats(8, 16)),
                Map.entry("b-c", floats(3, 3)),
                Map.entry("image/width", floats(640, 320)),
                Map.entry("1st", floats(11, 12)),
                Map.entry("2", floats(-1, -1)),
                Map.entry("not", floats(1, 2)),
                Map.entry("list", Array.Ragged.of(Values.of(1f, 2f, 3f), new int[] {0, 2, 3}))));
    try (LocalRun run = spec(expression).preprocessor().applyLocally(List.of(batch))) {
      return run.transform(batch).column("out");
    }
  }

  private static Array.Dense floats(float... values) {
    return Array.Dense.vector(Values.of(values));
  }

  /** Values as Python computes them from the same numbers. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a + b * 3                         | 11, -1
          (a + b) * 3                       | 21, -15
          a - b - 1                         | 2, -10
          a - (b - 1)                       | 4, -8
          a / b / 2                         | 1.25, -1.75
          a // b                            | 2, -4
          a % b                             | 1, 1
          -a ** 2                           | -25, -49
          (-a) ** 2                         | 25, 49
          2 ** b ** 2                       | 16, 16
          a * -b                            | -10, 14
          + a + -b                          | 3, -9
          a+b*2                             | 9, -3
          a -1                              | 4, -8
          a-1                               | 4, -8
          a-1.5e0                           | 3.5, -8.5
          a*2-b*2                           | 6, -18
          mul(2, a-b)                       | 6, -18
          2*a-b                             | 8, -16
          a-mean(a)                         | 6, -6
          2*a-mean(a)-b                     | 9, -15
          x-y                               | 100, 200
          x-y-a                             | 95, 207
          a-x-y                             | -95, -207
          a-b-c                             | 1000, 2000
          a - b-c                           | 2, -10
          d-c-d                             | 7.5, 15.75
          image/width                       | 640, 320
          image/width/2                     | 320, 160
          1st + 2                           | 13, 14
          2-1st                             | -9, -10
          not * 3                           | 3, 6
          0 * a + 60 * 60 / 24 + 7 // 2 + 2 ** 3 | 161, 161
          where(a > 0, 1.0, b * -1)         | 1, -2
          where(a > 0 and b == 2, a, b)     | 5, 2
          where(a > 0 or b == 2, a, b)      | 5, -7
          where(not a > 0, a, b)            | 2, -7
          where((a > 0) & ~(b != 2), a, b)  | 5, 2
          where(t == "p", a, b)             | 5, 2
          where(t + "x" == "px", a, b)      | 5, 2
          cast(n / 2, float32)              | 3.5, -3.5
          cast(n / 0.5, float32)            | 14, -14
          cast(n // 2 + n % 2, float32)     | 4, -3
          cast(2 * n - 1 > 0, float32)      | 1, 0
          """)
  void operatorsHavePythonsOrder(String expression, String wanted) {
    Array found = output(expression);
    String[] numbers = wanted.split(", ", -1);
    assertThat(((Values.Numbers) found.values()).toFloats())
        .containsExactly(Float.parseFloat(numbers[0]), Float.parseFloat(numbers[1]));
  }

  @Test
  void listsAndConstantsAreOperands() {
    assertThat(output("list * 2 + 1").values()).isEqualTo(Values.of(3f, 5f, 7f));
    assertThat(output("-list / sum(list)").values())
        .isEqualTo(Values.of(-1 / 6f, -2 / 6f, -3 / 6f));
    assertThat(output("where((a <= -7) | (a >= 6), a, b)")).isEqualTo(floats(2, -7));
    assertThat(output("t + \"-\" + t").values()).isEqualTo(Values.of("p-p", "q-q"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          is_nan(t)               | 17:8  | is_nan: it takes float32, float64, not string; write to_number(x)
          is_nan(n)               | 17:8  | is_nan: it takes float32, float64, not int64; write cast(x, float32)
          not a                   | 17:8  | 'not': it takes bool, not float32; write a comparison, such as x > 0
          t < "b"                 | 17:10 | '<': it takes float32, float64, int64, int32, not string; write to_number(x)
          to_lower(n)             | 17:8  | to_lower: it takes string, not int64; write as_string(x)
          - a                     | 17:8  | in single quotes, or on a line of its own
          mean(t)                 | 17:8  | not for string; write to_number(x)
          cast(t, float32)        | 17:8  | a string is read as a number by to_number(x, float32)
          cast(n, string)         | 17:8  | a number is written as a string by as_string(x)
          join([t, n], "-")       | 17:8  | t is string and n is int64; write as_string(n)
          n / 2                   | 17:10 | the output 'out' is float64; allowed are string, int64 and float32: write cast(..., float32)
          a > 0                   | 17:10 | the output 'out' is bool; allowed are string, int64 and float32: write cast(..., int64)
          cast(a, int)            | 17:16 | there is no type 'int'; did you mean int64?
          cast(a, tf.float32)     | 17:16 | there is no type 'tf.float32'; did you mean float32?
          cast(a, colour)         | 17:16 | there is no type 'colour'; there are float32, int64, string
          mean(a) / 2             | 17:16 | broadcast((mean(a) / 2)) gives it to every row
          5                       | 17:8  | found 5; broadcast(5) gives it to every row
          a < b < 3               | 17:14 | expected one comparison
          n * 0.5                 | 17:12 | '*': 0.5 is no whole number, and n is int64; write cast(n, float32)
          a + n                   | 17:10 | '+': a is float32 and n is int64; write cast(n, float32)
          n - mean(a)             | 17:10 | '-': n is int64 and mean(a) is float32; write cast(n, float32)
          a * t                   | 17:10 | '*': a is float32 and t is string; write to_number(t, float32)
          where(a > 0, a, n)      | 17:8  | where: a is float32 and n is int64; write cast(n, float32)
          a * (b > 1)             | 17:10 | write cast((b > 1), float32)
          a + list                | 17:10 | the values of a: float32 [?] and of list: sparse float32 [?, ?] are not at the same positions
          ngrams(t, [1, 2], "")   | 17:8  | tokens are lists of strings, unlike string [?]
          one_hot(b, 3)           | 17:8  | categories are integers, unlike float32 [?]
          a + constant([1, 2], float32) | 17:10 | does not go with the rows of a: float32 [?]
          hash_strings(to_lower(t) + 1, 2) | 17:35 | expected a text, found 1
          a = b                   | 17:10 | found '='; == compares
          a && b                  | 17:11 | found '&'; write and, or
          (!a)                    | 17:9  | found '!'; write not
          a if b else n           | 17:10 | found 'i'; write where(condition, a, b)
          (a + b                  | 17:14 | expected ')'
          a +                     | 17:11 | expected an expression
          a-q                     | 17:8  | there is no column 'a-q'; to subtract, write a - q
          x-meen(a)               | 17:8  | there is no operation 'x-meen'; did you mean mean
          tft.mean(a)             | 17:8  | there is no operation 'tft.mean'; did you mean mean?
          multiply(a, b)          | 17:8  | did you mean mul?
          clippp_by_valu(a, b)    | 17:8  | there is no operation
          zzzzzz(a)               | 17:8  | hubbeam transform --operations lists all
          q                       | 17:8  | there is no column 'q'
          """)
  void anErrorSaysWhatToWrite(String expression, String location, String message) {
    assertThatThrownBy(() -> spec(expression).preprocessor())
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("s:" + location + ": ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-b-c", "2 * a-b-c + 1"})
  void aNameOfTwoMeaningsIsRefused(String expression) {
    String columns =
        "columns: {a: {type: int64}, a-b: {type: int64}, b-c: {type: int64}, c: {type: int64}}\n";
    assertThatThrownBy(
            () -> SpecFile.parse("s", columns + "outputs:\n  y: " + expression).preprocessor())
        .hasMessageContaining("'a-b-c' can be a - b-c or a-b - c");
  }

  @Test
  void aNameWithHyphensIsATextWhereOneIsWanted() {
    assertThat(
            SpecFile.parse(
                    "s",
                    COLUMNS
                        + "outputs:\n  y: compute_and_apply_vocabulary(t, vocab_filename=a-b)\n")
                .preprocessor()
                .explain())
        .contains("a-b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"p\" + t", "lookup(t, {\"p\": 1})"})
  void yamlNeedsQuotes(String expression) {
    assertThatThrownBy(() -> spec(expression)).hasMessageContaining("in single quotes");
  }

  @Test
  void deepExpressionsAreRefused() {
    String deep = "(".repeat(300) + "a" + ")".repeat(300);
    assertThatThrownBy(() -> spec(deep)).hasMessageContaining("more than 200 expressions");
    assertThat(output("a" + " + 1".repeat(500))).isEqualTo(floats(505, 493));
  }
}
