// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows in the order in which they came, with as many targets each as they have. Not for several
 * threads.
 *
 * <p>A row is its length in bytes, its hash, its weight, the number of its targets, its targets and
 * its features.
 */
final class RawRows {

  /** Memory for a row beside its bytes, while rows are sorted. */
  static final int OVERHEAD = 48;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int HASH = 4;
  private static final int WEIGHT = 12;
  private static final int COUNT = 16;
  private static final int TARGETS = 20;

  private final RowStore.InMemory store = new RowStore.InMemory();
  private long[] starts = new long[64];
  private int rows;

  /** A row as bytes. */
  static byte[] row(long hash, float weight, float[] targets, float[] features) {
    byte[] bytes = new byte[TARGETS + 4 * (targets.length + features.length)];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(bytes.length).putLong(hash).putFloat(weight).putInt(targets.length);
    out.asFloatBuffer().put(targets).put(features);
    return bytes;
  }

  /** The length of the row that begins here. */
  static int length(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  /** The hash of a row. */
  static long hash(byte[] row) {
    return RowLayout.hash(row, HASH);
  }

  /** Appends a row. */
  void add(byte[] row) {
    if (rows == starts.length) {
      starts = Arrays.copyOf(starts, 2 * rows);
    }
    starts[rows++] = store.size();
    store.append(row, 0, row.length);
  }

  int rows() {
    return rows;
  }

  /** The memory that sorting these rows takes. */
  long memory() {
    return store.size() + (long) OVERHEAD * rows;
  }

  /** One row. */
  byte[] row(int index) {
    byte[] length = new byte[4];
    store.read(starts[index], length, 0, 4);
    byte[] row = new byte[length(length, 0)];
    store.read(starts[index], row, 0, row.length);
    return row;
  }

  /** The hash of a row. */
  static long hash(ByteBuffer row) {
    return row.getLong(HASH);
  }

  /** The weight of a row. */
  static float weight(ByteBuffer row) {
    return row.getFloat(WEIGHT);
  }

  /** The targets of a row. */
  static float[] targets(ByteBuffer row) {
    float[] targets = new float[row.getInt(COUNT)];
    row.position(TARGETS);
    row.asFloatBuffer().get(targets);
    return targets;
  }

  /** The features of a row. */
  static float[] features(ByteBuffer row) {
    int from = TARGETS + 4 * row.getInt(COUNT);
    float[] features = new float[(row.limit() - from) / 4];
    row.position(from);
    row.asFloatBuffer().get(features);
    return features;
  }

  /** The row with its targets, which are indices, in their places and in order. */
  static byte[] placed(byte[] row, int[] places) {
    ByteBuffer buffer = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
    float[] targets = targets(buffer);
    for (int i = 0; i < targets.length; i++) {
      targets[i] = places[(int) targets[i]];
    }
    Arrays.sort(targets);
    buffer.position(TARGETS);
    buffer.asFloatBuffer().put(targets);
    return row;
  }
}
