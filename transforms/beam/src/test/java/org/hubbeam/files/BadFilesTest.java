// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.CorruptFileException;
import org.hubbeam.tfrecord.Corruption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that are cut off, change or go while a job reads them, and a disk that is full. */
class BadFilesTest {

  /** More than what is looked at before the job, and in many parts of {@link #PART} bytes. */
  private static final int LINES = 2000;

  private static final int PART = 4000;

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  @TempDir Path folder;
  private Path bad;

  @BeforeEach
  void writeFiles() {
    bad = Rows.file(folder, "bad.txt", "line\n".repeat(LINES));
  }

  @AfterEach
  void nothingHappens() {
    FaultyFiles.happens((file, time) -> {});
  }

  /** What happens to the file behind the job's back. */
  enum Change {
    GROWS {
      @Override
      void make(Path file) throws IOException {
        Files.writeString(file, "more\n", StandardOpenOption.APPEND);
      }
    },
    SHRINKS {
      @Override
      void make(Path file) throws IOException {
        Files.writeString(file, "line\n".repeat(LINES - 100));
      }
    },
    IS_REPLACED {
      @Override
      void make(Path file) throws IOException {
        Files.writeString(file, "LINE\n".repeat(LINES));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
      }
    },
    VANISHES {
      @Override
      void make(Path file) throws IOException {
        Files.delete(file);
      }
    };

    abstract void make(Path file) throws IOException;

    String reason() {
      return this == VANISHES
          ? "the file is gone; it was there when the job began"
          : "the file changed while it was read: it had 10000 bytes of ";
    }
  }

  /** The bad file changes once, before it is opened when so many files have been. */
  private void change(Change change, long opened) {
    AtomicBoolean changed = new AtomicBoolean();
    FaultyFiles.happens(
        (file, time) -> {
          if (time >= opened && file.equals(bad) && changed.compareAndSet(false, true)) {
            change.make(file);
          }
        });
  }

  /** There is one failure, whose id and reason begin so. */
  private static void expectOne(PCollection<Failure> failures, String id, String reason) {
    PAssert.that(failures)
        .satisfies(
            all -> {
              Failure failure = all.iterator().next();
              assertThat(all).hasSize(1);
              assertThat(failure.id()).startsWith(id);
              assertThat(failure.reason()).startsWith(reason);
              return null;
            });
  }

