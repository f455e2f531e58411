// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZOutputStream;

/** Text by what is in a file: what it is packed with, its encoding, and what is no text. */
class PackedTextTest {

  private static final String TEXT = "one\nzwei Größen\n\n三\ud83d\ude00\nlast";
  private static final String[] ROWS = {
    "0|text=one", "4|text=zwei Größen", "18|text=", "19|text=三\ud83d\ude00", "27|text=last"
  };

  @TempDir Path folder;

  /** What other libraries pack. */
  enum Packer {
    GZIP,
    ZLIB,
    BZIP2,
    XZ,
    LZMA,
    ZSTD,
    LZ4,
    ZIP;

    byte[] pack(byte[] bytes) throws IOException {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (OutputStream out = stream(packed)) {
        out.write(bytes);
      }
      return packed.toByteArray();
    }

    private OutputStream stream(OutputStream out) throws IOException {
      return switch (this) {
        case GZIP -> new GZIPOutputStream(out);
        case ZLIB -> new DeflaterOutputStream(out);
        case BZIP2 -> new BZip2CompressorOutputStream(out);
        case XZ -> new XZOutputStream(out, new LZMA2Options(1));
        case LZMA -> new LZMAOutputStream(out, new LZMA2Options(1), -1);
        case ZSTD -> new ZstdOutputStream(out).setChecksum(true);
        case LZ4 -> new FramedLZ4CompressorOutputStream(out);
        case ZIP -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          zip.putNextEntry(new ZipEntry("folder/"));
          zip.putNextEntry(new ZipEntry("folder/a.txt"));
          yield zip;
        }
      };
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Rows, and failures with their lines, of one file. */
  private static List<String> read(LineFormat format, byte[] file) throws IOException {
    List<String> read = new ArrayList<>();
    Receiver out =
        new Receiver() {
          @Override
          public void batch(Batch batch) {
            read.addAll(Rows.of(batch));
          }

          @Override
          public void failure(Failure failure) {
            read.add(Rows.of(failure));
          }
        };
    format.read(
        FileRange.whole("none://f", file.length),
        Channels.newChannel(new ByteArrayInputStream(file)),
        new ReadLimits(2, 1 << 20, 1 << 16, Corruption.SKIP_FILE),
        out);
    return read;
  }

  private static List<String> text(byte[] file) throws IOException {
    return read(new TextFormat(TextOptions.DEFAULT), file);
  }

  @ParameterizedTest
  @EnumSource(Packer.class)
  void packedTextIsRead(Packer packer) throws IOException {
    assertThat(text(packer.pack(utf8(TEXT)))).containsExactly(ROWS);
    assertThat(text(packer.pack(new byte[0]))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Packer.class,
      names = {"GZIP", "BZIP2", "XZ", "ZSTD", "LZ4"})
  void membersBehindEachOtherAreOneFile(Packer packer) throws IOException {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    byte[] text = utf8(TEXT);
    for (int i = 0; i < text.length; i += 10) {
      both.write(packer.pack(Arrays.copyOfRange(text, i, Math.min(text.length, i + 10))));
    }
    assertThat(text(both.toByteArray())).containsExactly(ROWS);
  }

  @ParameterizedTest
  @EnumSource(Packer.class)
  void packedTextThatIsCutOffIsAFailure(Packer packer) throws IOException {
    byte[] packed = packer.pack(utf8(TEXT));
    String shown = new String(packed, StandardCharsets.ISO_8859_1);
    int whole = packer == Packer.ZIP ? shown.indexOf("PK\1\2") : packed.length;
    for (int length = 5; length < whole; length++) {
      List<String> read = text(Arrays.copyOf(packed, length));
      assertThat(read).as("%s of %s bytes", length, whole).last().asString().contains("f@");
    }
  }

  @ParameterizedTest
  @EnumSource(Packer.class)
  void packedTFRecordsAreRead(Packer packer) throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    try (TFRecordWriter out = new TFRecordWriter(records, Compression.NONE)) {
      out.write(utf8("one"));
      out.write(utf8(TEXT));
    }
    byte[] packed = packer.pack(records.toByteArray());
    List<String> read = new ArrayList<>();
    try (TFRecordReader in =
        TFRecordReader.open(
            Channels.newChannel(new ByteArrayInputStream(packed)),
            "f",
            packed.length,
            Corruption.FAIL,
            failure -> {})) {
      while (in.next()) {
        read.add(new String(in.record(), StandardCharsets.UTF_8));
      }
    }
    assertThat(read).containsExactly("one", TEXT);
  }

