// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.util.Arrays;

/**
 * Images of one size into another, with the results of {@code tf.image.resize}. Made for one pair
 * of sizes, whose weights it keeps. Not for several threads.
 */
final class ImageResizer {

  /** Takes the rows of the new image, from the first to the last. */
  interface Rows {

    /**
     * Takes one row.
     *
     * @param values 0 to 255 each, and a little beside that for {@link Resize#BICUBIC}; used again
     */
    void take(int row, float[] values);
  }

  private final ImageSize from;
  private final ImageSize to;
  private final int channels;
  private final Placing placing;
  private final Taps across;
  private final Taps down;
  private final float[][] ring;
  private final int[] ringRows;
  private final float[] row;

  private ImageResizer(ImageSize from, ImageSize to, int channels, Placing placing, Resize method) {
    this.from = from;
    this.to = to;
    this.channels = channels;
    this.placing = placing;
    this.across = Taps.of(placing.source().width(), placing.target().width(), method);
    this.down = Taps.of(placing.source().height(), placing.target().height(), method);
    this.ring = new float[down.span()][placing.target().width() * channels];
    this.ringRows = new int[down.span()];
    this.row = new float[to.width() * channels];
  }

  /** For images of this size into images of that size. */
  static ImageResizer of(ImageSize from, ImageSize to, ImageSpec spec) {
    Placing placing = Placing.of(from, to, spec.fit());
    return new ImageResizer(from, to, spec.channels().count(), placing, spec.resize());
  }

  /** Whether it is for these sizes. */
  boolean isFor(ImageSize source, ImageSize target) {
    return from.equals(source) && to.equals(target);
  }

  /** Makes the rows of the new image out of an image of the right size and channels. */
  void resize(byte[] pixels, Rows out) {
    Arrays.fill(ringRows, -1);
    Arrays.fill(row, 0);
    int first = placing.targetTop();
    for (int y = 0; y < first; y++) {
      out.take(y, row);
    }
    int rows = placing.target().height();
    for (int y = 0; y < rows; y++) {
      combine(pixels, y);
      out.take(first + y, row);
    }
    Arrays.fill(row, 0);
    for (int y = first + rows; y < to.height(); y++) {
      out.take(y, row);
    }
  }

  private void combine(byte[] pixels, int y) {
    int at = placing.targetLeft() * channels;
    int width = placing.target().width() * channels;
    int tap = y * down.count();
    if (down.isLerp()) {
      float[] top = source(pixels, down.index(tap));
      float[] bottom = source(pixels, down.index(tap + 1));
      lerp(top, bottom, down.weight(tap + 1), row, at);
      return;
    }
    Arrays.fill(row, at, at + width, 0);
    for (int t = 0; t < down.count(); t++) {
      float weight = down.weight(tap + t);
      if (weight != 0) {
        float[] line = source(pixels, down.index(tap + t));
        for (int i = 0; i < width; i++) {
          row[at + i] += line[i] * weight;
        }
      }
    }
  }

  private static void lerp(float[] top, float[] bottom, float part, float[] out, int at) {
    for (int i = 0; i < top.length; i++) {
      out[at + i] = top[i] + (bottom[i] - top[i]) * part;
    }
  }

  /** One row of the old image, resized across. */
  private float[] source(byte[] pixels, int y) {
    int slot = y % ring.length;
    if (ringRows[slot] != y) {
      int start = ((placing.sourceTop() + y) * from.width() + placing.sourceLeft()) * channels;
      across.apply(pixels, start, channels, ring[slot]);
      ringRows[slot] = y;
    }
    return ring[slot];
  }
}
