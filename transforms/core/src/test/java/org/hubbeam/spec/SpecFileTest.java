// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.model.fixtures.Fixtures;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.reducer.GoldenCases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecFileTest {

  private static final String COLUMNS =
      """
      columns:
        age: {type: float32, shape: []}
        pair: {type: float32, shape: [2]}
        words: {type: string, varlen: true}
        marks: {type: int64, ragged: true}
        text: {type: string}
      """;

  @Test
  void aFileBecomesAFunction() {
    SpecFile spec =
        SpecFile.parse(
            "spec.yaml",
            COLUMNS
                + """
                let:
                  lower: to_lower(words)
                outputs:
                  age_z: scale_to_z_score(age)
                  first: slice_column(pair, 0)
                  clean: regex_replace(lower, "[^a-z\\d]+", '')
                  "twice": mul(marks, 2)
                  more: >-
                    where(greater(age,
                          0.5), age,
                          mul(age, -1))
                """);
    Batch batch =
        Batch.of(
            Map.of(
                "age", Array.Dense.vector(Values.of(0f, 2f)),
                "pair", new Array.Dense(List.of(2L, 2L), Values.of(1f, 2f, 3f, 4f)),
                "words", Array.Ragged.of(Values.of("A-1", "ß!"), new int[] {0, 2, 2}),
                "marks", Array.Ragged.of(Values.of(3L), new int[] {0, 0, 1}),
                "text", Array.Dense.vector(Values.of("", ""))));
    try (LocalRun run = spec.preprocessor().applyLocally(List.of(batch))) {
      Map<String, Array> found = run.transform(batch).columns();
      assertThat(found)
          .containsEntry("age_z", Array.Dense.vector(Values.of(-1f, 1f)))
          .containsEntry("first", Array.Dense.vector(Values.of(1f, 3f)))
          .containsEntry("clean", Array.Ragged.of(Values.of("a1", ""), new int[] {0, 2, 2}))
          .containsEntry("twice", Array.Ragged.of(Values.of(6L), new int[] {0, 0, 1}))
          .containsEntry("more", Array.Dense.vector(Values.of(-0f, 2f)));
    }
  }

  @Test
  void aModuleIsAnOperation(@TempDir Path folder) {
    Path words = Fixtures.vocabulary(folder.resolve("words"));
    Path several = Fixtures.signatures(folder.resolve("several"));
    Path training = Fixtures.training(folder.resolve("training"));
    SpecFile spec =
        SpecFile.parse(
            "spec.yaml",
            COLUMNS
                + """
                outputs:
                  vector: scale_to_0_1(hub("WORDS", to_lower(text)))
                  label: hub("SEVERAL", function=both, x=pair, text=text)
                  lower: hub("SEVERAL", text, function="text", output=lower)
                  more: hub("TRAINING", pair, function=__call__, training=true)
                """
                    .replace("WORDS", words.toString())
                    .replace("SEVERAL", several.toString())
                    .replace("TRAINING", training.toString()));
    Batch batch =
        Batch.of(
            Map.of(
                "age", Array.Dense.vector(Values.of(0f, 2f)),
                "pair", new Array.Dense(List.of(2L, 2L), Values.of(1f, 2f, 3f, 4f)),
                "words", Array.Ragged.of(Values.of(""), new int[] {0, 1, 1}),
                "marks", Array.Ragged.of(Values.of(3L), new int[] {0, 0, 1}),
                "text", Array.Dense.vector(Values.of("Wind", "Stone"))));
    try (LocalRun run = spec.preprocessor().applyLocally(List.of(batch))) {
      assertThat(run.transform(batch).columns())
          .containsEntry(
              "vector",
              new Array.Dense(List.of(2L, 3L), Values.of(3 / 39f, 1f, 0f, 0f, 9 / 39f, 0f)))
          .containsEntry("label", Array.Dense.vector(Values.of("Wind3", "Stone7")))
          .containsEntry("lower", Array.Dense.vector(Values.of("wind", "stone")))
          .containsEntry(
              "more", new Array.Dense(List.of(2L, 2L), Values.of(102f, 104f, 106f, 108f)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hub(\"MODULE\", age) | takes string [?], given is float32 [?]",
        "hub(\"MODULE\", text, output=vectors) | has no output 'vectors'; there are [output_0]",
        "hub(\"MODULE\", text, function=f) | has no function 'f'",
        "hub(\"MODULE/nowhere\", text) | nowhere",
        "hub(\"MODULE\", text, sentences=text) | it has no input 'x'"
      })
  void whatIsWrongWithAModuleIsSaidAtItsPlace(
      String expression, String message, @TempDir Path folder) {
    Path words = Fixtures.vocabulary(folder.resolve("words"));
    SpecFile spec =
        SpecFile.parse(
            "spec.yaml",
            COLUMNS + "outputs:\n  y: " + expression.replace("MODULE", words.toString()) + "\n");
    assertThatThrownBy(spec::preprocessor)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("spec.yaml")
        .hasMessageContaining(message);
  }

  @Test
  void aVocabularyOfOnesOwnIsApplied(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("mine.txt"), "two\none\n");
    String vocabulary = "annotate_asset(mine, \"" + file + "\")";
    SpecFile spec =
        SpecFile.parse(
            "spec.yaml",
            "columns:\n  text: {type: string}\noutputs:\n  id: apply_vocabulary(text, "
                + vocabulary
                + ", num_oov_buckets=1)\n");
    Batch batch = Batch.of(Map.of("text", Array.Dense.vector(Values.of("one", "two", "three"))));
    try (LocalRun run = spec.preprocessor().applyLocally(List.of(batch))) {
      Files.delete(file);
      assertThat(run.transform(batch).column("id"))
          .isEqualTo(Array.Dense.vector(Values.of(1L, 0L, 2L)));
      assertThat(run.schema().domains()).isEmpty();
      assertThat(run.transformFn().resolve("assets")).isDirectoryContaining("glob:**mine*");
    }
  }

  /** What is wrong, where, and part of what is said; the expression is the only output. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          scale_to_zscore(age)             | 8:6  | there is no operation 'scale_to_zscore'; did you mean scale_to_z_score
          neg(scale_to_z_score(ages))      | 8:27 | there is no column 'ages'; did you mean age?
          scale_to_z_score(age, rows=1)    | 8:33 | no argument 'rows' in scale_to_z_score(x, elementwise=
          scale_to_z_score()               | 8:6  | 'x' is missing in scale_to_z_score(x
          neg(age, age)                    | 8:15 | too many arguments for neg(x)
          neg(age, x=age)                  | 8:17 | 'x' is given twice
          neg(x=age, age)                  | 8:17 | an argument without a name cannot follow
          scale_to_z_score(age, elementwise=maybe) | 8:40 | must be a plain value; found maybe
          scale_to_z_score(age, elementwise=1)     | 8:40 | expected true or false, found 1
          cast(age, float33)               | 8:16 | float33
          add(age, words)                  | 8:6  | write to_number(words, float32)
          add(cast(age, int64), marks)     | 8:6  | not at the same positions
          add(age, pair)                   | 8:6  | not at the same positions
          mul(age, "two")                  | 8:15 | expected a number, found
          reduce_sum(pair, 0)              | 8:23 | must not be the dimension of the rows
          split(words)                     | 8:12 | must be a dense column; found a column: sparse string
          item(age, 0)                     | 8:11 | must have several parts; found a column
          is_nan(text)                     | 8:6  | is_nan:
          mean(age)                        | 8:6  | broadcast(mean(age)) gives it to every row
          is_nan(age)                      | 8:6  | the output 'y' is bool; allowed are string, int64 and float32
          add(age, constant([1, 2], float32)) | 8:6 | does not go with the rows of
          apply_vocabulary(text, words)    | 8:29 | must be a vocabulary: vocabulary(x) makes one
          ngrams(words, [2, 1], "")        | 8:6  | ngram_range must begin at 1 or more and not fall
          hash_strings(text, 2.5)          | 8:25 | expected a whole number, found 2.5
          vocabulary(words, key_fn=suffix(1), coverage_top_k=1) | 8:31 | must be one of
          neg(age                          | 8:13 | expected ')'
          neg(age; age)                    | 8:13 | expected ',' or ')', found ';'
          neg(age) age                     | 8:15 | expected the end of the expression, found 'a'
          substr(text, 0, 12x)             | 8:22 | '12x' is not a number
          join([text, 'text)               | 8:18 | the text that begins here does not end
          """)
  void anErrorPointsAtItsPlace(String expression, String location, String message) {
    assertThatThrownBy(
            () ->
                SpecFile.parse("spec.yaml", COLUMNS + "outputs:\n  y: " + expression + "\n")
                    .preprocessor())
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("spec.yaml:" + location + ": ")
        .hasMessageContaining(message)
        .hasMessageEndingWith(caret(location));
  }

  private static String caret(String location) {
    int column = Integer.parseInt(location.substring(location.indexOf(':') + 1));
    return "\n  " + " ".repeat(column - 1) + "^";
  }

  @Test
  @Timeout(5)
  void blanksInAFileThatIsNoYamlTakeNoTime() {
    String text = " ".repeat(200_000) + "\t: [";
    assertThatThrownBy(() -> SpecFile.parse("spec.yaml", text)).isInstanceOf(SpecException.class);
  }

  @Test
  void aFileThatIsNoUtf8SaysWhere(@TempDir Path folder) throws IOException {
    String text = "columns:\n  é: {type: float32}\noutputs:\n  y: é\n";
    Path file =
        Files.write(folder.resolve("spec.yaml"), text.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> SpecFile.read(file))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("spec.yaml:2:3: this is no UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          columns: {a: {type: int32}}; outputs: {y: a}   | 1:21 | there is no type 'int32'; allowed are [string, int64, float32]
          columns: {a: {kind: int64}}; outputs: {y: a}   | 1:15 | 'kind' is not known in the column 'a'; allowed are [type, shape, varlen, ragged]
          columns: {a: {}}; outputs: {y: a}              | 1:11 | the column 'a' lacks its type
          columns: {a: int64}; outputs: {y: a}           | 1:14 | the column 'a' must be a mapping
          columns: {a: {type: int64, shape: 3}}; outputs: {y: a}    | 1:35 | the shape must be a list
          columns: {a: {type: int64, shape: [-1]}}; outputs: {y: a} | 1:36 | '-1' is not a size
          columns: {a: {type: int64, varlen: 1}}; outputs: {y: a}   | 1:36 | varlen must be true or false
          columns: {a: {type: int64, varlen: true, shape: [1]}}; outputs: {y: a} | 1:42 | lists, which have no shape
          columns: {a: {type: int64, ragged: 3}}; outputs: {y: a}   | 1:36 | ragged must be true, false, or 2 for lists of lists
          columns: {a: {type: int64}}; output: {y: a}    | 2:1  | 'output' is not known in the file; allowed are [columns, let, outputs, analyzers]
          columns: {a: {type: int64}}                    | 1:1  | 'outputs' is missing
          columns: {a: {type: int64}}; outputs: {y: [a]} | 2:14 | 'y' must be an expression
          columns: {a: {type: int64}}; outputs: {y: a, y: a} | 2:17 | 'y' is there twice
          columns: [a                                    | 1:12 | this is not valid YAML
          """)
  void aFileThatIsNotOneSaysWhere(String lines, String location, String message) {
    assertThatThrownBy(() -> SpecFile.parse("spec.yaml", lines.replace("; ", "\n")).preprocessor())
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("spec.yaml:" + location + ": ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y: add(1, ages)",
        "y: 'join([''a'', ages])'",
        "y: \"join([\\\"a\\\", ages])\"",
        "y: >-\n    neg(add(1,\n    ages))",
        "y: |\n    neg(add(1,\n\n    ages))",
        "y: neg(add(1,\n     ages))"
      })
  void placesAreFoundInEveryStyleOfYaml(String output) {
    String text = COLUMNS + "outputs:\n  " + output;
    int offset = text.lastIndexOf("ages");
    int line = 1 + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
    int column = offset - text.lastIndexOf('\n', offset);
    assertThatThrownBy(() -> SpecFile.parse("s", text).preprocessor())
        .hasMessageStartingWith("s:" + line + ":" + column + ": ");
  }

  @Test
  void theTextOfEveryGoldenExpressionIsReadAsItself() {
    List<Expression> expressions = new ArrayList<>();
    GoldenCases.all()
        .forEach(
            golden -> {
              for (String part : List.of("let", "outputs", "analyzers")) {
                for (JsonNode json : golden.path(part)) {
                  expressions.add(ExpressionJson.read(json, part));
                }
              }
            });
    assertThat(expressions)
        .allSatisfy(
            e -> assertThat(ExpressionText.parse(e.toString()).toString()).isEqualTo(e.toString()));
  }
}