  private BatchSource source(Corruption corruption) {
    return BatchSource.text(FaultyFiles.name(folder.resolve("*.txt")))
        .withPartBytes(PART)
        .withCorruption(corruption);
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void aFileThatChangesEndsTheJob(Change change) {
    BatchSource source = source(Corruption.FAIL);
    // The first time is the look at where to cut it.
    change(change, 1);
    pipeline.apply(source);
    assertThatThrownBy(() -> pipeline.run().waitUntilFinish())
        .isInstanceOf(PipelineExecutionException.class)
        .cause()
        .isInstanceOf(BadFileException.class)
        .hasMessageStartingWith(FaultyFiles.name(bad) + ": " + change.reason());
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void aFileThatChangesIsOneFailureWhereItIsSkipped(Change change) {
    Rows.file(folder, "good.txt", "1\n2\n");
    BatchSource source = source(Corruption.SKIP_FILE);
    change(change, 2);
    BatchSource.Result result = pipeline.apply(source);
    expectOne(result.failures(), FaultyFiles.name(bad), change.reason());
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              List<String> rows = new ArrayList<>();
              all.forEach(batch -> rows.addAll(Rows.of(batch)));
              assertThat(rows).contains("0|text=1", "2|text=2").doesNotHaveDuplicates();
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void filesThatStayAsTheyAreArePartsAsBefore() {
    BatchSource source = source(Corruption.FAIL);
    FaultyFiles.happens((file, time) -> {});
    BatchSource.Result result = pipeline.apply(source);
    PAssert.thatSingleton(
            result
                .batches()
                .apply(MapElements.into(TypeDescriptors.longs()).via(batch -> (long) batch.rows()))
                .apply(Sum.longsGlobally()))
        .isEqualTo((long) LINES);
    pipeline.run().waitUntilFinish();
    assertThat(FaultyFiles.opened()).as("the look, and parts").isEqualTo(3);
  }

  @Test
  void aPictureThatChangesIsAFailureWithItsName() {
    BatchSource source = BatchSource.files(FaultyFiles.name(folder.resolve("*.txt")));
    change(Change.GROWS, 0);
    BatchSource.Result result = pipeline.apply(source);
    expectOne(
        result.failures(),
        FaultyFiles.name(bad),
        "the file cannot be read: the file changed while it was read: ");
    PAssert.that(result.batches()).empty();
    pipeline.run().waitUntilFinish();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aPictureThatBreaksOffIsReadAgain(int breaks) {
    BatchSource source = BatchSource.files(FaultyFiles.name(folder.resolve("*.txt")));
    FaultyFiles.happens(
        (file, time) -> {
          if (time < breaks) {
            throw time == 0
                ? new SocketTimeoutException("slow")
                : new IOException("connection reset");
          }
        });
    BatchSource.Result result = pipeline.apply(source);
    if (breaks < 3) {
      PAssert.that(result.failures()).empty();
    } else {
      expectOne(
          result.failures(), FaultyFiles.name(bad), "the file cannot be read: connection reset");
    }
    pipeline.run().waitUntilFinish();
    assertThat(FaultyFiles.opened()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(PackedTextTest.Packer.class)
  void aCutFileIsOneFailureWhereItIsSkipped(PackedTextTest.Packer packer) throws IOException {
    cut(packer);
    BatchSource.Result result = pipeline.apply(source(Corruption.SKIP_FILE));
    expectOne(
        result.failures(),
        FaultyFiles.name(folder.resolve("cut.txt@")),
        "the packed data are damaged or cut off: ");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void aCutFileEndsTheJob() throws IOException {
    cut(PackedTextTest.Packer.GZIP);
    pipeline.apply(source(Corruption.FAIL));
    assertThatThrownBy(() -> pipeline.run().waitUntilFinish())
        .isInstanceOf(PipelineExecutionException.class)
        .cause()
        .isInstanceOf(CorruptFileException.class)
        .hasMessageStartingWith(FaultyFiles.name(folder.resolve("cut.txt@")))
        .hasMessageContaining("the packed data are damaged or cut off: it ends too early");
  }

  private void cut(PackedTextTest.Packer packer) throws IOException {
    byte[] whole = packer.pack(Files.readAllBytes(bad));
    Files.delete(bad);
    Rows.file(folder, "cut.txt", Arrays.copyOf(whole, whole.length / 2));
  }

  @Test
  void aFirstFileThatIsCutIsPassedOverWhereColumnsAreLookedFor() throws IOException {
    String table = "id,text\n" + "1,one\n".repeat(LINES);
    byte[] whole = Rows.gzip(table.getBytes(StandardCharsets.UTF_8));
    Rows.file(folder, "a.csv", Arrays.copyOf(whole, 12));
    Rows.file(folder, "b.csv", "id,text\n2,two\n");
    String glob = folder.resolve("*.csv").toString();
    BatchSource.Result result =
        pipeline.apply(BatchSource.csv(glob).withCorruption(Corruption.SKIP_FILE));
    Rows.expect(result.batches(), "8|id=2|text=two");
    Rows.expectFailures(
        result.failures(),
        "a.csv@0 : the packed data are damaged or cut off: it ends too early; the rest of the file"
            + " is lost");
    pipeline.run().waitUntilFinish();

    Files.delete(folder.resolve("b.csv"));
    assertThatThrownBy(() -> BatchSource.csv(glob))
        .cause()
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("a.csv");
  }

  @Test
  void columnsOfACutFileOfJsonAreToldByTheLinesBefore() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      lines.append("{\"id\": ").append(i * 7919L % 99_991).append("}\n");
    }
    byte[] whole = Rows.gzip(lines.toString().getBytes(StandardCharsets.UTF_8));
    Rows.file(folder, "a.jsonl", Arrays.copyOf(whole, whole.length - 100));
    BatchSource source = BatchSource.jsonl(folder.resolve("a.jsonl").toString());
    assertThat(source.columns()).contains(List.of("id"));
  }

  @Test
  void aFullDiskEndsTheJobAndNamesTheFile() {
    Path out = folder.resolve("out");
    BatchBuilder rows = new BatchBuilder("rows");
    rows.dense("text", DType.STRING).addText("x".repeat(10_000));
    rows.endRow(0);
    Batch batch = rows.build();
    FaultyFiles.hasRoom(5_000);
    pipeline
        .apply(Create.of(Map.of("one", batch).values()).withCoder(BatchCoder.of()))
        .apply(
            BatchSink.tfrecord(FaultyFiles.name(out.resolve("v")))
                .withCompression(Compression.NONE));
    assertThatThrownBy(() -> pipeline.run().waitUntilFinish())
        .hasMessageContaining(FaultyFiles.name(out))
        .hasStackTraceContaining("No space left on device");
  }
}
