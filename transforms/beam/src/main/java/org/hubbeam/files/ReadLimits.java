// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Serializable;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.tfrecord.Corruption;

/**
 * How much is read at once, and what is done with damaged files.
 *
 * @param rows the most rows a batch has
 * @param bytes the most bytes that the values of a batch take, unless one row takes more
 * @param record the most bytes that one line, CSV record or whole file may have
 */
record ReadLimits(int rows, long bytes, int record, Corruption corruption) implements Serializable {

  /** Ends a builder's row; gives batches away before they are larger than allowed. */
  void endRow(BatchBuilder builder, long offset, Receiver out) {
    if (builder.rows() > 0 && builder.byteSize() > bytes) {
      out.batch(builder.build());
    }
    builder.endRow(offset);
    if (builder.rows() == rows) {
      out.batch(builder.build());
    }
  }

  /** Gives the last rows away. */
  static void finish(BatchBuilder builder, Receiver out) {
    if (builder.rows() > 0) {
      Batch last = builder.build();
      out.batch(last);
    }
  }
}
