// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A row as bytes, little-endian: its hash, its weight, its targets, its features.
 *
 * @param targets how many there are
 * @param features how many there are
 */
record RowLayout(int targets, int features) {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int TARGETS = Long.BYTES + Float.BYTES;

  /** The bytes of a row. */
  int bytes() {
    return TARGETS + Float.BYTES * (targets + features);
  }

  /** Writes a row. */
  void put(byte[] to, int at, long hash, float weight, float[] target, float[] feature) {
    LONG.set(to, at, hash);
    FLOAT.set(to, at + Long.BYTES, weight);
    ByteBuffer floats = ByteBuffer.wrap(to, at + TARGETS, bytes() - TARGETS);
    floats.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(target).put(feature);
  }

  /** Reads a row into a batch. */
  void get(ByteBuffer from, int at, RowBatch batch, int row) {
    batch.hashes()[row] = from.getLong(at);
    batch.weights()[row] = from.getFloat(at + Long.BYTES);
    from.position(at + TARGETS);
    var floats = from.asFloatBuffer();
    floats.get(batch.targetValues(), row * targets, targets);
    floats.get(batch.featureValues(), row * features, features);
  }

  /** The hash of a row. */
  static long hash(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }
}
