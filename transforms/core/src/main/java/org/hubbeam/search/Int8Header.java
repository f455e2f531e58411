// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The first bytes of a file of codes.
 *
 * @param size the number of rows
 * @param dimension the values of each
 * @param options of the graph
 * @param top the highest layer, or -1 if there are no rows
 * @param entry a row on it
 * @param uppers how many rows are above layer 0
 * @param links how many links there are on layer 0
 */
record Int8Header(
    int size, int dimension, HnswOptions options, int top, int entry, int uppers, int links) {

  static final int BYTES = 40;

  private static final byte[] MAGIC = "hubint8\1".getBytes(StandardCharsets.ISO_8859_1);
  private static final int HIGHEST = 100;

  ByteBuffer encode() {
    return ByteBuffer.allocate(BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putInt(size)
        .putInt(dimension)
        .putInt(options.m())
        .putInt(options.efConstruction())
        .putInt(top)
        .putInt(entry)
        .putInt(uppers)
        .putInt(links)
        .flip();
  }

  static Int8Header decode(ByteBuffer bytes, int dimension, long fileBytes) throws IOException {
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw damaged("it does not begin as one");
    }
    int size = bytes.getInt();
    int values = bytes.getInt();
    int m = bytes.getInt();
    int efConstruction = bytes.getInt();
    int top = bytes.getInt();
    int entry = bytes.getInt();
    int uppers = bytes.getInt();
    int links = bytes.getInt();
    if (values != dimension) {
      throw new IOException("its vectors have " + values + " values, not " + dimension);
    }
    if (m < 2 || m > 512 || efConstruction < 1 || efConstruction > 1_000_000) {
      throw damaged("M is " + m + " and efConstruction " + efConstruction);
    }
    boolean empty = size == 0;
    if (size < 0
        || uppers < 0
        || uppers > size
        || links < 0
        || (long) size * dimension > Integer.MAX_VALUE - 8
        || (empty ? top != -1 : top < 0 || top > HIGHEST || entry < 0 || entry >= size)) {
      throw damaged("its header has numbers that cannot be");
    }
    long least =
        BYTES
            + (long) size * (dimension + 6)
            + (long) links * Int8Store.width(size)
            + uppers * (5L + 4L * (m + 1));
    if (least > fileBytes) {
      throw damaged("it has " + fileBytes + " bytes, too few for its " + size + " rows");
    }
    return new Int8Header(
        size, dimension, new HnswOptions(m, efConstruction), top, entry, uppers, links);
  }

  static IOException damaged(String why) {
    return new IOException("not a file of codes, or a damaged one: " + why);
  }
}
