package org.hubbeam.tfrecord;

import java.util.zip.CRC32C;

/**
 * The check sum of TFRecords: CRC32C, rotated and shifted by a constant. Not for several threads.
 */
final class MaskedCrc {

  private final CRC32C crc = new CRC32C();

  int of(byte[] bytes, int from, int to) {
    crc.reset();
    crc.update(bytes, from, to - from);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }
}
