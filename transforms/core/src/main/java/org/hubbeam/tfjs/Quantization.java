// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Which weights are stored in fewer bits. */
public record Quantization() {

  /** All weights are stored as they are. */
  public static final Quantization NONE = new Quantization();

  /**
   * The bytes of a weight; what they mean goes into its entry of the manifest.
   *
   * @param name the node of the weight
   */
  byte[] encode(String name, float[] values, ObjectNode entry) {
    ByteBuffer out =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.asFloatBuffer().put(values);
    return out.array();
  }
}
