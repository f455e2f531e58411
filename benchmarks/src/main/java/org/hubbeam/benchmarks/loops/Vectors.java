// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/** Vectors, and what is near to what by a plain loop that shares nothing with the index. */
public final class Vectors {

  /** The bytes before the numbers of a {@code .npy} file that the benchmarks write. */
  public static final int HEADER = 128;

  private Vectors() {}

  /** The rows of a {@code .npy} file of 32-bit floats that the benchmarks wrote. */
  public static float[][] floats(Path file) throws IOException {
    ByteBuffer numbers = read(file);
    float[][] rows = new float[shape(numbers)[0]][shape(numbers)[1]];
    numbers.position(HEADER);
    for (float[] row : rows) {
      numbers.asFloatBuffer().get(row);
      numbers.position(numbers.position() + 4 * row.length);
    }
    return rows;
  }

  /** The rows of a {@code .npy} file of 32-bit integers that the benchmarks wrote. */
  public static int[][] ints(Path file) throws IOException {
    ByteBuffer numbers = read(file);
    int[][] rows = new int[shape(numbers)[0]][shape(numbers)[1]];
    numbers.position(HEADER);
    for (int[] row : rows) {
      numbers.asIntBuffer().get(row);
      numbers.position(numbers.position() + 4 * row.length);
    }
    return rows;
  }

  private static ByteBuffer read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
          .order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private static int[] shape(ByteBuffer file) {
    byte[] header = new byte[HEADER];
    file.get(0, header);
    String text = new String(header, java.nio.charset.StandardCharsets.US_ASCII);
    String shape = text.substring(text.indexOf('(') + 1, text.indexOf(')'));
    return Arrays.stream(shape.split(",")).map(String::strip).mapToInt(Integer::parseInt).toArray();
  }

  /** The vector with length 1. */
  public static float[] normalized(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += value * value;
    }
    float[] out = vector.clone();
    for (int d = 0; d < out.length; d++) {
      out[d] = (float) (out[d] / Math.sqrt(sum));
    }
    return out;
  }

  /** For each query the rows with the largest dot products, best first. */
  public static int[][] nearest(float[][] vectors, float[][] queries, int k) {
    return IntStream.range(0, queries.length)
        .parallel()
        .mapToObj(q -> nearest(vectors, queries[q], k))
        .toArray(int[][]::new);
  }

  private static int[] nearest(float[][] vectors, float[] query, int k) {
    int most = Math.min(k, vectors.length);
    int[] rows = new int[most];
    float[] scores = new float[most];
    int size = 0;
    for (int row = 0; row < vectors.length; row++) {
      float score = dot(vectors[row], query);
      if (size == most && score <= scores[most - 1]) {
        continue;
      }
      int at = size < most ? size++ : most - 1;
      for (; at > 0 && scores[at - 1] < score; at--) {
        scores[at] = scores[at - 1];
        rows[at] = rows[at - 1];
      }
      scores[at] = score;
      rows[at] = row;
    }
    return rows;
  }

  private static float dot(float[] a, float[] b) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int d = 0;
    for (; d + 3 < a.length; d += 4) {
      s0 += a[d] * b[d];
      s1 += a[d + 1] * b[d + 1];
      s2 += a[d + 2] * b[d + 2];
      s3 += a[d + 3] * b[d + 3];
    }
    for (; d < a.length; d++) {
      s0 += a[d] * b[d];
    }
    return s0 + s1 + s2 + s3;
  }

  /** The share of the true rows that were found. */
  public static double recall(int[][] found, int[][] truth) {
    long hits = 0;
    long all = 0;
    for (int q = 0; q < truth.length; q++) {
      Set<Integer> rows = new HashSet<>();
      Arrays.stream(found[q]).forEach(rows::add);
      hits += Arrays.stream(truth[q]).filter(rows::contains).count();
      all += truth[q].length;
    }
    return all == 0 ? 1 : (double) hits / all;
  }
}
