// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import java.util.Arrays;

/**
 * The first frame of a GIF, on its screen.
 *
 * @param top where the frame begins on the screen
 * @param left likewise
 * @param frame the size of the frame
 * @param cutAt where the file ends before the frame does; -1 where that is whole
 * @see <a href="https://www.w3.org/Graphics/GIF/spec-gif89a.txt">GIF89a</a>
 */
record GifFile(long height, long width, int top, int left, ImageSize frame, byte[] bytes, int cutAt)
    implements Encoded {

  private static final int HEADER = 13;
  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2c;

  static GifFile of(byte[] bytes) throws MediaException {
    if (bytes.length < HEADER) {
      throw new MediaException(cut(bytes.length) + ", before its pixels");
    }
    int at = HEADER + palette(bytes[10]);
    while (at + 1 < bytes.length && bytes[at] == EXTENSION) {
      at = blocks(bytes, at + 2);
    }
    if (at + 10 > bytes.length) {
      throw new MediaException(cut(bytes.length) + ", before its pixels");
    }
    if (bytes[at] != IMAGE) {
      throw new MediaException("the GIF is damaged at byte " + at + ": there is no image");
    }
    int top = Bytes.littleShort(bytes, at + 3);
    int left = Bytes.littleShort(bytes, at + 1);
    int frameWidth = Bytes.littleShort(bytes, at + 5);
    int frameHeight = Bytes.littleShort(bytes, at + 7);
    if (frameWidth == 0 || frameHeight == 0) {
      throw new MediaException("the GIF's first frame has no pixels");
    }
    int end = blocks(bytes, at + 11 + palette(bytes[at + 9]));
    return new GifFile(
        Math.max(Bytes.littleShort(bytes, 8), top + frameHeight),
        Math.max(Bytes.littleShort(bytes, 6), left + frameWidth),
        top,
        left,
        new ImageSize(frameHeight, frameWidth),
        bytes,
        end > bytes.length ? bytes.length : -1);
  }

  @Override
  public int orientation() {
    return ExifOrientation.UPRIGHT;
  }

  @Override
  public Pixels pixels(Channels channels, Truncated truncated) throws IOException, MediaException {
    if (cutAt >= 0 && truncated == Truncated.FAIL) {
      throw new MediaException(cut(cutAt));
    }
    return onScreen(Pixels.of(JdkReader.GIF.read(bytes, truncated)));
  }

  /**
   * A frame that is smaller than the screen has nothing around it: black, and transparent, as are
   * its transparent pixels.
   */
  private Pixels onScreen(Pixels pixels) {
    ImageSize screen = new ImageSize((int) height, (int) width);
    if (pixels.bands() == 4) {
      blacken(pixels.data());
    }
    if (pixels.size().equals(screen)) {
      return pixels;
    }
    byte[] all = new byte[Math.toIntExact(screen.pixels() * 4)];
    byte[] part = pixels.image(Channels.RGBA, Alpha.DROP).pixels();
    int stride = frame.width() * 4;
    for (int y = 0; y < frame.height(); y++) {
      System.arraycopy(part, y * stride, all, ((top + y) * screen.width() + left) * 4, stride);
    }
    return new Pixels(screen, 4, all);
  }

  private static void blacken(byte[] rgba) {
    for (int i = 0; i < rgba.length; i += 4) {
      if (rgba[i + 3] == 0) {
        Arrays.fill(rgba, i, i + 3, (byte) 0);
      }
    }
  }

  private static int palette(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
  }

  /** The place behind blocks of data; beyond the end where that comes first. */
  private static int blocks(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] != 0) {
      at += 1 + (bytes[at] & 0xff);
    }
    return at + 1;
  }

  private static String cut(int at) {
    return "the GIF is cut off at byte " + at;
  }
}
