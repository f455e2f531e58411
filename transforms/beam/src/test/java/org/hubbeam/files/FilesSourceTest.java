// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.tfrecord.Corruption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesSourceTest {

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  @TempDir Path folder;

  private String glob(String name) {
    return folder.resolve(name).toString();
  }

  private String file(String name, String content) throws Exception {
    return Files.write(folder.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1))
        .toString();
  }

  private static List<List<String>> names(Iterable<Batch> batches) {
    List<List<String>> names = new ArrayList<>();
    for (Batch batch : batches) {
      List<String> rows = new ArrayList<>();
      for (int i = 0; i < batch.rows(); i++) {
        byte[] file = (byte[]) batch.column("file").values().get(i);
        rows.add(Path.of(new String(file, StandardCharsets.UTF_8)).getFileName().toString());
      }
      names.add(rows);
    }
    return names;
  }

  @Test
  void eachFileIsARowByteForByte() throws Exception {
    String one = file("1.png", "\u00ff\u0000\n\r");
    String two = file("größe.png", "");
    String packed = file("packed.png", "\u001f\u008b\b");
    file("other.txt", "x");
    BatchSource source = BatchSource.files(glob("*.png"));
    assertThat(source.columns()).contains(List.of("file", "bytes"));
    BatchSource.Result result = pipeline.apply(source);
    Rows.expect(
        result.batches(),
        "0|file=" + one + "|bytes=\ufffd\u0000\n\r",
        "1|file=" + two + "|bytes=",
        "2|file=" + packed + "|bytes=\u001f\ufffd\b");
    Rows.expectFailures(result.failures());
    pipeline.run().waitUntilFinish();
  }

  @Test
  void eachDocumentIsARowOfText() throws Exception {
    String one = file("a.txt", "\u00ef\u00bb\u00bfone\r\ntwo\n");
    String empty = file("b.txt", "");
    String wide = file("c.txt", "\u00ff\u00fex\u0000\n\u0000");
    String bad = file("d.txt", "caf\u00e9");
    String picture = file("e.txt", "\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR");
    BatchSource source = BatchSource.documents(glob("*.txt"), TextOptions.DEFAULT);
    assertThat(source.columns()).contains(List.of("file", "text"));
    BatchSource.Result result = pipeline.apply(source);
    Rows.expect(
        result.batches(),
        "0|file=" + one + "|text=one\r\ntwo\n",
        "1|file=" + empty + "|text=",
        "2|file=" + wide + "|text=x\n");
    PAssert.that(result.failures())
        .satisfies(
            failures -> {
              assertThat(failures)
                  .extracting(failure -> failure.id() + ": " + failure.reason())
                  .containsExactlyInAnyOrder(
                      bad
                          + ": the file cannot be read: the bytes at offset 3 are no UTF-8; another"
                          + " encoding must be named (--encoding)",
                      picture + ": the file cannot be read: no text, but a PNG picture");
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void batchesHaveNoMoreFilesAndBytesThanAllowed() throws Exception {
    for (int i = 0; i < 7; i++) {
      file("f" + i, "12345678");
    }
    file("large", "x".repeat(100));
    BatchSource.Result result =
        pipeline.apply(BatchSource.files(glob("*")).withBatchRows(3).withBatchBytes(120));
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              List<List<String>> batches = names(all);
              assertThat(batches.stream().flatMap(List::stream))
                  .containsExactlyInAnyOrder("f0", "f1", "f2", "f3", "f4", "f5", "f6", "large");
              assertThat(batches).contains(List.of("large")).allMatch(b -> b.size() <= 3);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void aFileThatIsTooLargeIsAFailureUnderItsName() throws Exception {
    String large = file("b", "123456789");
    file("a", "12345678");
    BatchSource.Result result = pipeline.apply(BatchSource.files(glob("*")).withRecordBytes(8));
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              assertThat(names(all)).containsExactly(List.of("a"));
              return null;
            });
    PAssert.that(result.failures())
        .containsInAnyOrder(
            Failure.reading(large, "", "the file cannot be read: 9 bytes; at most 8 are allowed"));
    pipeline.run().waitUntilFinish();
  }

  @Test
  void aFileThatIsGoneIsAFailureUnderItsName() {
    FileRange gone = FileRange.whole(glob("gone"), 5);
    List<Failure> failures = new ArrayList<>();
    new FilesFormat()
        .read(
            new FileGroup(glob("*"), 0, List.of(gone)),
            new ReadLimits(10, 100, 100, Corruption.FAIL),
            new Receiver() {
              @Override
              public void batch(Batch batch) {
                throw new AssertionError(batch);
              }

              @Override
              public void failure(Failure failure) {
                failures.add(failure);
              }
            });
    assertThat(failures).extracting(Failure::id).containsExactly(glob("gone"));
    assertThat(failures.get(0).reason()).startsWith("the file cannot be read: ");
  }

  @Test
  void noFileAtAllIsAnErrorBeforeThePipelineRuns() {
    assertThatThrownBy(() -> BatchSource.files(glob("*.none")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no file matches " + glob("*.none"));
  }
}
