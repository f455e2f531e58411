// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.util.VarInt;
import org.apache.beam.sdk.util.common.ElementByteSizeObserver;

/**
 * Encodes a {@code float[]} as its length and its values, little-endian. Every bit of every value
 * is kept. Deterministic.
 */
final class VectorCoder extends AtomicCoder<float[]> {
  private static final long serialVersionUID = 1;
  private static final VectorCoder INSTANCE = new VectorCoder();

  private VectorCoder() {}

  /** The coder. */
  static VectorCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(float[] vector, OutputStream out) throws IOException {
    if (vector == null) {
      throw new CoderException("a vector cannot be null");
    }
    VarInt.encode(vector.length, out);
    ByteBuffer buffer = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(vector);
    out.write(buffer.array());
  }

  @Override
  public float[] decode(InputStream in) throws IOException {
    int length = VarInt.decodeInt(in);
    int bytes = Math.multiplyExact(4, length);
    byte[] block = in.readNBytes(bytes);
    if (length < 0 || block.length != bytes) {
      throw new CoderException(
          "a vector of " + length + " values ends after " + block.length + " bytes");
    }
    float[] vector = new float[length];
    ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }

  @Override
  public void registerByteSizeObserver(float[] vector, ElementByteSizeObserver observer) {
    observer.update(VarInt.getLength(vector.length) + 4L * vector.length);
  }

  @Override
  public boolean isRegisterByteSizeObserverCheap(float[] vector) {
    return true;
  }
}
