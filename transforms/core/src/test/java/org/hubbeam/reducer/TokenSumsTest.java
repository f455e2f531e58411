// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that go in blocks by partition are what they are in one table. */
class TokenSumsTest {

  private static final VocabularyInput INPUT =
      new VocabularyInput(DType.STRING, Weighting.WEIGHTED, Labelling.LABELLED, TokenFilter.ALL);

  private static String text(byte[] token) {
    return new String(token, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Tokens, also the empty one and long ones, with weights that add up exactly, and labels. */
  private static List<Array> batch(Random random, int rows) {
    String[] tokens = new String[rows];
    float[] weights = new float[rows];
    long[] labels = new long[rows];
    for (int i = 0; i < rows; i++) {
      int number = random.nextInt(700);
      tokens[i] = number == 0 ? "" : "t".repeat(number % 50 == 1 ? 20_000 : number % 9) + number;
      weights[i] = random.nextInt(9) / 4f;
      labels[i] = random.nextInt(4);
    }
    return List.of(
        Array.Dense.vector(Values.of(tokens)),
        Array.Dense.vector(Values.of(weights)),
        Array.Dense.vector(Values.of(labels)));
  }

  private static Map<String, TokenStats> contents(TokenSums sums) {
    Map<String, TokenStats> contents = new TreeMap<>();
    sums.forEach((token, stats) -> contents.put(text(token), stats));
    return contents;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void blocksInAnyOrderAreOneTable(int parts) throws IOException {
    Random random = new Random(parts);
    TokenTable all = new TokenTable(INPUT);
    TokenSums fromBlocks = new TokenSums();
    Map<Integer, List<byte[]>> byPartition = new HashMap<>();
    List<byte[]> blocks = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      List<Array> batch = batch(random, 2000);
      all.add(batch);
      TokenTable part = new TokenTable(INPUT);
      part.add(batch);
      part.sums()
          .forEachBlock(
              (partition, block) -> {
                blocks.add(block);
                byPartition.computeIfAbsent(partition, p -> new ArrayList<>()).add(block);
              });
    }
    Collections.shuffle(blocks, random);
    for (byte[] block : blocks) {
      fromBlocks.addBlock(block);
    }
    assertThat(contents(fromBlocks)).isEqualTo(contents(all.sums())).containsKey("");
    Map<String, TokenStats> once = new TreeMap<>();
    for (List<byte[]> ofPartition : byPartition.values()) {
      Collections.shuffle(ofPartition, random);
      TokenSums.forEach(
          ofPartition,
          (token, stats) -> assertThat(once.put(text(token), stats)).as("once").isNull());
    }
    assertThat(once).isEqualTo(contents(all.sums()));
  }

  @Test
  void oneBlockHasAllAndBlocksBehindOneAnotherAreABlock() throws IOException {
    TokenTable table = new TokenTable(INPUT);
    table.add(batch(new Random(5), 500));
    TokenSums copy = new TokenSums();
    copy.addBlock(table.sums().block());
    assertThat(contents(copy)).isEqualTo(contents(table.sums()));
    ByteArrayOutputStream behind = new ByteArrayOutputStream();
    table.sums().forEachBlock((partition, block) -> behind.writeBytes(block));
    TokenSums joined = new TokenSums();
    joined.addBlock(behind.toByteArray());
    assertThat(contents(joined)).isEqualTo(contents(table.sums()));
    joined.addBlock(new byte[0]);
    assertThat(joined.size()).isEqualTo(table.size());
  }

  @Test
  void partitionsAreTheSameEverywhereAndAllInUse() {
    TokenSums sums = new TokenSums();
    for (String token : List.of("", "a", "12345678", "Straße", "a longer one")) {
      sums.add(bytes(token), TokenStats.NONE);
    }
    Map<Integer, List<String>> tokens = partitions(sums);
    assertThat(tokens)
        .isEqualTo(
            Map.of(
                0, List.of(""),
                44, List.of("Straße"),
                55, List.of("a"),
                64, List.of("a longer one"),
                163, List.of("12345678")));
    TokenSums many = new TokenSums();
    for (int i = 0; i < 64 * TokenSums.PARTITIONS; i++) {
      many.add(bytes("t" + i), TokenStats.NONE);
    }
    Map<Integer, List<String>> ofMany = partitions(many);
    assertThat(ofMany.keySet()).hasSize(TokenSums.PARTITIONS).allMatch(p -> p >= 0 && p < 256);
    assertThat(ofMany.values()).allMatch(p -> p.size() > 16 && p.size() < 160);
  }

  private static Map<Integer, List<String>> partitions(TokenSums sums) {
    Map<Integer, List<String>> tokens = new HashMap<>();
    sums.forEachBlock(
        (partition, block) -> {
          TokenSums part = new TokenSums();
          try {
            part.addBlock(block);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          tokens.put(partition, List.copyOf(contents(part).keySet()));
        });
    return tokens;
  }

  @Test
  void aBlockThatIsCutOffIsRefused() {
    TokenSums sums = new TokenSums();
    sums.add(bytes("token"), new TokenStats(2.5, new int[] {1, 300}, new double[] {1, 0.5}));
    byte[] block = sums.block();
    for (int length = 1; length < block.length; length++) {
      byte[] cut = Arrays.copyOf(block, length);
      assertThatThrownBy(() -> new TokenSums().addBlock(cut)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void whatIsForgottenIsNotThere() throws IOException {
    TokenSums sums = new TokenSums();
    sums.add(bytes("a"), new TokenStats(1, new int[] {3}, new double[] {1}));
    sums.clear();
    assertThat(sums.block()).isEmpty();
    sums.add(bytes("b"), TokenStats.withoutLabels(2));
    assertThat(contents(sums)).isEqualTo(Map.of("b", TokenStats.withoutLabels(2)));
  }

  @Test
  void entriesOfEqualScoresAreOrderedByAllTheirBytes() {
    Random random = new Random(8);
    List<VocabularyEntry> entries = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      byte[] token = new byte[random.nextInt(12)];
      for (int at = 0; at < token.length; at++) {
        token[at] = (byte) new int[] {0, 1, 127, 128, 255}[at < 6 ? 0 : random.nextInt(5)];
      }
      entries.add(new VocabularyEntry(random.nextInt(2), token));
    }
    Comparator<byte[]> bytes = Arrays::compareUnsigned;
    List<VocabularyEntry> expected = new ArrayList<>(entries);
    expected.sort(
        Comparator.comparing(VocabularyEntry::score)
            .thenComparing(VocabularyEntry::token, bytes)
            .reversed());
    assertThat(VocabularyOrder.SCORE.sorted(entries)).isEqualTo(expected);
  }
}
