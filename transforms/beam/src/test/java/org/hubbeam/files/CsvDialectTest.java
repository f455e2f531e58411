// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV with other delimiters and quotes as Commons CSV reads it, without a header, with lists. */
class CsvDialectTest {

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  @TempDir Path folder;

  private void check(BatchSource source, List<String> rows, String... failures) {
    BatchSource.Result result = pipeline.apply(source);
    Rows.expect(result.batches(), rows.toArray(String[]::new));
    Rows.expectFailures(result.failures(), failures);
    pipeline.run().waitUntilFinish();
  }

  private static TextOptions with(CsvDialect dialect) {
    return TextOptions.DEFAULT.withCsv(dialect);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '`',
      value = {"; \"", "TAB \"", "| '", ": \"", "# '"})
  void recordsAreThoseOfCommonsCsv(String given, char quote) throws IOException {
    char delimiter = given.equals("TAB") ? '\t' : given.charAt(0);
    CsvDialect dialect =
        CsvDialect.DEFAULT
            .withDelimiter(String.valueOf(delimiter))
            .withQuote(String.valueOf(quote));
    CSVFormat commons =
        CSVFormat.RFC4180
            .builder()
            .setDelimiter(delimiter)
            .setQuote(quote)
            .setIgnoreEmptyLines(false)
            .get();
    Random random = new Random(delimiter);
    String[] cells = {"", "a", "b,c", "QQ", "Qa", "QaQQbQ", "QaDbQ", "QaQ", "Q\nQ", "d'e\"f", "QQ"};
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int record = 0; record < 5; record++) {
        for (int cell = 0; cell < 3; cell++) {
          String one = cells[random.nextInt(cells.length)];
          one = one.equals("Qa") ? "a" : one;
          text.append(cell > 0 ? "D" : "").append(one);
        }
        text.append(random.nextBoolean() ? "\n" : "\r\n");
      }
      byte[] file =
          text.toString()
              .replace('D', delimiter)
              .replace('Q', quote)
              .getBytes(StandardCharsets.ISO_8859_1);
      assertThat(cells(file, dialect))
          .as(new String(file, StandardCharsets.ISO_8859_1))
          .isEqualTo(commons(file, commons));
    }
  }

  private static List<List<String>> cells(byte[] file, CsvDialect dialect) throws IOException {
    List<List<String>> read = new ArrayList<>();
    InputStream in = new ByteArrayInputStream(file);
    CsvRecords records = new CsvRecords(in, dialect, 0, Long.MAX_VALUE, 1 << 20);
    while (records.next()) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < records.cells(); i++) {
        int start = records.start(i);
        cells.add(
            new String(
                records.buffer(), start, records.end(i) - start, StandardCharsets.ISO_8859_1));
      }
      read.add(cells);
    }
    return read;
  }

  private static List<List<String>> commons(byte[] file, CSVFormat format) throws IOException {
    List<List<String>> read = new ArrayList<>();
    try (var reader =
        new InputStreamReader(new ByteArrayInputStream(file), StandardCharsets.ISO_8859_1)) {
      for (CSVRecord record : format.parse(reader)) {
        read.add(record.toList());
      }
    }
    return read;
  }

  @Test
  void withoutQuotesEveryQuoteIsText() {
    Rows.file(folder, "a.tsv", "id\ttext\n1\t\"open\n2\t5\" \"x\"\n");
    check(
        BatchSource.csv(folder + "/a.tsv", with(CsvDialect.DEFAULT.withQuote(""))),
        List.of("8|id=1|text=\"open", "16|id=2|text=5\" \"x\""));
  }

  @Test
  void tabsAreFoundByTheNameOfEachFile() throws IOException {
    Rows.file(folder, "a.tsv", "id\ttext\n1\ta,b\n");
    Rows.file(folder, "b.csv", "id,text\n2,c\td\n");
    Rows.file(folder, "c.tsv.gz", Rows.gzip("text\tid\ne\t3\n".getBytes(StandardCharsets.UTF_8)));
    check(
        BatchSource.csv(folder + "/*"),
        List.of("8|id=1|text=a,b", "8|id=2|text=c\td", "8|id=3|text=e"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 9, 1000})
  void filesWithoutAHeaderHaveTheNamesThatAreGiven(long part) {
    Rows.file(folder, "a.csv", "1;one\n2;two\n3\n");
    Rows.file(folder, "b.csv", "");
    TextOptions options =
        with(CsvDialect.DEFAULT.withDelimiter(";").withColumnNames(List.of("id", "text")));
    check(
        BatchSource.csv(folder + "/*", options).withPartBytes(part),
        List.of("0|id=1|text=one", "6|id=2|text=two"),
        "a.csv@12 : expected 2 cells, found 1");
  }

  @Test
  void listsAreInOneCell() {
    Rows.file(folder, "a.csv", "v,words,id\n1|2.5,a b|c,x|y\n3| 4 ,,\n5,d,z\n6|7|x,d,z\n");
    BatchSchema schema =
        new BatchSchema(
            List.of(
                new ArraySpec("v", DType.FLOAT32, Shape.of(-1, 2), Layout.DENSE),
                new ArraySpec("words", DType.STRING, Shape.of(-1, -1), Layout.RAGGED),
                new ArraySpec("id", DType.STRING, Shape.of(-1), Layout.DENSE)));
    TextOptions options = with(CsvDialect.DEFAULT.withListDelimiter("|"));
    BatchSource.Result result = pipeline.apply(BatchSource.csv(folder + "/a.csv", schema, options));
    Rows.expect(
        result.batches(), "11|v=[1.0, 2.5]|words=[a b, c]|id=x|y", "27|v=[3.0, 4.0]|words=[]|id=");
    org.apache.beam.sdk.testing.PAssert.that(result.failures())
        .satisfies(
            all -> {
              assertThat(all)
                  .allSatisfy(failure -> assertThat(failure.column()).isEqualTo("v"))
                  .extracting(org.hubbeam.batch.Failure::line)
                  .containsExactlyInAnyOrder(4L, 5L);
              return null;
            });
    pipeline.run().waitUntilFinish();
    assertThatThrownBy(() -> BatchSource.csv(folder + "/a.csv", schema))
        .hasMessageContaining("a delimiter of lists makes it several");
  }

  @Test
  void withoutASchemaAllColumnsAreLists() {
    Rows.file(folder, "a.csv", "a,b\n1;2,x\n,y\n");
    check(
        BatchSource.csv(folder + "/a.csv", with(CsvDialect.DEFAULT.withListDelimiter(";"))),
        List.of("4|a=[1, 2]|b=[x]", "10|a=[]|b=[y]"));
  }

  @Test
  void dialectsThatCannotBeAreRefused() {
    CsvDialect dialect = CsvDialect.DEFAULT;
    assertThatThrownBy(() -> dialect.withDelimiter("||")).hasMessageContaining("one ASCII");
    assertThatThrownBy(() -> dialect.withDelimiter("\n")).hasMessageContaining("no line break");
    assertThatThrownBy(() -> dialect.withDelimiter("\u00a7")).hasMessageContaining("ASCII");
    assertThatThrownBy(() -> dialect.withDelimiter("\"")).hasMessageContaining("must differ");
    assertThatThrownBy(() -> dialect.withColumnNames(List.of("a", "a")))
        .hasMessageContaining("same name");
  }

  @Test
  void failuresHaveTheNumberOfTheirLine() throws IOException {
    StringBuilder text = new StringBuilder("id,text\r\n");
    List<Long> lines = new ArrayList<>();
    long line = 2;
    for (int i = 0; i < 5000; i++) {
      boolean bad = i % 7 == 0;
      if (bad) {
        lines.add(line);
      }
      text.append(bad ? "x\n" : i % 5 == 0 ? i + ",\"a\nb\r\nc\"\n" : i + ",y\n");
      line += !bad && i % 5 == 0 ? 3 : 1;
    }
    byte[] plain = text.toString().getBytes(StandardCharsets.UTF_8);
    Rows.file(folder, "plain.csv", plain);
    Rows.file(folder, "packed.csv", Rows.gzip(plain));
    Rows.file(folder, "wide.csv", ("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE));
    for (String name : List.of("plain", "packed", "wide")) {
      BatchSource.Result result =
          pipeline.apply(name, BatchSource.csv(folder + "/" + name + ".csv").withPartBytes(1000));
      List<Long> expected = lines;
      org.apache.beam.sdk.testing.PAssert.that(result.failures())
          .satisfies(
              all -> {
                assertThat(all)
                    .extracting(org.hubbeam.batch.Failure::line)
                    .containsExactlyInAnyOrderElementsOf(expected);
                return null;
              });
    }
    pipeline.run().waitUntilFinish();
  }
}
