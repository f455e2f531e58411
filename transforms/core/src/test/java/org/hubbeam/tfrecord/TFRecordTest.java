// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.hubbeam.batch.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TFRecordTest {

  private static final List<byte[]> RECORDS = records();

  private static List<byte[]> records() {
    List<byte[]> records = new ArrayList<>();
    Random random = new Random(3);
    for (int length : new int[] {5, 0, 1, 24, 40}) {
      byte[] record = new byte[length];
      random.nextBytes(record);
      records.add(record);
    }
    return records;
  }

  private static byte[] file(Compression compression) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TFRecordWriter out = new TFRecordWriter(bytes, compression)) {
      for (byte[] record : RECORDS) {
        out.write(record);
      }
    }
    return bytes.toByteArray();
  }

  /** The offsets of the records, and behind the last. */
  private static long offset(int record) {
    long offset = 0;
    for (byte[] before : RECORDS.subList(0, record)) {
      offset += 16 + before.length;
    }
    return offset;
  }

  /** What a reader gave: records with their offsets, failures, or the error it ended with. */
  private static final class Reading {
    final List<byte[]> records = new ArrayList<>();
    final List<Long> offsets = new ArrayList<>();
    final List<Failure> failures = new ArrayList<>();
    CorruptFileException error;

    Reading(ReadableByteChannel channel, long size, Corruption corruption) throws IOException {
      try (TFRecordReader in = TFRecordReader.open(channel, "f", size, corruption, failures::add)) {
        while (in.next()) {
          records.add(in.record());
          offsets.add(in.offset());
        }
      } catch (CorruptFileException e) {
        error = e;
      }
    }

    /** That each record is one of those written, at its place. */
    void isNeverWrong() {
      for (int i = 0; i < records.size(); i++) {
        int number = -1;
        for (int r = 0; r < RECORDS.size(); r++) {
          number = offset(r) == offsets.get(i) ? r : number;
        }
        assertThat(number).as("a record at %s", offsets.get(i)).isNotNegative();
        assertThat(records.get(i)).isEqualTo(RECORDS.get(number));
      }
    }

    String report() {
      return error == null
          ? failures.stream().map(f -> f.id() + ": " + f.reason()).toList().toString()
          : "[" + error.getMessage() + "]";
    }
  }

  private static Reading read(byte[] file, Corruption corruption) throws IOException {
    Reading known = new Reading(channel(file), file.length, corruption);
    Reading unknown = new Reading(channel(file), TFRecordReader.UNKNOWN_SIZE, corruption);
    assertThat(unknown.offsets).isEqualTo(known.offsets);
    assertThat(unknown.failures).hasSameSizeAs(known.failures);
    return known;
  }

  private static ReadableByteChannel channel(byte[] file) {
    return Channels.newChannel(new ByteArrayInputStream(file));
  }

  @Test
  void bytesAreThoseOfTensorFlow() throws IOException {
    // tf.io.TFRecordWriter, the records b"hello" and b"".
    byte[] file =
        HexFormat.of()
            .parseHex("0500000000000000eab2043e68656c6c6fbb1f1c19000000000000000029039807d8ea82a2");
    Reading reading = read(file, Corruption.FAIL);
    assertThat(reading.records)
        .containsExactly("hello".getBytes(StandardCharsets.US_ASCII), new byte[0]);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TFRecordWriter out = new TFRecordWriter(bytes, Compression.NONE)) {
      out.write("hello".getBytes(StandardCharsets.US_ASCII));
      out.write(new byte[0]);
    }
    assertThat(bytes.toByteArray()).isEqualTo(file);
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void recordsAndTheirOffsetsAreRead(Compression compression) throws IOException {
    Reading reading = read(file(compression), Corruption.FAIL);
    assertThat(reading.error).isNull();
    assertThat(reading.offsets).containsExactly(0L, 21L, 37L, 54L, 94L);
    reading.isNeverWrong();
  }

  @ParameterizedTest
  @EnumSource(Corruption.class)
  void everyFlippedByteIsReportedWithTheRecordsOffset(Corruption corruption) throws IOException {
    byte[] file = file(Compression.NONE);
    for (int at = 0; at < file.length; at++) {
      for (int bit : new int[] {0x01, 0x80, 0xff}) {
        byte[] damaged = file.clone();
        damaged[at] ^= (byte) bit;
        Reading reading = read(damaged, corruption);
        reading.isNeverWrong();
        int record = RECORDS.size() - 1;
        while (offset(record) > at) {
          record--;
        }
        assertThat(reading.report()).as("byte %s", at).startsWith("[f@" + offset(record) + ": ");
        boolean data = at >= offset(record) + 12;
        int lost = corruption == Corruption.SKIP_RECORD && data ? 1 : RECORDS.size() - record;
        assertThat(reading.records).as("byte %s", at).hasSize(RECORDS.size() - lost);
        assertThat(reading.error == null).isEqualTo(corruption != Corruption.FAIL);
        assertThat(reading.failures).hasSize(corruption == Corruption.FAIL ? 0 : 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "ZLIB"})
  void flippedBytesOfPackedFilesNeverGiveAWrongRecord(Compression compression) throws IOException {
    byte[] file = file(compression);
    for (int at = 0; at < file.length; at++) {
      for (int bit = 1; bit < 256; bit <<= 1) {
        byte[] damaged = file.clone();
        damaged[at] ^= (byte) bit;
        Reading reading = read(damaged, Corruption.SKIP_RECORD);
        reading.isNeverWrong();
        if (reading.records.size() < RECORDS.size()) {
          assertThat(reading.failures).as("byte %s", at).isNotEmpty();
        }
        assertThat(read(damaged, Corruption.FAIL).error == null)
            .as("byte %s, bit %s", at, bit)
            .isEqualTo(reading.failures.isEmpty());
      }
    }
  }

  @Test
  void gzipMembersThatLieBehindEachOtherAreOneFile() throws IOException {
    byte[] whole = file(Compression.NONE);
    int cut = whole.length / 3;
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (byte[] part :
        List.of(
            Arrays.copyOf(whole, cut), new byte[0], Arrays.copyOfRange(whole, cut, whole.length))) {
      try (GZIPOutputStream member = new GZIPOutputStream(members)) {
        member.write(part);
      }
    }
    Reading reading = read(members.toByteArray(), Corruption.FAIL);
    assertThat(reading.error).isNull();
    assertThat(reading.records).containsExactlyElementsOf(RECORDS);
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "ZLIB"})
  void bytesBehindThePackedDataAreReported(Compression compression) throws IOException {
    byte[] file = file(compression);
    for (int more : new int[] {1, 2, 3, 18, 100_000}) {
      byte[] longer = Arrays.copyOf(file, file.length + more);
      longer[file.length] = 7;
      Reading reading = read(longer, Corruption.SKIP_FILE);
      assertThat(reading.records).containsExactlyElementsOf(RECORDS);
      assertThat(reading.report())
          .startsWith("[f@" + offset(RECORDS.size()) + ": the packed data is damaged or cut off: ");
    }
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void fileThatIsCutOffIsReportedUnlessBetweenRecords(Compression compression) throws IOException {
    byte[] file = file(compression);
    for (int length = 0; length < file.length; length++) {
      Reading reading = read(Arrays.copyOf(file, length), Corruption.SKIP_FILE);
      reading.isNeverWrong();
      boolean between = length == 0;
      for (int record = 0; compression == Compression.NONE && record < RECORDS.size(); record++) {
        between |= offset(record) == length;
      }
      assertThat(reading.failures).as("cut at %s", length).hasSize(between ? 0 : 1);
    }
  }

  @Test
  void channelThatGivesFewBytesOrNoneIsReadWhole() throws IOException {
    for (Compression compression : Compression.values()) {
      InputStream in = new ByteArrayInputStream(file(compression));
      ReadableByteChannel slow =
          new ReadableByteChannel() {
            private boolean pause;

            @Override
            public int read(ByteBuffer out) throws IOException {
              pause = !pause;
              if (pause) {
                return 0;
              }
              int next = in.read();
              if (next < 0) {
                return -1;
              }
              out.put((byte) next);
              return 1;
            }

            @Override
            public boolean isOpen() {
              return true;
            }

            @Override
            public void close() {}
          };
      Reading reading = new Reading(slow, TFRecordReader.UNKNOWN_SIZE, Corruption.FAIL);
      assertThat(reading.records).hasSameSizeAs(RECORDS);
      reading.isNeverWrong();
    }
  }

  @Test
  void lengthThatIsNotThereTakesNoMemory() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(12).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    header.putLong(0, Integer.MAX_VALUE - 100L);
    header.putInt(8, new MaskedCrc().of(header.array(), 0, 8));
    Reading reading = read(header.array(), Corruption.SKIP_RECORD);
    assertThat(reading.failures).hasSize(1);
    header.putLong(0, -1);
    header.putInt(8, new MaskedCrc().of(header.array(), 0, 8));
    assertThat(read(header.array(), Corruption.SKIP_RECORD).report())
        .contains("a record of 18446744073709551615 bytes");
  }

  @Test
  void recordsLargerThanTheBlockAreRead() throws IOException {
    byte[] large = new byte[5 << 20];
    new Random(4).nextBytes(large);
    for (Compression compression : Compression.values()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (TFRecordWriter out = new TFRecordWriter(bytes, compression)) {
        out.write(new byte[7]);
        out.write(large);
        out.write(new byte[3]);
      }
      Reading reading = read(bytes.toByteArray(), Corruption.FAIL);
      assertThat(reading.records).containsExactly(new byte[7], large, new byte[3]);
    }
  }

  @Test
  void channelThatBreaksIsNoDamagedFile() {
    for (Compression compression : Compression.values()) {
      assertThatThrownBy(
              () -> {
                byte[] file = file(compression);
                InputStream half = new ByteArrayInputStream(file, 0, file.length / 2);
                InputStream broken =
                    new InputStream() {
                      @Override
                      public int read() throws IOException {
                        throw new IOException("the network is down");
                      }

                      @Override
                      public int read(byte[] bytes, int from, int length) throws IOException {
                        return read();
                      }
                    };
                InputStream in = new java.io.SequenceInputStream(half, broken);
                new Reading(Channels.newChannel(in), -1, Corruption.SKIP_RECORD);
              })
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(CorruptFileException.class)
          .hasMessage("the network is down");
    }
  }
}
