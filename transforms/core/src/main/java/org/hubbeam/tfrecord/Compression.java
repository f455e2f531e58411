// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** The compression of a file: chosen for writing, detected from the first bytes for reading. */
public enum Compression {
  NONE,
  GZIP,
  ZLIB;

  private static final int BUFFER = 1 << 16;

  /** A stream that compresses what is written to it. Closing it ends the compressed data. */
  OutputStream pack(OutputStream out) throws IOException {
    return switch (this) {
      case NONE -> out;
      case GZIP -> new GZIPOutputStream(out, BUFFER);
      case ZLIB -> {
        Deflater deflater = new Deflater();
        yield new DeflaterOutputStream(out, deflater, BUFFER) {
          @Override
          public void close() throws IOException {
            try {
              super.close();
            } finally {
              deflater.end();
            }
          }
        };
      }
    };
  }

  /** A stream of the decompressed bytes. */
  InputStream unpack(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GzipStream(in);
      case ZLIB -> new ZlibStream(in, new Inflater());
    };
  }

  /** Unpacks gzip members one after another; what came before a fault is given first. */
  private static final class GzipStream extends InputStream {
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
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
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

  /** Detects the compression of a text file: gzip or none. */
  public static Compression ofText(byte[] head) {
    return isGzip(head) ? GZIP : NONE;
  }

  /**
   * Detects the compression of a TFRecord file. The length of the first record can look like
   * compressed data, so its checksum decides.
   */
  public static Compression ofTFRecord(byte[] head) {
    if (head.length >= 12) {
      ByteBuffer header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
      if (new MaskedCrc().of(head, 0, 8) == header.getInt(8)) {
        return NONE;
      }
    }
    if (isGzip(head)) {
      return GZIP;
    }
    boolean zlib =
        head.length >= 2
            && (head[0] & 0x0f) == 8
            && (head[0] & 0xff) <= 0x78
            && (((head[0] & 0xff) << 8) + (head[1] & 0xff)) % 31 == 0;
    return zlib ? ZLIB : NONE;
  }

  private static boolean isGzip(byte[] head) {
    return head.length >= 3 && head[0] == 0x1f && (head[1] & 0xff) == 0x8b && head[2] == 8;
  }

  /** Reads the first bytes of a stream and pushes them back; fewer if it is shorter. */
  public static byte[] head(PushbackInputStream in, int count) throws IOException {
    byte[] head = readUpTo(in, count);
    in.unread(head);
    return head;
  }

  private static byte[] readUpTo(InputStream in, int count) throws IOException {
    byte[] bytes = new byte[count];
    int length = 0;
    while (length < count) {
      int read = in.read(bytes, length, count - length);
      if (read < 0) {
        break;
      }
      length += read;
    }
    return Arrays.copyOf(bytes, length);
  }

  /** Skips bytes that must be there. */
  public static void skip(InputStream in, long count) throws IOException {
    try {
      in.skipNBytes(count);
    } catch (EOFException e) {
      throw new EOFException("the file has become shorter while it was read");
    }
  }
}
