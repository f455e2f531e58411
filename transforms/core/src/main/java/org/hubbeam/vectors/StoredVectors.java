// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import java.nio.ByteBuffer;
import org.hubbeam.batch.Halves;
import org.jspecify.annotations.Nullable;

/** Vectors in fewer bits. */
final class StoredVectors {

  private static final int MOST = 127;

  private StoredVectors() {}

  /**
   * A vector as IEEE floats of 16 bits.
   *
   * @return why it has none, or null
   */
  static @Nullable String half(float[] values, int from, int to, ByteBuffer out) {
    String fault = null;
    for (int i = from; i < to; i++) {
      short half = Halves.fromFloat(values[i]);
      if ((half & 0x7fff) == 0x7c00 && !Float.isInfinite(values[i])) {
        fault = "the value " + values[i] + " is too large for float16";
      }
      out.putShort(half);
    }
    return fault;
  }

  /** The scale of a vector; NaN where a value is not finite. */
  static float scale(float[] values, int from, int to) {
    float largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return Float.isInfinite(largest) ? Float.NaN : largest / MOST;
  }

  /** A vector as integers of 8 bits, in units of its scale; zeros where that is 0 or NaN. */
  static void bytes(float[] values, int from, int to, float scale, ByteBuffer out) {
    for (int i = from; i < to; i++) {
      int units = scale > 0 ? (int) Math.rint(values[i] / (double) scale) : 0;
      out.put((byte) Math.max(-MOST, Math.min(MOST, units)));
    }
  }
}
