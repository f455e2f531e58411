// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.jspecify.annotations.Nullable;

/**
 * One of several data sets that are analysed together.
 *
 * @param name used in the names of steps
 * @param batches the batches that fit the schema; null when the data set is not read
 * @param saved where the accumulators of its first phase are saved; null when they are not
 * @param cache whether saved accumulators are read or written; ignored without {@code saved}
 */
record Dataset(
    String name, @Nullable PCollection<Batch> batches, @Nullable SavedPhase saved, Cache cache) {

  /** What is done with saved accumulators. */
  enum Cache {
    /** They are there and are read. */
    READ,
    /** They are computed from the batches and written. */
    WRITE
  }
}
