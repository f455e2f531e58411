// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.tfrecord.Corruption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV as Commons CSV reads it, and the same wherever a file is cut. */
class CsvRecordsTest {

  private static final int LONG = 1 << 20;

  private static InputStream dribble(byte[] bytes) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      private int turn;

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        turn = turn % 3 + 1;
        return super.read(into, from, Math.min(length, turn));
      }
    };
  }

  /**
   * {@code offset=cells}, {@code offset!length} of one that is too long, {@code offset?} of none.
   */
  private static List<String> read(byte[] file, int longest) throws IOException {
    List<String> read = new ArrayList<>();
    CsvRecords records =
        new CsvRecords(dribble(file), CsvDialect.DEFAULT.of("f"), 0, Long.MAX_VALUE, longest);
    while (records.next()) {
      if (records.isOpen()) {
        read.add(records.offset() + "?");
        continue;
      }
      if (records.isMisquoted()) {
        read.add(records.offset() + "?");
        break;
      }
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < records.cells(); i++) {
        int start = records.start(i);
        cells.add(
            new String(
                records.buffer(), start, records.end(i) - start, StandardCharsets.ISO_8859_1));
      }
      read.add(records.offset() + (records.tooLong() > 0 ? "!" + records.tooLong() : "=" + cells));
    }
    return read;
  }

  /** The same by Commons CSV; of what is no CSV it does not tell where it begins. */
  private static List<String> expected(byte[] file) throws IOException {
    List<String> read = new ArrayList<>();
    CSVFormat format = CSVFormat.RFC4180.builder().setIgnoreEmptyLines(false).get();
    try (var reader =
        new InputStreamReader(new ByteArrayInputStream(file), StandardCharsets.ISO_8859_1)) {
      for (CSVRecord record : format.parse(reader)) {
        read.add(record.getCharacterPosition() + "=" + record.toList());
      }
    } catch (UncheckedIOException e) {
      read.add("?");
    }
    return read;
  }

  /** Text of cells with and without quotes, and sometimes of anything. */
  private static byte[] random(Random random, int records) {
    StringBuilder text = new StringBuilder();
    String[] cells = {
      "", "a", "bc", "\"\"", "\"a\"", "\"a,\nb\"", "\"\"\"\"", "\"\r\n\"  ", "d\"e", " \"f"
    };
    String[] wrong = {"\"", "\"a\"b", ",", "\r", "\n", " ", "\"\"\"", "\u00e4"};
    String[] ends = {"\n", "\r\n", "\r", "\n\n"};
    for (int i = 0; i < records; i++) {
      for (int cell = random.nextInt(4); cell >= 0; cell--) {
        text.append(cells[random.nextInt(cells.length)]).append(cell > 0 ? "," : "");
      }
      text.append(random.nextInt(30) == 0 ? wrong[random.nextInt(wrong.length)] : "");
      text.append(i + 1 < records || random.nextBoolean() ? ends[random.nextInt(4)] : "");
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void recordsAreThoseOfCommonsCsv(int seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      byte[] file = random(random, random.nextInt(6));
      List<String> read = read(file, LONG);
      String shown = new String(file, StandardCharsets.ISO_8859_1);
      assertThat(read.stream().map(r -> r.replaceFirst("^\\d+\\?$", "?")).toList())
          .as(shown)
          .isEqualTo(expected(file));
      assertThat(read(file, 80)).as(shown).isEqualTo(read);
    }
  }

  @Test
  void aRecordThatIsTooLongIsPassedOverWhateverIsInIt() throws IOException {
    String text =
        "a,b\n" + "1,\"x,\n\"\"y\r\"\n".repeat(3) + "2," + "\"\n,\"\"\"".repeat(50) + "\r\n3,z\n";

    assertThat(read(text.getBytes(StandardCharsets.ISO_8859_1), 5))
        .containsExactly("0=[a, b]", "4!11", "16!11", "28!11", "40!302", "344=[3, z]");
  }

  @Test
  void aMarkAtTheBeginningIsDroppedAndAQuoteLeftOpenIsFound() throws IOException {
    String text = "\u00ef\u00bb\u00bf\"a\",b\n1,\"" + "x\n".repeat(100);

    assertThat(read(text.getBytes(StandardCharsets.ISO_8859_1), LONG))
        .containsExactly("0=[a, b]", "9?");
    assertThat(read(text.getBytes(StandardCharsets.ISO_8859_1), 20)).endsWith("9?");
  }

  private static List<String> rows(byte[] file, List<FileRange> ranges) throws IOException {
    List<String> rows = new ArrayList<>();
    CsvFormat format = new CsvFormat(List.of("x", "y"), TextOptions.DEFAULT);
    for (FileRange range : ranges) {
      format.read(
          range,
          new SeekableInMemoryByteChannel(file),
          new ReadLimits(3, LONG, 40, Corruption.SKIP_FILE),
          new Receiver() {
            @Override
            public void batch(Batch batch) {
              rows.addAll(Rows.of(batch));
            }

            @Override
            public void failure(Failure failure) {
              rows.add(failure.id() + " " + failure.reason());
            }
          });
    }
    return rows.stream().sorted().toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aFileGivesTheSameWhereverItIsCut(int seed) throws IOException {
    Random random = new Random(seed);
    CsvFormat format = new CsvFormat(List.of("x", "y"), TextOptions.DEFAULT);
    int parts = 0;
    for (int i = 0; i < 60; i++) {
      String head = random.nextBoolean() ? "y,x\n" : "\u00ef\u00bb\u00bfx,y\r\n";
      byte[] rest = random(random, 20);
      byte[] file =
          (head + new String(rest, StandardCharsets.ISO_8859_1))
              .getBytes(StandardCharsets.ISO_8859_1);
      FileRange whole = FileRange.whole("none://f", file.length);
      List<String> expected = rows(file, List.of(whole));
      for (int bytes = 1; bytes <= file.length; bytes++) {
        List<FileRange> cut = format.cut(whole, bytes, 40, dribble(file));
        parts += cut.size();
        assertThat(rows(file, cut))
            .as("%s in %s", new String(file, StandardCharsets.ISO_8859_1), cut)
            .isEqualTo(expected);
      }
    }
    assertThat(parts).isGreaterThan(10_000);
  }
}
