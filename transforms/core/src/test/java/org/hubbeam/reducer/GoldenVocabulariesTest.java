// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Vocabularies of tf.Transform over columns: the lines of its files, in their order. */
class GoldenVocabulariesTest {

  @TestFactory
  Stream<DynamicTest> linesAreTheReferences() {
    List<DynamicTest> tests = new ArrayList<>();
    GoldenCases.all()
        .filter(golden -> golden.path("expected").has("vocabularies"))
        .forEach(golden -> addTests(golden, tests));
    assertThat(tests).hasSizeGreaterThan(120);
    return tests.stream();
  }

  private static void addTests(JsonNode golden, List<DynamicTest> tests) {
    List<JsonNode> found = new ArrayList<>();
    golden.path("side").forEach(op -> find(op, found));
    golden.path("let").forEach(op -> find(op, found));
    golden.path("outputs").forEach(op -> find(op, found));
    for (JsonNode op : found) {
      JsonNode expected = golden.get("expected").get("vocabularies").get(file(op));
      if (expected != null) {
        for (int rows : new int[] {1, 3, 1000}) {
          tests.add(
              DynamicTest.dynamicTest(
                  golden.get("name").asText() + " by " + rows,
                  () -> check(op, lines(golden, op, rows), expected)));
        }
      }
    }
  }

  private static void find(JsonNode op, List<JsonNode> found) {
    if (op.path("op").asText().endsWith("vocabulary") && op.path("x").has("column")) {
      found.add(op);
    }
    op.forEach(argument -> find(argument, found));
  }

  private static String file(JsonNode op) {
    boolean text = op.path("file_format").asText("text").equals("text");
    return op.path("vocab_filename").asText() + (text ? "" : ".tfrecord.gz");
  }

  private static boolean isText(JsonNode op) {
    return op.path("file_format").asText("text").equals("text");
  }

  private static List<byte[]> lines(JsonNode golden, JsonNode op, int step) {
    DType dtype =
        DType.of(
            golden
                .get("feature_spec")
                .get(op.get("x").get("column").asText())
                .get("dtype")
                .asText());
    VocabularyInput input =
        new VocabularyInput(
            dtype,
            op.hasNonNull("weights") ? Weighting.WEIGHTED : Weighting.NONE,
            op.hasNonNull("labels") ? Labelling.LABELLED : Labelling.NONE,
            isText(op) && dtype == DType.STRING ? TokenFilter.LINES : TokenFilter.ALL);
    int rows = golden.get("rows").size();
    if (op.get("op").asText().contains("approximate")) {
      FrequentTokens reducer = new FrequentTokens(input, op.get("top_k").asInt());
      FrequentItems sketch = reducer.empty();
      for (int from = 0; from < rows; from += step) {
        FrequentItems part = reducer.empty();
        reducer.add(part, columns(golden, op, from, Math.min(rows, from + step)));
        reducer.merge(sketch, part);
      }
      return new VocabularyLines(dtype, stored(op), VocabularyLines.ScoreText.FLOAT, reserved(op))
          .lines(FrequentTokens.entries(reducer.finish(sketch)));
    }
    TokenTable table = new TokenTable(input);
    for (int from = 0; from < rows; from += step) {
      TokenTable part = new TokenTable(input);
      part.add(columns(golden, op, from, Math.min(rows, from + step)));
      table.addAll(part);
    }
    return vocabulary(op, input).build(table);
  }

  private static List<Array> columns(JsonNode golden, JsonNode op, int from, int to) {
    List<Array> columns = new ArrayList<>();
    for (String argument : List.of("x", "weights", "labels")) {
      if (op.hasNonNull(argument)) {
        String name = op.get(argument).get("column").asText();
        columns.add(GoldenCases.column(golden, name, from, to));
      }
    }
    return columns;
  }

  private static Vocabulary vocabulary(JsonNode op, VocabularyInput input) {
    Coverage coverage = null;
    if (op.hasNonNull("key_fn")) {
      JsonNode function = op.get("key_fn");
      coverage =
          new Coverage(
              switch (function.get("fn").asText()) {
                case "prefix" -> KeyFunction.prefix(function.get("n").asInt());
                case "length" -> KeyFunction.length();
                default ->
                    KeyFunction.splitTake(
                        function.get("sep").asText(), function.get("index").asInt());
              },
              selection(op, "coverage_top_k", "coverage_frequency_threshold"));
    }
    return new Vocabulary(
        input,
        op.hasNonNull("labels") ? information(op) : null,
        selection(op, "top_k", "frequency_threshold"),
        coverage,
        op.path("fingerprint_shuffle").asBoolean()
            ? VocabularyOrder.FINGERPRINT
            : VocabularyOrder.SCORE,
        stored(op),
        reserved(op));
  }

  private static MutualInformation information(JsonNode op) {
    double usual = op.get("op").asText().startsWith("compute") ? 0 : MutualInformation.AUTO;
    return new MutualInformation(
        op.path("use_adjusted_mutual_info").asBoolean()
            ? MutualInformation.Adjustment.ADJUSTED
            : MutualInformation.Adjustment.NONE,
        op.hasNonNull("min_diff_from_avg") ? op.get("min_diff_from_avg").asDouble() : usual);
  }

  private static Selection selection(JsonNode op, String topK, String threshold) {
    Selection selection = Selection.ALL;
    if (op.hasNonNull(topK)) {
      selection = selection.withTopK(op.get(topK).asLong());
    }
    if (op.hasNonNull(threshold)) {
      selection = selection.withThreshold(op.get(threshold).asDouble());
    }
    return selection;
  }

  private static StoredScores stored(JsonNode op) {
    if (!op.path("store_frequency").asBoolean()) {
      return StoredScores.NONE;
    }
    return op.get("op").asText().startsWith("compute") && isText(op)
        ? StoredScores.STORED_WITHOUT_BLANKS
        : StoredScores.STORED;
  }

  private static List<String> reserved(JsonNode op) {
    List<String> reserved = new ArrayList<>();
    op.path("reserved_tokens").forEach(token -> reserved.add(token.asText()));
    return reserved;
  }

  private static void check(JsonNode op, List<byte[]> lines, JsonNode expected) {
    List<String> actual = lines.stream().map(GoldenVocabulariesTest::latin).toList();
    List<String> wanted = new ArrayList<>();
    expected.forEach(line -> wanted.add(latin(bytes(line))));
    if (!op.path("store_frequency").asBoolean()) {
      assertThat(actual).isEqualTo(wanted);
      return;
    }
    assertThat(actual).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.size(); i++) {
      String[] mine = actual.get(i).split(" ", 2);
      String[] theirs = wanted.get(i).split(" ", 2);
      assertThat(mine[1]).isEqualTo(theirs[1]);
      assertThat(mine[0].contains(".")).isEqualTo(theirs[0].contains("."));
      double score = Double.parseDouble(theirs[0]);
      assertThat(Double.parseDouble(mine[0]))
          .isCloseTo(score, Offset.offset(1e-5 * Math.max(0.1, Math.abs(score))));
    }
  }

  private static byte[] bytes(JsonNode line) {
    return line.isTextual()
        ? line.asText().getBytes(StandardCharsets.UTF_8)
        : Base64.getDecoder().decode(line.get("base64").asText());
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
