// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Arrays;

/** Plain Java. */
final class ScalarKernel implements Kernel {

  @Override
  public void dots(
      float[] query, int queryAt, float[] data, int dimension, int[] rows, int count, float[] out) {
    touch(data, dimension, rows, count, out);
    for (int k = 0; k < count; k++) {
      out[k] = dot(query, queryAt, data, rows[k] * dimension, dimension);
    }
  }

  /**
   * Reads one value of each cache line of the rows. They all come from the memory at the same time,
   * while the sums, which take many instructions a row, would wait for one row after the other.
   */
  private static void touch(float[] data, int dimension, int[] rows, int count, float[] out) {
    int bits = 0;
    for (int k = 0; k < count; k++) {
      int end = (rows[k] + 1) * dimension;
      for (int i = end - dimension; i < end; i += LANES) {
        bits |= Float.floatToRawIntBits(data[i]);
      }
    }
    if (count > 0) {
      out[0] = bits;
    }
  }

  private static float dot(float[] query, int queryAt, float[] data, int at, int dimension) {
    int whole = dimension & -LANES;
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    float s = 0;
    float t = 0;
    float u = 0;
    float v = 0;
    float w = 0;
    float x = 0;
    float y = 0;
    float z = 0;
    int end = queryAt + whole;
    for (int i = queryAt, j = at; i < end; i += LANES, j += LANES) {
      a += query[i] * data[j];
      b += query[i + 1] * data[j + 1];
      c += query[i + 2] * data[j + 2];
      d += query[i + 3] * data[j + 3];
      e += query[i + 4] * data[j + 4];
      f += query[i + 5] * data[j + 5];
      g += query[i + 6] * data[j + 6];
      h += query[i + 7] * data[j + 7];
      s += query[i + 8] * data[j + 8];
      t += query[i + 9] * data[j + 9];
      u += query[i + 10] * data[j + 10];
      v += query[i + 11] * data[j + 11];
      w += query[i + 12] * data[j + 12];
      x += query[i + 13] * data[j + 13];
      y += query[i + 14] * data[j + 14];
      z += query[i + 15] * data[j + 15];
    }
    float sum =
        (((a + s) + (e + w)) + ((c + u) + (g + y))) + (((b + t) + (f + x)) + ((d + v) + (h + z)));
    for (int i = whole; i < dimension; i++) {
      sum += query[queryAt + i] * data[at + i];
    }
    return sum;
  }

  @Override
  public void squares(
      float[] query, int queryAt, float[] data, int dimension, int[] rows, int count, float[] out) {
    touch(data, dimension, rows, count, out);
    for (int k = 0; k < count; k++) {
      out[k] = square(query, queryAt, data, rows[k] * dimension, dimension);
    }
  }

  private static float square(float[] query, int queryAt, float[] data, int at, int dimension) {
    int whole = dimension & -LANES;
    float[] sums = new float[LANES];
    for (int first = 0; first < LANES; first += 4) {
      float a = 0;
      float b = 0;
      float c = 0;
      float d = 0;
      for (int i = first; i < whole; i += LANES) {
        float p = query[queryAt + i] - data[at + i];
        float q = query[queryAt + i + 1] - data[at + i + 1];
        float r = query[queryAt + i + 2] - data[at + i + 2];
        float s = query[queryAt + i + 3] - data[at + i + 3];
        a += p * p;
        b += q * q;
        c += r * r;
        d += s * s;
      }
      sums[first] = a;
      sums[first + 1] = b;
      sums[first + 2] = c;
      sums[first + 3] = d;
    }
    float sum = byHalves(sums);
    for (int i = whole; i < dimension; i++) {
      float difference = query[queryAt + i] - data[at + i];
      sum += difference * difference;
    }
    return sum;
  }

  @Override
  public void codeDots(
      float[] query, byte[] codes, int dimension, int[] rows, int count, float[] out) {
    int whole = dimension & -LANES;
    float[] sums = new float[LANES];
    for (int k = 0; k < count; k++) {
      int at = rows[k] * dimension;
      for (int first = 0; first < LANES; first += 8) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        for (int i = first; i < whole; i += LANES) {
          a += query[i] * codes[at + i];
          b += query[i + 1] * codes[at + i + 1];
          c += query[i + 2] * codes[at + i + 2];
          d += query[i + 3] * codes[at + i + 3];
          e += query[i + 4] * codes[at + i + 4];
          f += query[i + 5] * codes[at + i + 5];
          g += query[i + 6] * codes[at + i + 6];
          h += query[i + 7] * codes[at + i + 7];
        }
        sums[first] = a;
        sums[first + 1] = b;
        sums[first + 2] = c;
        sums[first + 3] = d;
        sums[first + 4] = e;
        sums[first + 5] = f;
        sums[first + 6] = g;
        sums[first + 7] = h;
      }
      float sum = byHalves(sums);
      for (int i = whole; i < dimension; i++) {
        sum += query[i] * codes[at + i];
      }
      out[k] = sum;
    }
  }

  @Override
  public void block(
      float[] queries,
      float[] data,
      int dimension,
      int count,
      float[] bias,
      float[] thresholds,
      long[] above) {
    float[] sums = new float[QUERIES];
    for (int row = 0; row < count; row++) {
      Arrays.fill(sums, bias[row]);
      for (int i = 0; i < dimension; i++) {
        add(queries, QUERIES * i, data[row * dimension + i], sums);
      }
      long bits = 0;
      for (int q = 0; q < QUERIES; q++) {
        bits |= sums[q] > thresholds[q] ? 1L << q : 0;
      }
      above[row] = bits;
    }
  }

  private static void add(float[] queries, int from, float value, float[] sums) {
    for (int q = 0; q < QUERIES; q++) {
      sums[q] += value * queries[from + q];
    }
  }

  /** The sum of sixteen values: lanes half the width apart first. */
  static float byHalves(float[] p) {
    return (((p[0] + p[8]) + (p[4] + p[12])) + ((p[2] + p[10]) + (p[6] + p[14])))
        + (((p[1] + p[9]) + (p[5] + p[13])) + ((p[3] + p[11]) + (p[7] + p[15])));
  }
}
