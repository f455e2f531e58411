// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.util.function.DoubleUnaryOperator;

/**
 * Which old pixels each new one is made of along one dimension, and with which weights. Pixels are
 * looked at in their centres. Arithmetic is TensorFlow's, in 32 bits, in its order.
 */
final class Taps {

  private static final int TABLE = 1 << 10;
  private static final float CUBIC = -0.5f;

  private final int count;
  private final int[] indices;
  private final float[] weights;
  private final boolean lerp;

  private Taps(int outputs, int count, boolean lerp) {
    this.count = count;
    this.indices = new int[outputs * count];
    this.weights = new float[outputs * count];
    this.lerp = lerp;
  }

  static Taps of(int in, int out, Resize method) {
    return switch (method) {
      case NEAREST -> nearest(in, out);
      case BILINEAR -> bilinear(in, out);
      case BICUBIC -> bicubic(in, out);
      case BILINEAR_ANTIALIAS -> kernel(in, out, 1, x -> Math.max(0, 1 - x));
      case BICUBIC_ANTIALIAS -> kernel(in, out, 2, Taps::keys);
    };
  }

  /** How many old pixels a new one is made of; some may weigh nothing. */
  int count() {
    return count;
  }

  /** Whether there are two, between which the value lies. */
  boolean isLerp() {
    return lerp;
  }

  int index(int tap) {
    return indices[tap];
  }

  float weight(int tap) {
    return weights[tap];
  }

  /** How many old pixels lie between the first and the last of a new one, both included. */
  int span() {
    int span = 1;
    for (int i = 0; i < indices.length; i += count) {
      span = Math.max(span, indices[i + count - 1] - indices[i] + 1);
    }
    return span;
  }

  /** One row of pixels into one of the new width. */
  void apply(byte[] pixels, int start, int channels, float[] out) {
    if (lerp) {
      lerp(pixels, start, channels, out);
      return;
    }
    int at = 0;
    for (int i = 0; i < indices.length; i += count) {
      for (int c = 0; c < channels; c++) {
        float sum = 0;
        for (int t = i; t < i + count; t++) {
          sum += (pixels[start + indices[t] * channels + c] & 0xff) * weights[t];
        }
        out[at++] = sum;
      }
    }
  }

  private void lerp(byte[] pixels, int start, int channels, float[] out) {
    int at = 0;
    for (int i = 0; i < indices.length; i += 2) {
      int left = start + indices[i] * channels;
      int right = start + indices[i + 1] * channels;
      float part = weights[i + 1];
      if (channels == 3) {
        float red = pixels[left] & 0xff;
        float green = pixels[left + 1] & 0xff;
        float blue = pixels[left + 2] & 0xff;
        out[at] = red + ((pixels[right] & 0xff) - red) * part;
        out[at + 1] = green + ((pixels[right + 1] & 0xff) - green) * part;
        out[at + 2] = blue + ((pixels[right + 2] & 0xff) - blue) * part;
        at += 3;
        continue;
      }
      for (int c = 0; c < channels; c++) {
        float value = pixels[left + c] & 0xff;
        out[at++] = value + ((pixels[right + c] & 0xff) - value) * part;
      }
    }
  }

  private void set(int tap, int index, float weight) {
    indices[tap] = index;
    weights[tap] = weight;
  }

  private static Taps nearest(int in, int out) {
    Taps taps = new Taps(out, 1, false);
    float scale = (float) in / out;
    for (int i = 0; i < out; i++) {
      taps.set(i, Math.min((int) Math.floor((i + 0.5f) * scale), in - 1), 1);
    }
    return taps;
  }

  private static Taps bilinear(int in, int out) {
    Taps taps = new Taps(out, 2, true);
    float scale = (float) in / out;
    for (int i = 0; i < out; i++) {
      float place = (i + 0.5f) * scale - 0.5f;
      float floor = (float) Math.floor(place);
      float part = place - floor;
      taps.set(2 * i, Math.max((int) floor, 0), 1 - part);
      taps.set(2 * i + 1, Math.min((int) Math.ceil(place), in - 1), part);
    }
    return taps;
  }

  /** The cubic curve is a table of 1024 steps, pixels outside of the image weigh nothing. */
  private static Taps bicubic(int in, int out) {
    Taps taps = new Taps(out, 4, false);
    float scale = (float) in / out;
    for (int i = 0; i < out; i++) {
      float place = (i + 0.5f) * scale - 0.5f;
      int floor = (int) Math.floor(place);
      int step = (int) Math.rint((place - floor) * TABLE);
      float sum = 0;
      for (int t = 0; t < 4; t++) {
        int index = floor - 1 + t;
        int bound = Math.max(0, Math.min(in - 1, index));
        float away = Math.abs((t - 1) * TABLE - step) / (float) TABLE;
        float weight = bound == index ? (float) keys(away) : 0;
        taps.set(4 * i + t, bound, weight);
        sum += weight;
      }
      taps.normalise(4 * i, sum);
    }
    return taps;
  }

  /**
   * A kernel that is as wide as the pixels become, where the image becomes smaller.
   *
   * @param radius how far the kernel reaches
   */
  private static Taps kernel(int in, int out, float radius, DoubleUnaryOperator kernel) {
    float back = (float) (1.0 / ((float) out / in));
    float width = Math.max(back, 1);
    int count = (int) Math.min(2 * Math.ceil(radius * width) + 1, in);
    Taps taps = new Taps(out, count, false);
    for (int i = 0; i < out; i++) {
      float place = (i + 0.5f) * back;
      int start = clamp((int) Math.ceil(place - radius * width - 0.5f), in);
      int end = clamp((int) Math.floor(place + radius * width - 0.5f), in) + 1;
      float sum = 0;
      for (int t = 0; t < count; t++) {
        int index = start + t;
        float weight = 0;
        if (index < end) {
          weight = (float) kernel.applyAsDouble(Math.abs((index + 0.5f - place) / width));
        }
        taps.set(i * count + t, Math.min(index, end - 1), weight);
        sum += weight;
      }
      taps.normalise(i * count, sum);
    }
    return taps;
  }

  private void normalise(int from, float sum) {
    if (Math.abs(sum) >= 1000 * Float.MIN_NORMAL) {
      for (int t = from; t < from + count; t++) {
        weights[t] /= sum;
      }
    }
  }

  private static int clamp(int index, int in) {
    return Math.max(0, Math.min(in - 1, index));
  }

  private static double keys(double x) {
    if (x >= 2) {
      return 0;
    }
    return x >= 1
        ? ((CUBIC * x - 5 * CUBIC) * x + 8 * CUBIC) * x - 4 * CUBIC
        : ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
  }
}
