// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What stands around bytes and lets few changes of them through: check sums, lengths, compression.
 */
public enum Envelope {
  NONE {
    @Override
    byte[] seal(byte[] bytes) {
      return bytes;
    }
  },
  /** The lengths of a protocol buffer's fields, which is changed field by field. */
  MESSAGE {
    @Override
    byte[] seal(byte[] bytes) {
      return bytes;
    }
  },
  /** The check sums of PNG's chunks, as far as their lengths lead. */
  PNG {
    @Override
    byte[] seal(byte[] bytes) {
      ByteBuffer png = ByteBuffer.wrap(bytes.clone());
      int at = 8;
      while (at + 12 <= bytes.length) {
        long length = png.getInt(at) & 0xffffffffL;
        if (at + 12 + length > bytes.length) {
          break;
        }
        CRC32 sum = new CRC32();
        sum.update(png.array(), at + 4, 4 + (int) length);
        png.putInt(at + 8 + (int) length, (int) sum.getValue());
        at += 12 + (int) length;
      }
      return png.array();
    }
  },
  /** The check sums of records' lengths and data, as far as the lengths lead. */
  TFRECORD {
    @Override
    byte[] seal(byte[] bytes) {
      ByteBuffer records = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
      int at = 0;
      while (at + 12 <= bytes.length) {
        long length = records.getLong(at);
        records.putInt(at + 8, masked(records.array(), at, 8));
        if (length < 0 || length > bytes.length - at - 16) {
          break;
        }
        int end = at + 12 + (int) length;
        records.putInt(end, masked(records.array(), at + 12, (int) length));
        at = end + 4;
      }
      return records.array();
    }
  },
  /** The check sums of a tar's headers, where the first one leads to the next. */
  TAR {
    @Override
    byte[] seal(byte[] bytes) {
      if (isGzip(bytes)) {
        return gzip(seal(gunzip(bytes)));
      }
      byte[] tar = bytes.clone();
      int at = 0;
      while (at + 512 <= tar.length) {
        Arrays.fill(tar, at + 148, at + 156, (byte) ' ');
        int sum = 0;
        for (int i = at; i < at + 512; i++) {
          sum += tar[i] & 0xff;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, tar, at + 148, 8);
        at += 512 + (int) Math.min(tar.length, (size(tar, at) + 511) / 512 * 512);
      }
      return tar;
    }
  },
  /** Compression by gzip, whose content is changed. */
  GZIP {
    @Override
    byte[] seal(byte[] bytes) {
      return isGzip(bytes) ? gzip(gunzip(bytes)) : bytes;
    }
  };

  /** The most bytes that are unpacked. */
  private static final int MOST = 1 << 20;

  /** The same bytes with what belongs around them. */
  abstract byte[] seal(byte[] bytes);

  /** The bytes that are worth a change: unpacked, where they are packed. */
  byte[] open(byte[] bytes) {
    boolean packed = (this == TAR || this == GZIP) && isGzip(bytes);
    return packed ? gunzip(bytes) : bytes;
  }

  /** The sealed bytes of what {@link #open} gave of a packed input. */
  byte[] close(byte[] opened, byte[] original) {
    if (!isGzip(original) || (this != TAR && this != GZIP)) {
      return seal(opened);
    }
    return gzip(this == TAR ? TAR.seal(opened) : opened);
  }

  private static boolean isGzip(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
  }

  private static byte[] gunzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      out.write(in.readNBytes(MOST));
    } catch (IOException | BufferOverflowException e) {
      // What was unpacked before the damage is enough.
    }
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static long size(byte[] tar, int at) {
    String digits = new String(tar, at + 124, 11, StandardCharsets.US_ASCII).strip();
    return digits.matches("[0-7]{1,11}") ? Long.parseLong(digits, 8) : 0;
  }

  private static int masked(byte[] bytes, int from, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, from, length);
    int crc = (int) sum.getValue();
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }
}
