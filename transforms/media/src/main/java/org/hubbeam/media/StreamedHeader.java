// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Headers of sounds that were written to a pipe. Their size was not known then; zero or a very
 * large number stands for it. Here, the size of what is there takes its place: in WAV, RF64, AU,
 * AIFF and CAF. Every other file stays as it is.
 */
final class StreamedHeader {

  /** What programs write for "not known": sox 0x7ffff000, arecord 0x80000000, others -1. */
  private static final long SIGNED_FROM = 0x7ffff000L;

  private static final long SIGNED_TO = 0x80000000L;
  private static final long UNSIGNED_FROM = 0xfffff000L;
  private static final long UNSIGNED_TO = 0xffffffffL;

  private static final int MOST_CHUNKS = 1000;
  private static final int HEAD = 12;

  private final SeekableByteChannel channel;
  private final long length;

  private StreamedHeader(SeekableByteChannel channel) throws IOException {
    this.channel = channel;
    this.length = channel.size();
  }

  /** The same bytes, with the true size in the header. The result closes the channel. */
  static SeekableByteChannel complete(SeekableByteChannel channel) throws IOException {
    PatchedChannel.Patch patch = new StreamedHeader(channel).patch();
    channel.position(0);
    return patch == null ? channel : new PatchedChannel(channel, patch);
  }

  private PatchedChannel.@Nullable Patch patch() throws IOException {
    ByteBuffer head = at(0, HEAD);
    if (head == null) {
      return null;
    }
    String form = name(head, 0);
    String type = name(head, 8);
    return switch (form) {
      case "RIFF" -> type.equals("WAVE") ? wav(false) : null;
      case "RF64", "BW64" -> type.equals("WAVE") ? wav(true) : null;
      case "FORM" -> type.equals("AIFF") || type.equals("AIFC") ? aiff() : null;
      case ".snd" -> au(head);
      case "caff" -> caf();
      default -> null;
    };
  }

  private PatchedChannel.@Nullable Patch wav(boolean large) throws IOException {
    long end = HEAD;
    long sizes = -1;
    int frame = 1;
    for (int i = 0; i < MOST_CHUNKS; i++) {
      ByteBuffer chunk = at(end, 24);
      if (chunk == null) {
        return null;
      }
      chunk.order(ByteOrder.LITTLE_ENDIAN);
      long size = Integer.toUnsignedLong(chunk.getInt(4));
      long start = end + 8;
      switch (name(chunk, 0)) {
        case "ds64" -> sizes = start;
        case "fmt " -> frame = Math.max(1, Short.toUnsignedInt(chunk.getShort(20)));
        case "data" -> {
          long frames = (length - start) / frame;
          return large && size == UNSIGNED_TO
              ? rf64(sizes, frames, frame)
              : riff(start, size, frames * frame);
        }
        default -> {}
      }
      end = start + size + (size & 1);
    }
    return null;
  }

  private PatchedChannel.@Nullable Patch riff(long start, long size, long there)
      throws IOException {
    ByteBuffer head = at(4, 4);
    long whole = head == null ? 0 : little(head);
    // An empty sound may be followed by other chunks, which the size of the whole covers.
    boolean unknown = isLarge(size) || size == 0 && (isLarge(whole) || whole + 8 <= start);
    return unknown && there > 0 && there < UNSIGNED_FROM
        ? new PatchedChannel.Patch(start - 4, number(4, ByteOrder.LITTLE_ENDIAN, there))
        : null;
  }

  /** The sizes of an RF64: of the file behind this number, of the samples, and how many. */
  private PatchedChannel.@Nullable Patch rf64(long sizes, long frames, int frame)
      throws IOException {
    ByteBuffer given = sizes < 0 ? null : at(sizes, 24);
    if (given == null || given.order(ByteOrder.LITTLE_ENDIAN).getLong(8) > 0 || frames == 0) {
      return null;
    }
    given.putLong(0, length - 8).putLong(8, frames * frame).putLong(16, frames);
    byte[] patched = new byte[24];
    given.get(0, patched);
    return new PatchedChannel.Patch(sizes, patched);
  }

  private PatchedChannel.@Nullable Patch au(ByteBuffer head) {
    long start = Integer.toUnsignedLong(head.getInt(4));
    long size = Integer.toUnsignedLong(head.getInt(8));
    boolean unknown = size == 0 || isLarge(size);
    // FFmpeg knows -1 to stand for a size that is not known.
    return unknown && start < length
        ? new PatchedChannel.Patch(8, number(4, ByteOrder.BIG_ENDIAN, UNSIGNED_TO))
        : null;
  }

  private PatchedChannel.@Nullable Patch aiff() throws IOException {
    long end = HEAD;
    int frame = 1;
    for (int i = 0; i < MOST_CHUNKS; i++) {
      ByteBuffer chunk = at(end, 16);
      if (chunk == null) {
        return null;
      }
      long size = Integer.toUnsignedLong(chunk.getInt(4));
      long start = end + 8;
      String name = name(chunk, 0);
      if (name.equals("COMM")) {
        frame = Math.max(1, chunk.getShort(8) * ((chunk.getShort(14) + 7) / 8));
      } else if (name.equals("SSND")) {
        // Before the samples stand two numbers.
        long there = (length - start - 8) / frame * frame + 8;
        return (size <= 8 || isLarge(size)) && there > 8 && there < UNSIGNED_FROM
            ? new PatchedChannel.Patch(start - 4, number(4, ByteOrder.BIG_ENDIAN, there))
            : null;
      }
      end = start + size + (size & 1);
    }
    return null;
  }

  private PatchedChannel.@Nullable Patch caf() throws IOException {
    long end = 8;
    long frame = 1;
    for (int i = 0; i < MOST_CHUNKS; i++) {
      ByteBuffer chunk = at(end, HEAD);
      if (chunk == null) {
        return null;
      }
      long size = chunk.getLong(4);
      long start = end + HEAD;
      if (name(chunk, 0).equals("desc")) {
        ByteBuffer packet = at(start + 16, 4);
        frame = packet == null ? 1 : Math.max(1, packet.getInt(0));
      } else if (name(chunk, 0).equals("data")) {
        // Before the samples stands the number of edits.
        long there = (length - start - 4) / frame * frame + 4;
        return size < 0 && there > 4
            ? new PatchedChannel.Patch(start - 8, number(8, ByteOrder.BIG_ENDIAN, there))
            : null;
      }
      if (size < 0) {
        return null;
      }
      end = start + size;
    }
    return null;
  }

  private static boolean isLarge(long size) {
    return size >= SIGNED_FROM && size <= SIGNED_TO || size >= UNSIGNED_FROM;
  }

  private static byte[] number(int bytes, ByteOrder order, long value) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(order);
    if (bytes == Integer.BYTES) {
      buffer.putInt((int) value);
    } else {
      buffer.putLong(value);
    }
    return buffer.array();
  }

  private static long little(ByteBuffer four) {
    return Integer.toUnsignedLong(four.order(ByteOrder.LITTLE_ENDIAN).getInt(0));
  }

  private static String name(ByteBuffer bytes, int at) {
    byte[] name = new byte[4];
    bytes.get(at, name);
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  /** Bytes of the file, zeros behind its end; null where it has ended before eight of them. */
  private @Nullable ByteBuffer at(long position, int count) throws IOException {
    if (position < 0 || position + Math.min(count, 8) > length) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(count);
    channel.position(position);
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
    return bytes.rewind();
  }
}
