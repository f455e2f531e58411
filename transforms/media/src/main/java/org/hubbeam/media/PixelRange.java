// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/** The values of the darkest and the lightest pixel. */
public enum PixelRange {
  /** 0 and 1: TensorFlow Hub's convention. */
  ZERO_TO_ONE(1f / 255, 0),
  /** -1 and 1. */
  MINUS_ONE_TO_ONE(2f / 255, -1),
  /** 0 and 255. */
  ZERO_TO_255(1, 0);

  private final float scale;
  private final float shift;

  PixelRange(float scale, float shift) {
    this.scale = scale;
    this.shift = shift;
  }

  /** Values of 0 to 255 in this range. */
  void of(float[] values, float[] out) {
    float times = scale;
    float plus = shift;
    for (int i = 0; i < values.length; i++) {
      out[i] = values[i] * times + plus;
    }
  }

  /** Converts a value of this range to 0 to 255, without clipping. */
  public float to255(float value) {
    return (value - shift) / scale;
  }
}
