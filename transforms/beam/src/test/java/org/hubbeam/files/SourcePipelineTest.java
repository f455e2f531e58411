// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.tfrecord.CorruptFileException;
import org.hubbeam.tfrecord.Corruption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources of lines on the direct runner; TFRecords are in {@link SinkPipelineTest}. */
class SourcePipelineTest {

  private static final String MARK = "\ufeff";

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  @TempDir Path folder;

  private String glob(String name) {
    return folder.resolve(name).toString();
  }

  private void check(BatchSource source, String[] rows, String... failures) {
    BatchSource.Result result = pipeline.apply(source);
    Rows.expect(result.batches(), rows);
    Rows.expectFailures(result.failures(), failures);
    pipeline.run().waitUntilFinish();
  }

  private static String[] rows(String... rows) {
    return rows;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 7, 100, Long.MAX_VALUE})
  void textGivesEachLineOnceWhereverFilesAreCut(long part) throws Exception {
    Rows.file(folder, "a.txt", "one\r\n\nthree\nlast");
    Rows.file(folder, "b.txt", MARK + "größe\n");
    Rows.file(folder, "c.txt", Rows.gzip("packed\nlines\n".getBytes(StandardCharsets.UTF_8)));
    Rows.file(folder, "empty.txt", "");
    check(
        BatchSource.text(glob("*.txt")).withPartBytes(part),
        rows(
            "0|text=one",
            "5|text=",
            "6|text=three",
            "12|text=last",
            "0|text=größe",
            "0|text=packed",
            "7|text=lines"));
  }

  @Test
  void rowsOfTextKeepTheOrderOfTheFileAndBatchesTheirLimit() {
    Rows.file(folder, "a.txt", "1\n2\n3\n4\n5\n");
    BatchSource.Result result = pipeline.apply(BatchSource.text(glob("a.txt")).withBatchRows(2));
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              assertThat(all)
                  .extracting(Rows::of)
                  .containsExactlyInAnyOrder(
                      java.util.List.of("0|text=1", "2|text=2"),
                      java.util.List.of("4|text=3", "6|text=4"),
                      java.util.List.of("8|text=5"));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void lineThatIsTooLongIsAFailureAndTheOthersAreRead() {
    Rows.file(folder, "a.txt", "short\n" + "x".repeat(9000) + "\nend\n");
    check(
        BatchSource.text(glob("a.txt")).withRecordBytes(5),
        rows("0|text=short", "9007|text=end"),
        "a.txt@6 : a line of 9000 bytes; at most 5 are allowed");
  }

  @Test
  void csvTakesQuotedNewlinesAndReportsOtherNumbersOfCells() {
    Rows.file(
        folder,
        "a.csv",
        "id,text\n1,\"two\nlines, \"\"quoted\"\"\"\n2\n3,x,y\n\n4,\r\n\"5\",größe\n");
    check(
        BatchSource.csv(glob("a.csv")),
        rows("8|id=1|text=two\nlines, \"quoted\"", "43|id=4|text=", "47|id=5|text=größe"),
        "a.csv@34 : expected 2 cells, found 1",
        "a.csv@36 : expected 2 cells, found 3");
  }

  @Test
  void csvTakesAMarkOtherOrdersOfColumnsAndGzip() throws Exception {
    Rows.file(folder, "a.csv", MARK + "id,text\r\n1,one\r\n");
    byte[] other = "text,id\ntwo,2\nthree\n".getBytes(StandardCharsets.UTF_8);
    Rows.file(folder, "b.csv", Rows.gzip(other));
    check(
        BatchSource.csv(glob("*.csv")),
        rows("12|id=1|text=one", "8|id=2|text=two"),
        "b.csv@14 : expected 2 cells, found 1");
  }

  @Test
  void csvWithTextBehindAQuoteGivesTheOtherRows() {
    Rows.file(folder, "a.csv", "id,text\r\n1,one\r\n\"2\"x,open\r\n3,three\r\n");
    check(
        BatchSource.csv(glob("a.csv")),
        rows("9|id=1|text=one", "27|id=3|text=three"),
        "a.csv@16 : no CSV: there is text behind the last quote of a cell");
  }

  @ParameterizedTest
  @CsvSource({
    "'id,text\n1,one\n2,\"open', 14",
    "'id,text\n1,one\n2,\"open\n', 14",
    "'\ufeffid,text\n1,\"o\"\"n\n\re,\"\n\"2\",\"open\r', 24",
    "'id,text\r1,on\"e\r2,\"open\r\n', 15"
  })
  void csvWithAQuoteLeftOpenInTheLastRecordGivesTheRowsBefore(String text, long offset) {
    Rows.file(folder, "a.csv", text);
    BatchSource.Result result = pipeline.apply(BatchSource.csv(glob("a.csv")));
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              assertThat(all).hasSize(1).first().returns(1, Batch::rows);
              return null;
            });
    Rows.expectFailures(result.failures(), "a.csv@" + offset + " : a quote is left open");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void linesThatAQuoteLeftOpenTakesAreFailuresToo() {
    Rows.file(folder, "a.csv", "id,text\n1,one\n2,\"open\n3,three\n4,four\n");
    String lost =
        " : lost: a quote is left open in the record at offset 14, which takes the rest of the"
            + " file";
    check(
        BatchSource.csv(glob("a.csv")),
        rows("8|id=1|text=one"),
        "a.csv@14 : a quote is left open",
        "a.csv@22" + lost,
        "a.csv@30" + lost);
  }

  @Test
  void csvWithOtherColumnsStopsTheJobNamingTheFile() {
    Rows.file(folder, "a.csv", "id,text\n1,one\n");
    Rows.file(folder, "b.csv", "id,other\n1,one\n");
    pipeline.apply(BatchSource.csv(glob("*.csv")));
    assertThatThrownBy(() -> pipeline.run().waitUntilFinish())
        .isInstanceOf(PipelineExecutionException.class)
        .rootCause()
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("b.csv@0")
        .hasMessageContaining("[id, other]");
  }

  @ParameterizedTest
  @CsvSource({"'id,\"text\n1,one\n', 'a quote that is left open'", "'id,te#xt\n', 'no UTF-8'"})
  void csvFileWithABrokenHeaderIsAFailureAndTheOthersAreRead(String text, String fault) {
    Rows.file(folder, "a.csv", "id,text\n1,one\n");
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == '#' ? (byte) 0x84 : bytes[i];
    }
    Rows.file(folder, "b.csv", bytes);
    BatchSource source = BatchSource.csv(glob("*.csv")).withCorruption(Corruption.SKIP_FILE);
    BatchSource.Result result = pipeline.apply(source);
    Rows.expect(result.batches(), "8|id=1|text=one");
    PAssert.that(result.failures())
        .satisfies(
            all -> {
              assertThat(all)
                  .extracting(Failure::reason)
                  .singleElement()
                  .asString()
                  .contains(fault);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void csvRecordThatIsTooLongIsAFailure() {
    Rows.file(folder, "a.csv", "id,text\n1," + "x".repeat(100) + "\n2,two\n");
    check(
        BatchSource.csv(glob("a.csv")).withRecordBytes(50),
        rows("111|id=2|text=two"),
        "a.csv@8 : a record of 102 bytes; at most 50 are allowed");
  }

  @Test
  void jsonLinesBecomeListsAndBadLinesFailures() {
    Rows.file(
        folder,
        "a.jsonl",
        """
        {"id": 1, "text": "ä", "tags": ["a", "b"], "x": 0.5}
        {"id": null, "flag": true, "x": 2, "deep": {"a": [1]}}

        {"id": 2, "text":
        [1]
        {"id": 3} {"id": 4}
        {"id": 5, "id": 6}
        {"id": 7}\
        """);
    Rows.file(
        folder,
        "b.jsonl",
        """
        {"id": "no"}
        {"id": 1.5}
        {"flag": 1, "other": {}}
        {"x": "a"}
        {"tags": [null]}
        {"x": 1e300}\
        """);
    Rows.file(folder, "c.jsonl", new byte[] {'{', '"', -1, -1, -1, -1});
    check(
        BatchSource.jsonl(glob("*.jsonl")).withPartBytes(40),
        rows(
            "0|id=[1]|text=[ä]|tags=[a, b]|x=[0.5]|flag=[]|deep=[]",
            "54|id=[]|text=[]|tags=[]|x=[2.0]|flag=[true]|deep=[{\"a\":[1]}]",
            "171|id=[7]|text=[]|tags=[]|x=[]|flag=[]|deep=[]"),
        "a.jsonl@110 : no JSON: ...",
        "a.jsonl@128 : expected a JSON object, found an array",
        "a.jsonl@132 : there is more behind the JSON object",
        "a.jsonl@152 id: the field is there twice",
        "b.jsonl@0 id: expected int64, found 'no'",
        "b.jsonl@13 id: expected int64, found 1.5",
        "b.jsonl@25 other: the field is not in the beginning of the first file, which tells the"
            + " columns; a schema with the column reads it",
        "b.jsonl@50 x: expected float32, found 'a'",
        "b.jsonl@61 tags: expected string, found null",
        "b.jsonl@78 x: expected float32, found 1e300",
        "c.jsonl@0 : the bytes at offset 2 are no UTF-8; another encoding must be named"
            + " (--encoding)");
  }

  @Test
  void whatNoFileHasFailsWhenThePipelineIsBuilt() {
    String glob = glob("none-*");
    assertThatThrownBy(() -> BatchSource.text(glob)).hasMessage("no file matches " + glob);
    assertThatThrownBy(() -> BatchSource.csv(glob)).hasMessage("no file matches " + glob);
    assertThatThrownBy(() -> BatchSource.jsonl(glob)).hasMessage("no file matches " + glob);
    assertThatThrownBy(() -> BatchSource.tfrecord(glob)).hasMessage("no file matches " + glob);
    String empty = Rows.file(folder, "empty.csv", "").toString();
    assertThatThrownBy(() -> BatchSource.csv(empty)).hasMessageContaining("empty.csv is empty");
    String twice = Rows.file(folder, "twice.csv", "a,b,a\n").toString();
    assertThatThrownBy(() -> BatchSource.csv(twice)).hasMessageContaining("two columns named 'a'");
  }

  @Test
  void columnsThatAreNotReadMayHaveTheSameName() {
    Rows.file(folder, "a.csv", "id,text,,\n1,one,,\n");
    ArraySpec text = new ArraySpec("text", DType.STRING, Shape.of(-1), Layout.DENSE);
    check(BatchSource.csv(glob("a.csv"), new BatchSchema(List.of(text))), rows("10|text=one"));
  }

  @Test
  void partsAreCountedAsTheyWillBeShared() throws Exception {
    String line = "x".repeat(99) + "\n";
    String plain = Rows.file(folder, "plain.txt", line.repeat(5_000)).toString();
    byte[] packed = Rows.gzip(line.repeat(5_000).getBytes(StandardCharsets.UTF_8));
    String gzip = Rows.file(folder, "packed.txt", packed).toString();
    for (int i = 0; i < 100; i++) {
      Rows.file(folder, i + ".jpg", "picture");
    }
    assertThat(BatchSource.text(plain).parts(100)).isEqualTo(31);
    assertThat(BatchSource.text(plain).parts(3)).isEqualTo(3);
    assertThat(BatchSource.text(plain).withPartBytes(250_000).parts(9)).isEqualTo(2);
    assertThat(BatchSource.text(gzip).parts(9)).isEqualTo(1);
    assertThat(BatchSource.files(glob("*.jpg")).parts(50)).isEqualTo(13);
    assertThat(BatchSource.fileNames(glob("*.jpg")).parts(200)).isEqualTo(100);
  }

  @Test
  void limitsThatNothingFitsInAreRefused() {
    BatchSource source = BatchSource.text(Rows.file(folder, "a.txt", "1\n").toString());
    assertThatThrownBy(() -> source.withBatchRows(0)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> source.withBatchBytes(0)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> source.withRecordBytes(0)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> source.withPartBytes(0)).hasMessageContaining("not 0");
  }
}
