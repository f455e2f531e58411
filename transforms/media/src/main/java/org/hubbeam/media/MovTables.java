// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Tables of MP4, MOV and HEIF files that say of how many samples of one size a track is. FFmpeg
 * makes an entry of an index for each before anything is decoded, whatever there is in the file: 2
 * kB became 4.7 GB.
 *
 * @see <a href="https://www.iso.org/standard/83102.html">ISO/IEC 14496-12: ISO base media</a>
 */
final class MovTables {

  /** Samples of one size in a file, at most: 9 hours of video of 60 pictures a second. */
  private static final long SAMPLES = 2_000_000;

  /** What is looked through, at most; tables of a day of video take some MB. */
  private static final long LOOKED_AT = 256L << 20;

  private static final int MOST_BOXES = 1_000_000;
  private static final int BLOCK = 1 << 16;
  private static final int TABLE = 16;
  private static final int STSZ = 0x7374737a;
  private static final int CMOV = 0x636d6f76;

  /** The beginnings of the other formats. */
  private static final Set<String> OTHERS =
      Set.of(
          "RIFF",
          "RIFX",
          "RF64",
          "BW64",
          "riff",
          "FORM",
          "OggS",
          "fLaC",
          "GIF8",
          "caff",
          ".snd",
          "\u001aE\u00df\u00a3");

  private final SeekableByteChannel channel;
  private final long length;
  private long looked;
  private long samples;

  private MovTables(SeekableByteChannel channel) throws IOException {
    this.channel = channel;
    this.length = channel.size();
  }

  /**
   * Refuses files whose tables tell of too many samples. The channel is at its beginning then.
   *
   * @throws MediaException saying how many
   */
  static void check(SeekableByteChannel channel) throws IOException, MediaException {
    new MovTables(channel).check();
    channel.position(0);
  }

  private void check() throws IOException, MediaException {
    long at = 0;
    for (int i = 0; i < MOST_BOXES && looked < LOOKED_AT; i++) {
      ByteBuffer head = read(at, 16);
      if (head.limit() < 8 || at == 0 && OTHERS.contains(name(head, 0))) {
        return;
      }
      long size = Integer.toUnsignedLong(head.getInt(0));
      int from = 8;
      if (size == 1 && head.limit() == 16) {
        size = head.getLong(8);
        from = 16;
      }
      long end = size == 0 || size > length - at || size < 0 ? length : at + size;
      if (end < at + from) {
        return;
      }
      if (!name(head, 4).equals("mdat")) {
        look(at + from, end);
      }
      at = end;
    }
  }

  /** Looks for tables, whatever boxes they are in: FFmpeg reads them in many. */
  private void look(long from, long to) throws IOException, MediaException {
    for (long at = from; at < to && looked < LOOKED_AT; at += BLOCK) {
      ByteBuffer block = read(at, (int) Math.min(BLOCK + TABLE, to - at));
      looked += block.limit();
      for (int i = 0; i < Math.min(BLOCK, block.limit() - TABLE + 1); i++) {
        if (block.get(i) == 's' && block.getInt(i) == STSZ) {
          add(block.getInt(i + 8), Integer.toUnsignedLong(block.getInt(i + 12)));
        } else if (block.get(i) == 'c' && block.getInt(i) == CMOV) {
          throw new MediaException("its tables are packed (cmov), which is not read");
        }
      }
    }
  }

  private void add(int size, long count) throws MediaException {
    if (size != 0) {
      samples += count;
    }
    // Of uncompressed sound, FFmpeg makes an entry for a thousand samples; all are in the file.
    if (samples > SAMPLES && samples > length) {
      throw new MediaException(
          "its tables tell of "
              + samples
              + " samples of one size, in "
              + length
              + " bytes; at most "
              + SAMPLES
              + " are allowed");
    }
  }

  private static String name(ByteBuffer bytes, int at) {
    byte[] name = new byte[4];
    bytes.get(at, name);
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  /** So many bytes, or what there is of them. */
  private ByteBuffer read(long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, length - at));
    channel.position(at);
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
    return bytes.flip();
  }
}
