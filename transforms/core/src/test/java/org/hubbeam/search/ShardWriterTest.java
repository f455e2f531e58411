// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows are refused, and what is left behind. */
class ShardWriterTest {

  @TempDir Path folder;

  private static IndexRow row(String id, Map<String, Object> columns, float... vector) {
    return new IndexRow(RowId.of(id), vector, columns);
  }

  private static Optional<String> reason(ShardWriter writer, IndexRow row) throws Exception {
    return writer.add(row).map(refusal -> refusal.column() + "|" + refusal.reason());
  }

  @Test
  void rowsThatCannotBeFoundAreRefused() throws Exception {
    ShardOptions options = TestIndex.options(Metric.COSINE, 2);
    try (ShardWriter writer = new ShardWriter(folder, "shard-00000-of-00001", options)) {
      assertThat(reason(writer, row("a", Map.of(), 1, 2, 3)))
          .contains("|the vector has 3 values; the index has dimension 2");
      assertThat(reason(writer, row("a", Map.of(), 1, Float.POSITIVE_INFINITY)))
          .contains("|the vector is not finite: value 1 is Infinity");
      assertThat(reason(writer, row("a", Map.of(), 0, -0f)))
          .contains("|the vector has only zeros, so there is no cosine similarity with it");
      assertThat(reason(writer, row("a", Map.of("year", "1990"), 1, 2)))
          .contains("year|the value is of Java's type String, the column is of type int64");
      assertThat(reason(writer, row("a", Map.of("lang", "\ud83d"), 1, 2)).orElseThrow())
          .contains("half of a surrogate pair");
      assertThat(reason(writer, row("b", Map.of("year", 1L), 1, 2))).isEmpty();
      assertThat(reason(writer, row("b", Map.of("year", 1L), 1, 2))).isEmpty();
      assertThat(writer.repeated()).isEqualTo(1);
      assertThat(reason(writer, row("b", Map.of("year", 1L), 1, 3)))
          .contains("|another row has the same id and another vector");
      assertThat(reason(writer, row("b", Map.of("year", 2L), 1, 2)))
          .contains("|another row has the same id and another values");
      assertThatThrownBy(() -> writer.add(row("a", Map.of(), 1, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the id a comes behind a larger one");
      assertThat(writer.size()).isEqualTo(1);
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void vectorsOfAllLengthsHaveACosine() throws Exception {
    List<IndexRow> rows =
        List.of(
            row("large", Map.of(), 3e38f, 3e38f),
            row("small", Map.of(), 1e-40f, 2e-40f),
            row("one", Map.of(), 1, 0));
    TestIndex.write(folder, 1, TestIndex.options(Metric.COSINE, 2), rows);
    try (SearchIndex index = SearchIndex.open(folder)) {
      assertThat(index.nearest(new float[] {1e-42f, 2e-42f}, 3))
          .extracting(hit -> hit.id().toString())
          .containsExactly("small", "large", "one");
    }
    ShardOptions dot = TestIndex.options(Metric.DOT, 2);
    try (ShardWriter writer = new ShardWriter(folder, "shard-00000-of-00001", dot)) {
      assertThat(reason(writer, row("large", Map.of(), 3e38f, 3e38f)).orElseThrow())
          .contains("length 4.24e+38; without cosine similarity at most 1e+18");
    }
  }

  @Test
  void memoryAndShardsAreToldBefore() {
    ShardOptions options = TestIndex.options(Metric.DOT, 128);
    assertThat(options.memory(1_000_000)).isEqualTo(672_000_000);
    assertThat(options.shards(1_000_000, new ShardOptions.Bytes(1 << 30))).isEqualTo(1);
    assertThat(options.shards(10_000_000, new ShardOptions.Bytes(1 << 30))).isEqualTo(7);
    assertThat(options.shards(0, new ShardOptions.Bytes(0))).isEqualTo(1);
  }

  @Test
  void idsAreInTheOrderOfTheirBytes() {
    assertThat(
            Stream.of("b", "\ud83d\ude00", "\uffee", "a", "ab", "7")
                .map(RowId::of)
                .sorted()
                .map(RowId::toString))
        .containsExactly("7", "a", "ab", "b", "\uffee", "\ud83d\ude00");
    assertThat(Stream.of(RowId.of("0"), RowId.of(5), RowId.of(-7)).sorted())
        .containsExactly(RowId.of(-7), RowId.of(5), RowId.of("0"));
    assertThat(RowId.of("a").stableHash()).isEqualTo(HASH_OF_A);
    assertThatThrownBy(() -> RowId.of("")).hasMessage("the id is empty");
  }

  /** FNV-1a of 64 bits and the finaliser of SplitMix64, by Python. */
  private static final long HASH_OF_A = 0x5f29c2aadd9b8527L;
}
