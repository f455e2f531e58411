// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hubbeam.batch.Internal;

/**
 * The file of {@link IndexDescription.Coordinates}: a {@code .npy} array of float32 with two
 * numbers a row, x and y, shard after shard in the order of their rows, deleted ones included. NaN
 * stands for no place.
 */
@Internal
public final class MapFile {

  /** The version 1.0 of the format, behind it the length of the header. */
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  private static final int HEADER = 128;

  private MapFile() {}

  /**
   * Writes the file.
   *
   * @param xy x and y of each row in turn
   */
  public static void write(Path file, float[] xy) throws IOException {
    if (xy.length % 2 != 0) {
      throw new IllegalArgumentException("an x is without its y");
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER + Float.BYTES * xy.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(header(xy.length / 2)).asFloatBuffer().put(xy);
    Files.write(file, bytes.array());
  }

  private static byte[] header(int rows) {
    String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", 2), }";
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).putShort((short) (HEADER - MAGIC.length - Short.BYTES));
    int blanks = header.remaining() - text.length() - 1;
    header.put((text + " ".repeat(blanks) + "\n").getBytes(StandardCharsets.US_ASCII));
    return header.array();
  }

  /**
   * Reads the file.
   *
   * @return x and y of each row in turn
   * @throws IndexException when it is not such an array
   */
  static float[] read(Path file) {
    byte[] all;
    try {
      all = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IndexException("the map " + file + " cannot be read: " + e, e);
    }
    ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    int start = MAGIC.length + Short.BYTES;
    int header =
        all.length < start ? Integer.MAX_VALUE : start + (bytes.getShort(MAGIC.length) & 0xffff);
    String text =
        header > all.length
            ? ""
            : new String(all, start, header - start, StandardCharsets.US_ASCII);
    boolean fits =
        text.contains("'<f4'")
            && text.contains("'fortran_order': False")
            && text.matches("(?s).*'shape': \\(\\d+, 2\\).*")
            && (all.length - header) % (2 * Float.BYTES) == 0;
    if (!fits) {
      throw new IndexException(
          "the map " + file + " is damaged: it is no array of float32 with two numbers a row");
    }
    float[] xy = new float[(all.length - header) / Float.BYTES];
    bytes.position(header);
    bytes.asFloatBuffer().get(xy);
    return xy;
  }
}
