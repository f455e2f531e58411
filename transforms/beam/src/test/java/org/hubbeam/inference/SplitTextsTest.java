// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.texts.Chunking;
import org.junit.jupiter.api.Test;

class SplitTextsTest {
  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  private static Batch batch(Map<String, Array> columns) {
    int rows = columns.values().iterator().next().rows();
    long[] records = new long[rows];
    for (int i = 0; i < rows; i++) {
      records[i] = 10L * i;
    }
    return new Batch(rows, columns, new Batch.Origin("a.txt", records));
  }

  private static Array texts(String... texts) {
    return Array.Dense.vector(Values.of(texts));
  }

  private SplitTexts.Result split(SplitTexts split, Batch batch) {
    return pipeline.apply(Create.of(batch).withCoder(new PlainBatchCoder())).apply(split);
  }

  /** Each row as the values of its columns by name, batches apart by an empty text. */
  private static List<String> rows(Iterable<Batch> batches) {
    List<String> rows = new ArrayList<>();
    for (Batch batch : batches) {
      for (int row = 0; row < batch.rows(); row++) {
        int at = row;
        StringBuilder values = new StringBuilder();
        batch
            .columns()
            .forEach(
                (name, array) ->
                    values.append(
                        (values.length() == 0 ? "" : "|")
                            + name
                            + "="
                            + new RowIds(name).of(batch, at)));
        rows.add(values.toString());
      }
    }
    return rows;
  }

  private void expect(SplitTexts.Result result, List<String> rows, List<Failure> failures) {
    PAssert.that(result.batches())
        .satisfies(
            batches -> {
              assertThat(rows(batches)).containsExactlyInAnyOrderElementsOf(rows);
              return null;
            });
    PAssert.that(result.failures()).containsInAnyOrder(failures);
    pipeline.run().waitUntilFinish();
  }

  @Test
  void chunksHaveTheColumnsOfTheirDocument() {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("text", texts("a b c", " "));
    columns.put("year", Array.Dense.vector(Values.of(1990L, 2000L)));
    expect(
        split(SplitTexts.of(Chunking.words(2), "text"), batch(columns)),
        List.of(
            "year=1990|id=a.txt@0#0|document=a.txt@0|chunk=0|start=0|end=3|text=a b",
            "year=1990|id=a.txt@0#1|document=a.txt@0|chunk=1|start=4|end=5|text=c",
            "year=2000|id=a.txt@10#0|document=a.txt@10|chunk=0|start=0|end=1|text= "),
        List.of());
  }

  @Test
  void documentsAreNamedByTheirIds() {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("id", Array.Dense.vector(Values.of(7L)));
    columns.put("url", texts("http://x"));
    columns.put("text", texts("a b"));
    Batch batch = batch(columns);
    expect(
        split(SplitTexts.of(Chunking.words(1), "text"), batch),
        List.of(
            "id=7#0|url=http://x|document=7|chunk=0|start=0|end=1|text=a",
            "id=7#1|url=http://x|document=7|chunk=1|start=2|end=3|text=b"),
        List.of());
    SplitTextsFn other =
        new SplitTextsFn(
            new SplitTexts.Settings(Chunking.words(1), "text", "url", "", null, Limits.DEFAULT));
    assertThatThrownBy(() -> other.process(batch, null))
        .hasMessage("splitting texts makes columns that are there already: [id]");
  }

  @Test
  void rowsThatCannotBeSplitAreFailures() {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("name", Array.Ragged.of(Values.of("a", "b", "d"), new int[] {0, 1, 2, 2, 3}));
    byte[] bad = {'x', (byte) 0xe9};
    columns.put(
        "text",
        Array.Ragged.of(
            new Values.Strings(
                new byte[] {'1', '2', '3', bad[0], bad[1]}, new int[] {0, 1, 2, 3, 5}),
            new int[] {0, 2, 2, 3, 4}));
    expect(
        split(SplitTexts.of(Chunking.words(1), "text").withIdColumn("name"), batch(columns)),
        List.of(),
        List.of(
            Failure.reading("a", "text", "has 2 texts; one is split"),
            Failure.reading("b", "text", "has 0 texts; one is split"),
            Failure.reading("", "text", "belongs to a row of 0 ids ('name')"),
            Failure.reading("d", "text", "is not UTF-8: the byte at offset 1")));
  }

  @Test
  void languagesAreThoseOfTheColumn() {
    // In Greek, a semicolon is the question mark; in Thai, words have no spaces.
    Map<String, Array> columns = new LinkedHashMap<>();
    String thai = "\u0e09\u0e31\u0e19\u0e23\u0e31\u0e01\u0e17\u0e30\u0e40\u0e25";
    columns.put("lang", texts("en", "th", "no-such_language!"));
    columns.put("text", texts("One. Two.", thai, "x"));
    SplitTexts split =
        SplitTexts.of(Chunking.words(1), "text")
            .withLanguage(Locale.ENGLISH)
            .withLanguageColumn("lang");
    PAssert.that(split(split, batch(columns)).batches())
        .satisfies(
            batches -> {
              assertThat(rows(batches)).hasSizeGreaterThan(4);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void batchesKeepTheLimits() {
    Batch batch = batch(Map.of("text", texts("a b c d e f g")));
    SplitTexts split =
        SplitTexts.of(Chunking.words(1), "text").withLimits(Limits.DEFAULT.withRows(3));
    PAssert.that(split(split, batch).batches())
        .satisfies(
            batches -> {
              List<Integer> sizes = new ArrayList<>();
              List<String> numbers = new ArrayList<>();
              batches.forEach(
                  one -> {
                    sizes.add(one.rows());
                    for (int row = 0; row < one.rows(); row++) {
                      numbers.add(new RowIds("chunk").of(one, row));
                    }
                  });
              assertThat(sizes).containsExactlyInAnyOrder(3, 3, 1);
              assertThat(numbers).containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6");
              return null;
            });
    pipeline.run().waitUntilFinish();
  }
}