  @Test
  void aZipArchiveOfTwoFilesIsAFailure() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(packed)) {
      for (String name : List.of("a.txt", "__MACOSX/a.txt", "b.txt")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(utf8("text\n"));
      }
    }
    assertThat(text(packed.toByteArray()))
        .last()
        .asString()
        .contains("the zip archive has more than one file, such as 'b.txt'");
  }

  @ParameterizedTest
  @CsvSource({"UTF-16LE,fffe", "UTF-16BE,feff", "UTF-32LE,fffe0000", "UTF-32BE,0000feff"})
  void aByteOrderMarkTellsTheEncoding(String charset, String mark) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(java.util.HexFormat.of().parseHex(mark));
    file.write(TEXT.getBytes(charset));
    List<String> expected = new ArrayList<>();
    int offset = 0;
    for (String line : TEXT.lines().toList()) {
      expected.add((offset == 0 ? 0 : mark.length() / 2 + offset) + "|text=" + line);
      offset += (line + "\n").getBytes(charset).length;
    }
    assertThat(text(file.toByteArray())).isEqualTo(expected);
    assertThat(text(Packer.XZ.pack(file.toByteArray()))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "windows-1252",
        "Shift_JIS",
        "GB18030",
        "EUC-KR",
        "UTF-16LE",
        "UTF-32BE",
        "IBM1047"
      })
  void otherEncodingsAreNamedAndOffsetsAreThoseOfTheFile(String name) throws IOException {
    Charset charset = Charset.forName(name);
    boolean large = charset.newEncoder().canEncode('三');
    List<String> lines = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    int offset = 0;
    for (int i = 0; i < 3000; i++) {
      String line = "x".repeat(i % 97) + (large ? "三" : "ö") + "y".repeat(i == 99 ? 20_000 : 1);
      lines.add(line);
      expected.add(offset + "|text=" + line);
      offset += (line + "\n").getBytes(charset).length;
    }
    byte[] file = (String.join("\n", lines) + "\n").getBytes(charset);

    LineFormat format = new TextFormat(TextOptions.DEFAULT.withEncoding(charset));
    assertThat(read(format, file)).isEqualTo(expected);
  }

  @Test
  void bytesThatAreNoTextAreTheLinesFailure() throws IOException {
    byte[] file =
        "good\nna\u00efve\nsur\u00ed\u00a0\u0080\nok\u00c3\u00a4\ncut\u00e2\u0082"
            .getBytes(StandardCharsets.ISO_8859_1);
    String reason = " are no UTF-8; another encoding must be named (--encoding)";
    assertThat(text(file))
        .containsExactlyInAnyOrder(
            "0|text=good",
            "f@5 : the bytes at offset 7" + reason,
            "f@11 : the bytes at offset 14" + reason,
            "18|text=okä",
            "f@23 : the bytes at offset 26" + reason);

    byte[] wide = "\ufeffa\n\ud800b\nc\n".getBytes(StandardCharsets.UTF_16LE);
    wide[6] = 0;
    wide[7] = (byte) 0xd8;
    assertThat(text(wide))
        .containsExactlyInAnyOrder(
            "0|text=a", "f@6 : the bytes at offset 6 are no UTF-16LE", "12|text=c");

    byte[] japanese = {'a', '\n', (byte) 0x81, '\n', 'b', '\n'};
    for (String charset : List.of("Shift_JIS", "GB18030")) {
      assertThat(
              read(
                  new TextFormat(TextOptions.DEFAULT.withEncoding(Charset.forName(charset))),
                  japanese))
          .containsExactlyInAnyOrder(
              "0|text=a", "f@2 : the bytes at offset 2 are no " + charset, "4|text=b");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "89504e470d0a1a0a0000000d49484452 | a PNG picture",
        "ffd8ffe000104a46494600 | a JPEG picture",
        "255044462d312e370a | a PDF",
        "504152311504150015 | a Parquet file",
        "4f626a0104166176726f2e | an Avro file",
        "7f454c4602010100 | an ELF program",
        "08011203 | a SavedModel",
        "000000186674797069736f6d | an MP4 clip",
        "52494646ffffffff57415645666d7420 | a WAV sound",
        "410042004300440045000a00 | text in UTF-16LE without a byte order mark"
            + " (--encoding=UTF-16LE)",
        "6162630064 | binary data",
        "1f9d90 | compress data",
        "03000000000000005ce01bf7aabbcc | binary data",
      })
  void whatIsNoTextIsRefusedWithWhatItIs(String hex, String name) throws IOException {
    byte[] file = java.util.HexFormat.of().parseHex(hex);
    assertThat(text(file)).hasSize(1).last().asString().startsWith("f@0 : no text, but " + name);
    String path = Rows.file(folder, "a.txt", file).toString();
    for (java.util.function.Function<String, BatchSource> source :
        List.<java.util.function.Function<String, BatchSource>>of(
            BatchSource::text, BatchSource::csv, BatchSource::jsonl)) {
      assertThatThrownBy(() -> source.apply(path))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a.txt: no text, but " + name);
    }
  }
}
