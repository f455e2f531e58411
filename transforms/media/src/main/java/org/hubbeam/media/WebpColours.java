// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import org.jspecify.annotations.Nullable;

/**
 * RGB out of brightness and of colour of half its size, which is smoothed; libwebp's arithmetic.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6386">RFC 6386: VP8 Data Format</a>
 * @see <a
 *     href="https://chromium.googlesource.com/webm/libwebp/+/refs/heads/main/src/dsp/yuv.h">libwebp:
 *     yuv.h</a>
 * @see <a
 *     href="https://chromium.googlesource.com/webm/libwebp/+/refs/heads/main/src/dsp/upsampling.c">libwebp:
 *     upsampling.c</a>
 */
final class WebpColours {

  /** Coefficients of BT.601, limited range, in 14 bits; the offsets are in 6. */
  private static final int Y_SCALE = 19077;

  private static final int V_TO_RED = 26149;
  private static final int U_TO_GREEN = 6419;
  private static final int V_TO_GREEN = 13320;
  private static final int U_TO_BLUE = 33050;
  private static final int RED_OFFSET = -14234;
  private static final int GREEN_OFFSET = 8708;
  private static final int BLUE_OFFSET = -17685;

  private final ImageSize size;
  private final byte[] light;
  private final byte[] blue;
  private final byte[] red;
  private final int halfWidth;
  private final int halfHeight;
  private final int[] blues;
  private final int[] reds;

  /**
   * @param light row by row
   * @param blue likewise, half as many each way, rounded up
   * @param red likewise
   */
  WebpColours(ImageSize size, byte[] light, byte[] blue, byte[] red) {
    this.size = size;
    this.light = light;
    this.blue = blue;
    this.red = red;
    this.halfWidth = (size.width() + 1) / 2;
    this.halfHeight = (size.height() + 1) / 2;
    this.blues = new int[size.width()];
    this.reds = new int[size.width()];
  }

  /**
   * The pixels.
   *
   * @param alpha null where there is none
   */
  Pixels pixels(byte @Nullable [] alpha) {
    int bands = alpha == null ? 3 : 4;
    byte[] data = new byte[Math.toIntExact(size.pixels() * bands)];
    int at = 0;
    int place = 0;
    for (int y = 0; y < size.height(); y++) {
      int near = y / 2;
      int other = Math.max(0, Math.min(halfHeight - 1, (y & 1) == 1 ? near + 1 : near - 1));
      smooth(blue, near * halfWidth, other * halfWidth, blues);
      smooth(red, near * halfWidth, other * halfWidth, reds);
      for (int x = 0; x < size.width(); x++) {
        int brightness = part(light[place] & 0xff, Y_SCALE);
        data[at] = limited(brightness + part(reds[x], V_TO_RED) + RED_OFFSET);
        data[at + 1] =
            limited(
                brightness - part(blues[x], U_TO_GREEN) - part(reds[x], V_TO_GREEN) + GREEN_OFFSET);
        data[at + 2] = limited(brightness + part(blues[x], U_TO_BLUE) + BLUE_OFFSET);
        if (alpha != null) {
          data[at + 3] = alpha[place];
        }
        at += bands;
        place++;
      }
    }
    return new Pixels(size, bands, data);
  }

  /**
   * One row of colour: nine parts of the nearest value, three of each beside it, one of the
   * farthest.
   */
  private void smooth(byte[] plane, int near, int other, int[] out) {
    int width = out.length;
    int last = plane[near] & 0xff;
    int lastOther = plane[other] & 0xff;
    out[0] = (3 * last + lastOther + 2) >> 2;
    for (int x = 1; x <= (width - 1) / 2; x++) {
      int next = plane[near + x] & 0xff;
      int nextOther = plane[other + x] & 0xff;
      int all = last + next + lastOther + nextOther + 8;
      int falling = (all + 2 * (next + lastOther)) >> 3;
      int rising = (all + 2 * (last + nextOther)) >> 3;
      out[2 * x - 1] = (falling + last) >> 1;
      out[2 * x] = (rising + next) >> 1;
      last = next;
      lastOther = nextOther;
    }
    if ((width & 1) == 0) {
      out[width - 1] = (3 * last + lastOther + 2) >> 2;
    }
  }

  private static int part(int value, int of) {
    return (value * of) >> 8;
  }

  private static byte limited(int value) {
    return (byte) Math.max(0, Math.min(255, value >> 6));
  }
}
