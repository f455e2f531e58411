// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Arrays as NumPy reads them, format 1.0. */
final class Npy {

  private static final int ALIGNED = 64;
  private static final int MAGIC = 10;

  private Npy() {}

  /** A file of float32, row by row. */
  static byte[] floats(long[] dims, float... values) {
    String shape =
        Arrays.stream(dims).mapToObj(Long::toString).collect(Collectors.joining(", "))
            + (dims.length == 1 ? "," : "");
    StringBuilder header =
        new StringBuilder("{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }");
    while ((MAGIC + header.length() + 1) % ALIGNED != 0) {
      header.append(' ');
    }
    byte[] text = header.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file =
        ByteBuffer.allocate(
                Math.addExact(MAGIC + text.length, Math.multiplyExact(4, values.length)))
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    file.put((byte) 1).put((byte) 0).putShort((short) text.length).put(text);
    for (float value : values) {
      file.putFloat(value);
    }
    return file.array();
  }
}
