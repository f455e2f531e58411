// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Closeable;

/**
 * Rows with features, targets and weights that can be read again and again, in memory or in a file.
 * Their order depends on their hashes and values only. Several cursors may be open at a time.
 */
public interface TrainingRows {

  /** The number of features of a row. */
  int features();

  /** The number of targets of a row. */
  int targets();

  /** The number of rows. */
  long rows();

  /** Tells these rows from others, by their number and a checksum. */
  String fingerprint();

  /** All rows, in their order. */
  Cursor cursor();

  /**
   * All rows, shuffled: blocks of rows in another order, and the rows of several blocks mixed.
   *
   * @param seed decides the order
   */
  Cursor shuffled(long seed);

  /** Reads rows. Not for several threads. */
  interface Cursor extends Closeable {

    /**
     * Fills a batch with the next rows, as many as it can have or as there are.
     *
     * @return whether there is at least one
     */
    boolean next(RowBatch batch);

    @Override
    void close();
  }
}
