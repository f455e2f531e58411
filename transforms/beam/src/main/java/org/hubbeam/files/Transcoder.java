// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.hubbeam.batch.Utf8;
import org.hubbeam.tfrecord.BulkInputStream;

/**
 * Text of another encoding as UTF-8. Bytes that are none in that encoding become {@link Utf8#NONE},
 * so that the line in which they are is seen not to be text. Remembers where lines and such bytes
 * began.
 *
 * <p>Not for several threads.
 */
final class Transcoder extends BulkInputStream {

  /** About how many bytes are decoded at once, where no line ends before. */
  private static final int PIECE = 1 << 13;

  /** A place in the UTF-8, and the same one in the file. */
  private record Place(long here, long inFile) {}

  private final InputStream in;
  private final LineEnds ends;
  private final CharsetDecoder decoder;
  private final CharBuffer chars = CharBuffer.allocate(2 * PIECE);
  private final ArrayDeque<Place> places = new ArrayDeque<>();
  private Place place = new Place(0, 0);

  private byte[] raw = new byte[8 * PIECE];
  private int at;
  private int limit;
  private boolean ended;

  /** The offset of the next byte to decode in the file. */
  private long inFile;

  private byte[] out = new byte[8 * PIECE];
  private int outAt;
  private int outLimit;

  /** How many bytes of UTF-8 there are up to {@link #outLimit}. */
  private long here;

  /**
   * @param in stands behind the byte order mark
   * @param mark the length of the mark
   */
  Transcoder(InputStream in, Charset charset, int mark) {
    this.in = in;
    this.inFile = mark;
    this.ends = LineEnds.of(charset);
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /**
   * The place in the file of a place in the UTF-8 where a line or a fault begins; these only in
   * their order.
   */
  long inFile(long offset) {
    while (!places.isEmpty() && places.peek().here <= offset) {
      place = places.poll();
    }
    return place.inFile;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    while (outAt == outLimit) {
      outAt = 0;
      outLimit = 0;
      if (!decodePiece()) {
        return -1;
      }
    }
    int count = Math.min(length, outLimit - outAt);
    System.arraycopy(out, outAt, bytes, from, count);
    outAt += count;
    return count;
  }

  /**
   * Decodes up to the end of a line, or as much as there is.
   *
   * @return false at the end of the file
   */
  private boolean decodePiece() throws IOException {
    int end = ends.behindFirst(raw, at, limit);
    while (end < 0 && limit - at < PIECE && fill()) {
      end = ends.behindFirst(raw, at, limit);
    }
    if (at == limit) {
      return false;
    }
    if (end < 0) {
      decode(limit, ended);
      return true;
    }
    decode(end, false);
    if (at < end) {
      refuse(end - at - ends.width());
      decoder.reset();
      decode(end, false);
    }
    places.add(new Place(here, inFile));
    return true;
  }

  private boolean fill() throws IOException {
    if (at > 0) {
      System.arraycopy(raw, at, raw, 0, limit - at);
      limit -= at;
      at = 0;
    }
    if (ended) {
      return false;
    }
    if (limit == raw.length) {
      raw = Arrays.copyOf(raw, 2 * limit);
    }
    int read = in.read(raw, limit, raw.length - limit);
    ended = read < 0;
    limit += Math.max(0, read);
    return !ended;
  }

  /** Decodes as much of the bytes up to here as can be. */
  private void decode(int end, boolean last) {
    ByteBuffer bytes = ByteBuffer.wrap(raw, at, end - at);
    boolean more = true;
    while (more) {
      CoderResult result = decoder.decode(bytes, chars, last);
      if (result.isUnderflow() && last) {
        decoder.flush(chars);
      }
      encode();
      inFile += bytes.position() - at;
      at = bytes.position();
      more = !result.isUnderflow();
      if (result.isError()) {
        bytes.position(at + result.length());
        refuse(result.length());
      }
    }
    if (last) {
      decoder.reset();
    }
  }

  /** Passes over so many bytes that are no text. */
  private void refuse(int length) {
    places.add(new Place(here, inFile));
    put(Utf8.NONE);
    inFile += length;
    at += length;
  }

  private void encode() {
    chars.flip();
    while (chars.hasRemaining()) {
      char one = chars.get();
      if (Character.isHighSurrogate(one)
          && chars.hasRemaining()
          && Character.isLowSurrogate(chars.get(chars.position()))) {
        int point = Character.toCodePoint(one, chars.get());
        put(0xf0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3f));
        put(0x80 | (point >> 6 & 0x3f));
        put(0x80 | (point & 0x3f));
      } else if (Character.isSurrogate(one)) {
        put(Utf8.NONE);
      } else if (one < 0x80) {
        put(one);
      } else if (one < 0x800) {
        put(0xc0 | one >> 6);
        put(0x80 | (one & 0x3f));
      } else {
        put(0xe0 | one >> 12);
        put(0x80 | (one >> 6 & 0x3f));
        put(0x80 | (one & 0x3f));
      }
    }
    chars.clear();
  }

  private void put(int one) {
    if (outLimit == out.length) {
      out = Arrays.copyOf(out, 2 * outLimit);
    }
    out[outLimit++] = (byte) one;
    here++;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
