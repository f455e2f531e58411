// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import java.util.zip.CRC32C;
import org.hubbeam.batch.Internal;

/**
 * The check sum of TFRecords and of the indices of checkpoints: CRC32C, rotated and shifted by a
 * constant. Not for several threads.
 *
 * @see <a
 *     href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">TFRecords
 *     format details</a>
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/lib/io/record_writer.h">record_writer.h</a>
 */
@Internal
public final class MaskedCrc {

  private static final int MASK_ROTATION = 15;
  private static final int MASK_DELTA = 0xa282ead8;

  private final CRC32C crc = new CRC32C();

  /** The check sum of bytes from one index to before another. */
  public int of(byte[] bytes, int from, int to) {
    crc.reset();
    crc.update(bytes, from, to - from);
    return Integer.rotateRight((int) crc.getValue(), MASK_ROTATION) + MASK_DELTA;
  }
}
