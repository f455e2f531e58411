// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.commons.math3.util.CombinatoricsUtils;
import org.assertj.core.data.Offset;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;

class VocabularyTest {

  private static final VocabularyInput PLAIN =
      new VocabularyInput(DType.STRING, Weighting.NONE, Labelling.NONE, TokenFilter.ALL);
  private static final VocabularyInput LABELLED =
      new VocabularyInput(DType.STRING, Weighting.NONE, Labelling.LABELLED, TokenFilter.ALL);

  private static Array.Ragged texts(Random random, int rows) {
    return Samples.varlen(random, DType.STRING, rows);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, TokenStats> contents(TokenTable table) {
    Map<String, TokenStats> contents = new TreeMap<>();
    table.forEach((token, stats) -> contents.put(new String(token, StandardCharsets.UTF_8), stats));
    return contents;
  }

  @Test
  void tablesOfPartsAddUpToTheTableOfAll() throws IOException {
    TokenTable all = new TokenTable(LABELLED);
    TokenTable merged = new TokenTable(LABELLED);
    TokenTable shuffled = new TokenTable(LABELLED);
    Random random = new Random(1);
    for (int rows : new int[] {5, 0, 30, 1}) {
      List<Array> batch =
          List.of(
              texts(random, rows),
              Array.Dense.vector(Values.of(random.longs(rows, 0, 4).toArray())));
      all.add(batch);
      TokenTable part = new TokenTable(LABELLED);
      part.add(batch);
      merged.addAll(part);
      part.forEach((token, stats) -> shuffled.add(token, copied(stats)));
      shuffled.addRows(copied(part.rows()));
    }
    assertThat(contents(merged)).isEqualTo(contents(all)).isNotEmpty();
    assertThat(contents(shuffled)).isEqualTo(contents(all));
    assertThat(merged.rows()).isEqualTo(all.rows());
    assertThat(shuffled.rows()).isEqualTo(all.rows());
    assertThat(all.rows().total()).isEqualTo(36);
  }

  private static TokenStats copied(TokenStats stats) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      stats.encode(new DataOutputStream(bytes));
      return TokenStats.decode(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aRowOfSeveralLabelsCountsForEach() {
    TokenTable table = new TokenTable(LABELLED);
    table.add(
        List.of(
            Array.Ragged.of(Values.of("a", "b", "a"), new int[] {0, 2, 3, 3}),
            Array.Ragged.of(Values.of(0L, 2L, 2L), new int[] {0, 2, 2, 3})));
    TokenStats a = contents(table).get("a");
    assertThat(a).isEqualTo(new TokenStats(2, new int[] {0, 2}, new double[] {1, 1}));
    assertThat(table.rows()).isEqualTo(new TokenStats(3, new int[] {0, 2}, new double[] {1, 2}));
  }

  @Test
  void labelsBelowZeroAreRefused() {
    List<Array> columns =
        List.of(Array.Dense.vector(Values.of("a")), Array.Dense.vector(Values.of(-1L)));
    assertThatThrownBy(() -> new TokenTable(LABELLED).add(columns))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void rowsThatRepeatATokenHaveNoInformation() {
    TokenTable table = new TokenTable(LABELLED);
    table.add(
        List.of(
            Array.Ragged.of(Values.of("a", "a"), new int[] {0, 2}),
            Array.Dense.vector(Values.of(1L))));
    Vocabulary vocabulary =
        new Vocabulary(
            LABELLED,
            new MutualInformation(MutualInformation.Adjustment.NONE, 0),
            Selection.ALL,
            null,
            VocabularyOrder.SCORE,
            StoredScores.NONE,
            List.of());
    assertThatThrownBy(() -> vocabulary.build(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a'");
  }

  @Test
  void tokensThatCannotBeLinesAreCountedAndNotKept() {
    VocabularyInput input =
        new VocabularyInput(DType.STRING, Weighting.NONE, Labelling.NONE, TokenFilter.LINES);
    TokenTable table = new TokenTable(input);
    table.add(List.of(Array.Dense.vector(Values.of("a", "", "x\ny", "\r", "a", ""))));
    VocabularyEntries entries = new VocabularyEntries(Vocabulary.byFrequency(input));
    table.forEach((token, stats) -> entries.add(token, stats, table.rows()));
    assertThat(entries.counted()).isEqualTo(4);
    assertThat(entries.lines()).containsExactly(new byte[] {'a'});
  }

  @Test
  void longTokensGoInSeveralPartsThatTogetherAreTheSame() throws IOException {
    Vocabulary vocabulary =
        new Vocabulary(
            PLAIN,
            null,
            Selection.ALL.withTopK(300),
            new Coverage(KeyFunction.prefix(1), Selection.ALL.withTopK(150)),
            VocabularyOrder.SCORE,
            StoredScores.NONE,
            List.of());
    VocabularyEntries entries = new VocabularyEntries(vocabulary);
    for (int i = 0; i < 500; i++) {
      byte[] token = utf8((i % 3 == 0 ? "a" : "b") + i + "x".repeat(10_000));
      entries.add(token, TokenStats.withoutLabels(1 + i), TokenStats.NONE);
    }

    List<byte[]> parts = entries.encode();
    VocabularyEntries together = new VocabularyEntries(vocabulary);
    for (byte[] part : parts) {
      together.addAll(VocabularyEntries.decode(vocabulary, part));
    }

    assertThat(parts).hasSizeGreaterThan(3).allMatch(part -> part.length < 1_100_000);
    assertThat(together.counted()).isEqualTo(500);
    assertThat(together.held()).isEqualTo(entries.held());
    assertThat(together.lines()).hasSizeGreaterThan(300).containsExactlyElementsOf(entries.lines());
  }

  @Test
  void expectedInformationIsTheMeanOverTheHypergeometricDistribution() {
    for (int[] case_ :
        new int[][] {{12, 5, 8}, {20, 20, 3}, {100, 60, 70}, {30, 1, 29}, {7, 7, 7}}) {
      int n = case_[0];
      int x = case_[1];
      int y = case_[2];
      double expected = 0;
      for (int k = Math.max(0, x + y - n); k <= Math.min(x, y); k++) {
        double probability =
            CombinatoricsUtils.binomialCoefficientDouble(x, k)
                * CombinatoricsUtils.binomialCoefficientDouble(n - x, y - k)
                / CombinatoricsUtils.binomialCoefficientDouble(n, y);
        expected +=
            k == 0
                ? 0
                : probability * k * Math.log((double) n * k / ((double) x * y)) / Math.log(2);
      }
      assertThat(MutualInformation.expected(x, y, n)).isCloseTo(expected, Offset.offset(1e-9));
    }
  }

  @Test
  void expectedInformationOfManyRowsIsQuickAndSmall() {
    double expected = MutualInformation.expected(4e8, 3e8, 1e9);
    assertThat(expected).isBetween(0.0, 1.0);
  }

  @Test
  void theLeastDifferenceGrowsWithTheRows() {
    assertThat(MutualInformation.recommendedMinDiff(0)).isEqualTo(2);
    assertThat(MutualInformation.recommendedMinDiff(10_000)).isEqualTo(2);
    assertThat(MutualInformation.recommendedMinDiff(505_000)).isEqualTo(13);
    assertThat(MutualInformation.recommendedMinDiff(1e9)).isEqualTo(25);
  }

  @Test
  void topEntriesAreTheFirstOfAll() throws IOException {
    Random random = new Random(3);
    List<VocabularyEntry> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      all.add(new VocabularyEntry(random.nextInt(20) - 5, utf8("t" + i)));
    }
    Selection selection = Selection.ALL.withTopK(40).withThreshold(0);
    List<VocabularyEntry> expected = VocabularyOrder.SCORE.sorted(all).stream().limit(40).toList();
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(all, new Random(seed));
      TopEntries left = new TopEntries(selection);
      all.subList(0, 200).forEach(left::add);
      TopEntries right = new TopEntries(selection);
      all.subList(200, 500).forEach(right::add);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      right.encode(new DataOutputStream(bytes));
      left.addAll(
          TopEntries.decode(
              selection, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))));
      assertThat(left.best()).isEqualTo(expected);
      assertThat(left.size()).isEqualTo(40);
    }
  }

  @Test
  void piecesOfTokensAreKeys() {
    KeyFunction second = KeyFunction.splitTake("::", 1);
    assertThat(second.key(utf8("a::b::c"))).isEqualTo(utf8("b"));
    assertThat(second.key(utf8("a::"))).isEmpty();
    assertThat(second.key(utf8("a"))).isEmpty();
    assertThat(KeyFunction.splitTake("_", -1).key(utf8("a_ü"))).isEqualTo(utf8("ü"));
    assertThat(KeyFunction.splitTake("_", 0).key(utf8("_x"))).isEmpty();
    assertThat(KeyFunction.prefix(3).key(utf8("ab"))).isEqualTo(utf8("ab"));
    assertThat(KeyFunction.length().key(utf8("ü"))).isEqualTo(utf8("2"));
  }

  @Test
  void scoresAreWrittenAsPythonDoes() {
    Map<Double, String> texts =
        Map.of(
            3.0,
            "3.0",
            -0.5,
            "-0.5",
            1e16,
            "1e+16",
            123456789012345.0,
            "123456789012345.0",
            0.0001,
            "0.0001",
            0.00001234,
            "1.234e-05",
            1e300,
            "1e+300",
            Double.NaN,
            "nan");
    texts.forEach((number, text) -> assertThat(PythonText.format(number)).isEqualTo(text));
  }

  @Test
  void aVocabularyOfReservedTokensAloneNeedsNoOther() {
    Vocabulary vocabulary =
        new Vocabulary(
            PLAIN,
            null,
            Selection.ALL,
            null,
            VocabularyOrder.SCORE,
            StoredScores.NONE,
            List.of("[PAD]"));
    assertThat(vocabulary.build(new TokenTable(PLAIN))).containsExactly(utf8("[PAD]"));
  }

  @Test
  void bytesBelowAndAbove127SortAsUnsigned() {
    TokenTable table = new TokenTable(PLAIN);
    table.add(List.of(Array.Dense.vector(Values.of("z", "é", "a"))));
    assertThat(Vocabulary.byFrequency(PLAIN).build(table))
        .containsExactly(utf8("é"), utf8("z"), utf8("a"));
  }

  @Test
  void resultsPerKeyAreLinesByTheirFingerprint() {
    MinusMinima extremes = MinusMinima.of(DType.FLOAT32);
    KeyedSummary summary = extremes.empty();
    extremes.add(
        summary,
        List.of(
            Array.Dense.vector(Values.of(1f, 3f, 5f, 9.5f, 7f, 0f)),
            Array.Dense.vector(Values.of("x y", "x y", " z", " z", "w ", "0"))));
    assertThat(KeyLines.format(extremes.finish(summary)))
        .filteredOn(line -> line[0] == '-')
        .containsExactly(utf8("-1.0,3.0 x%20y"), utf8("-7.0,7.0 w%20"), utf8("-5.0,9.5 %20z"));
    assertThat(KeyLines.format(extremes.finish(summary))).contains(utf8("0.0,0.0 0"));
    assertThat(KeyLines.format(extremes.finish(extremes.empty()))).containsExactly(utf8("0,0 "));
    CountPerKey counts = new CountPerKey(DType.STRING);
    CountPerKey.Counts counted = counts.empty();
    counts.add(counted, List.of(Array.Dense.vector(Values.of("b", "a", "b", "c", "b", "a"))));
    assertThat(KeyLines.format(counts.finish(counted)))
        .containsExactly(utf8("1 c"), utf8("2 a"), utf8("3 b"));
  }
}
