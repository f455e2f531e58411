// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * How a file that is read is packed, told by its first bytes and not by its name. Members that lie
 * one behind the other are one file. Formats that do not show where they end are not among these:
 * data that are cut off would be taken for whole.
 */
@Internal
public enum Packing {
  NONE,
  GZIP,
  ZLIB,
  BZIP2,
  XZ,
  LZMA,
  ZSTD,
  LZ4,
  /** A zip archive of one file. */
  ZIP;

  /** How many bytes tell the packing. */
  public static final int HEAD = 16;

  private static final int BUFFER = 1 << 16;

  /** The most memory that a dictionary of xz may take. */
  private static final int DICTIONARY_KIB = 256 << 10;

  private static final byte[] LZMA_MAGIC = {0x5d, 0, 0};
  private static final byte[] XZ_MAGIC = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
  private static final byte[] ZSTD_MAGIC = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
  private static final byte[] LZ4_MAGIC = {4, 0x22, 0x4d, 0x18};

  /** Of frames without data, which may stand before others. */
  private static final byte[] SKIPPABLE_MAGIC = {0x2a, 0x4d, 0x18};

  private static final byte[] BZIP2_BLOCK = {0x31, 0x41, 0x59, 0x26, 0x53, 0x59};
  private static final byte[] BZIP2_END = {0x17, 0x72, 0x45, 0x38, 0x50, (byte) 0x90};

  /** A stream of the unpacked bytes. */
  InputStream unpack(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GzipStream(in);
      case ZLIB -> new ZlibStream(in, new Inflater());
      case BZIP2 -> new BZip2CompressorInputStream(new BufferedInputStream(in, BUFFER), true);
      case XZ -> new XZInputStream(new BufferedInputStream(in, BUFFER), DICTIONARY_KIB);
      case LZMA -> new LZMAInputStream(new BufferedInputStream(in, BUFFER), DICTIONARY_KIB);
      case ZSTD -> new ZstdInputStream(in);
      case LZ4 -> new FramedLZ4CompressorInputStream(new BufferedInputStream(in, BUFFER), true);
      case ZIP -> new ZipStream(new ZipInputStream(new BufferedInputStream(in, BUFFER)));
    };
  }

  /** Unpacks gzip members one after another; what came before a fault is given first. */
  private static final class GzipStream extends BulkInputStream {
    private final BufferedInputStream in;
    private @Nullable InputStream member;

    GzipStream(InputStream in) {
      this.in = new BufferedInputStream(in, BUFFER);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = member == null ? -1 : member.read(bytes, from, length);
      while (read < 0) {
        in.mark(1);
        if (in.read() < 0) {
          return -1;
        }
        in.reset();
        member =
            GzipCompressorInputStream.builder()
                .setInputStream(in)
                .setDecompressConcatenated(false)
                .setBufferSize(BUFFER)
                .get();
        read = member.read(bytes, from, length);
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      if (member != null) {
        member.close();
      }
      in.close();
    }
  }

  /** Unpacks one zlib stream, behind which nothing may follow. */
  private static final class ZlibStream extends InflaterInputStream {

    ZlibStream(InputStream in, Inflater inflater) {
      super(in, inflater, BUFFER);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = super.read(bytes, from, length);
      if (read < 0 && (inf.getRemaining() > 0 || in.read() >= 0)) {
        throw new IOException("there is more behind the end of the zlib stream");
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        inf.end();
      }
    }
  }

  /** Unpacks the only file of a zip archive. */
  private static final class ZipStream extends BulkInputStream {
    private final ZipInputStream in;

    ZipStream(ZipInputStream in) throws IOException {
      this.in = in;
      if (nextFile() == null) {
        throw new IOException("the zip archive has no file");
      }
    }

    /** The next file; folders and what macOS adds are passed over. */
    private @Nullable ZipEntry nextFile() throws IOException {
      ZipEntry entry = in.getNextEntry();
      while (entry != null && (entry.isDirectory() || entry.getName().startsWith("__MACOSX/"))) {
        entry = in.getNextEntry();
      }
      return entry;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = in.read(bytes, from, length);
      if (read < 0) {
        ZipEntry more = nextFile();
        if (more != null) {
          throw new IOException(
              "the zip archive has more than one file, such as '" + more.getName() + "'");
        }
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** The packing of a file of text. */
  public static Packing ofText(byte[] head) {
    boolean zlib =
        head.length >= 2
            && head[0] == 0x78
            && (head[1] == 1 || head[1] == (byte) 0x9c || head[1] == (byte) 0xda);
    return zlib ? ZLIB : byMagic(head);
  }

  /**
   * The packing of a TFRecord file. The length of the first record can look like packed data, so
   * its checksum decides.
   */
  public static Packing ofTFRecord(byte[] head) {
    if (TFRecordReader.begins(head)) {
      return NONE;
    }
    boolean zlib =
        head.length >= 2
            && (head[0] & 0x0f) == 8
            && (head[0] & 0xff) <= 0x78
            && (((head[0] & 0xff) << 8) + (head[1] & 0xff)) % 31 == 0;
    Packing packing = byMagic(head);
    return packing == NONE && zlib ? ZLIB : packing;
  }

  private static Packing byMagic(byte[] head) {
    if (has(head, 0, (byte) 0x1f, (byte) 0x8b, (byte) 8)) {
      return GZIP;
    }
    if (has(head, 0, (byte) 'B', (byte) 'Z', (byte) 'h')
        && head.length > 4
        && head[3] >= '1'
        && head[3] <= '9'
        && (begins(head, 4, BZIP2_BLOCK) || begins(head, 4, BZIP2_END))) {
      return BZIP2;
    }
    if (has(head, 0, XZ_MAGIC)) {
      return XZ;
    }
    if (has(head, 0, LZMA_MAGIC)) {
      return LZMA;
    }
    if (has(head, 0, ZSTD_MAGIC) || (has(head, 1, SKIPPABLE_MAGIC) && (head[0] & 0xf0) == 0x50)) {
      return ZSTD;
    }
    if (has(head, 0, LZ4_MAGIC)) {
      return LZ4;
    }
    boolean zip =
        has(head, 0, (byte) 'P', (byte) 'K', (byte) 3, (byte) 4)
            || has(head, 0, (byte) 'P', (byte) 'K', (byte) 5, (byte) 6);
    return zip ? ZIP : NONE;
  }

  private static boolean has(byte[] head, int at, byte... magic) {
    return head.length >= at + magic.length && begins(head, at, magic);
  }

  /** Whether the bytes that are there are those, though they may be fewer. */
  private static boolean begins(byte[] head, int at, byte... magic) {
    int length = Math.min(magic.length, head.length - at);
    return Arrays.equals(head, at, at + length, magic, 0, length);
  }

  /** Reads the first bytes of a stream and pushes them back; fewer if it is shorter. */
  public static byte[] head(PushbackInputStream in, int count) throws IOException {
    byte[] head = in.readNBytes(count);
    in.unread(head);
    return head;
  }
}
