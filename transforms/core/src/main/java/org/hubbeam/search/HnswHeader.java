// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first bytes of a file of hnswlib's.
 *
 * @param size the number of rows
 * @param dimension the values of each
 * @param options the links of each, and how they were searched
 * @param top the highest layer, or -1 if there are no rows
 * @param entry a row on it
 */
record HnswHeader(int size, int dimension, HnswOptions options, int top, int entry) {

  static final int BYTES = 96;

  private static final int HIGHEST = 100;

  static HnswHeader of(HnswStore store) {
    return new HnswHeader(store.size, store.dimension, store.options, store.top, store.entry);
  }

  /** The bytes of a row. */
  int element() {
    return labelAt() + Long.BYTES;
  }

  /** Where the label is among the bytes of a row. */
  int labelAt() {
    return valuesAt() + 4 * dimension;
  }

  private int valuesAt() {
    return 4 * (2 * options.m() + 1);
  }

  /** Where the values of a row are in the file. */
  long valuesOf(int row) {
    return BYTES + (long) row * element() + valuesAt();
  }

  /** Where the links above layer 0 begin. */
  long upperAt() {
    return BYTES + (long) size * element();
  }

  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0).putLong(size).putLong(size);
    bytes.putLong(element()).putLong(labelAt()).putLong(valuesAt());
    bytes.putInt(top).putInt(size == 0 ? -1 : entry);
    bytes.putLong(options.m()).putLong(2L * options.m()).putLong(options.m());
    bytes.putDouble(1 / StrictMath.log(options.m())).putLong(options.efConstruction());
    return bytes.flip();
  }

  static HnswHeader decode(ByteBuffer bytes, int dimension, long fileBytes) throws IOException {
    long rows = bytes.getLong(16);
    long element = bytes.getLong(24);
    long labelAt = bytes.getLong(32);
    long valuesAt = bytes.getLong(40);
    int top = bytes.getInt(48);
    int entry = bytes.getInt(52);
    long m = bytes.getLong(72);
    long efConstruction = bytes.getLong(88);
    if (bytes.getLong(0) != 0 || bytes.getLong(56) != m || bytes.getLong(64) != 2 * m) {
      throw damaged("its header is not one of hnswlib's");
    }
    if (m < 2 || m > 512 || efConstruction < 1 || efConstruction > 1_000_000) {
      throw new IOException(
          "M is "
              + m
              + " and ef_construction "
              + efConstruction
              + "; M from 2 to 512 and ef_construction from 1 to 1000000 can be read");
    }
    HnswOptions options = new HnswOptions((int) m, (int) efConstruction);
    HnswHeader header = new HnswHeader(0, dimension, options, top, entry);
    if (valuesAt != header.valuesAt() || element != labelAt + Long.BYTES) {
      throw damaged("its elements are not laid out as hnswlib does");
    }
    if (labelAt != header.labelAt()) {
      throw new IOException(
          "its vectors have " + (labelAt - valuesAt) / 4 + " values, not " + dimension);
    }
    if (rows < 0 || rows > (fileBytes - BYTES) / (element + 4)) {
      throw damaged("it has " + fileBytes + " bytes, too few for " + rows + " rows");
    }
    if (rows * Math.max(dimension, 2 * m + 1) > Integer.MAX_VALUE - 8) {
      throw new IOException(
          rows + " vectors of " + dimension + " values are too many for one file; use more shards");
    }
    boolean empty = rows == 0;
    if (empty ? top != -1 : top < 0 || top > HIGHEST || entry < 0 || entry >= rows) {
      throw damaged("it begins at row " + Integer.toUnsignedString(entry) + " on layer " + top);
    }
    return new HnswHeader((int) rows, dimension, options, top, empty ? 0 : entry);
  }

  static IOException damaged(String why) {
    return new IOException("not an hnswlib index, or a damaged one: " + why);
  }
}
