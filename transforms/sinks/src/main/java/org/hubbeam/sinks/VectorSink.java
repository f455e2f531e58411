// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import org.hubbeam.batch.Batch;

/**
 * A store of vectors. {@link WriteVectors} makes writes of a good size, tries again what the store
 * was too busy for, and finds the rows that it refuses; an implementation only talks to the store.
 *
 * <p>A row is written by its id: written twice, it is there once. Engines repeat bundles, and
 * writes whose answer was lost are repeated, too.
 *
 * <p>It is serialized to the workers, and into the files of a job. So it must have no secret: it
 * keeps where a password is, as {@link Secret} does, and reads it when it opens a connection.
 */
public interface VectorSink extends Serializable {

  /** What it writes to, in a few words and without secrets, for messages and metrics. */
  String describe();

  /** How much one write may have. */
  default WriteLimits limits() {
    return WriteLimits.DEFAULT;
  }

  /**
   * Says what is wrong as far as that shows before there are rows. Is called where the job is
   * submitted, once; does not wait.
   *
   * @throws IOException if it cannot be written to
   */
  default void check() throws IOException {}

  /**
   * Connects, checks that rows of this schema fit, and creates what is asked for and missing.
   * Workers do so at the same time.
   *
   * @throws StoreBusyException if it may go well later: {@link WriteVectors} tries again
   * @throws IOException if it cannot; ends the job
   */
  Writer open(VectorSchema schema) throws IOException;

  /**
   * Does what is best done when all rows are there, such as an index. Is called once where the
   * input is bounded and had rows, perhaps again after a fault.
   *
   * @throws StoreBusyException if it may go well later: {@link WriteVectors} tries again
   * @throws IOException if it cannot; ends the job
   */
  default void finish(VectorSchema schema) throws IOException {}

  /**
   * Writes rows of one schema. Is used by one thread, and closed after an exception that is no
   * {@link BatchRefusedException}.
   */
  interface Writer extends Closeable {

    /**
     * Writes rows. When it returns, all are in the store but those that the outcome names.
     *
     * @param rows with the columns of the schema, at least one row, within the limits or a single
     *     row
     * @throws BatchRefusedException if the store refused all because of some: {@link WriteVectors}
     *     halves them until it knows which. None may be in the store then, or some, as they are
     *     written again
     * @throws StoreBusyException if all are worth another try
     * @throws IOException if no other try can help; ends the job
     */
    WriteOutcome write(Batch rows) throws IOException;
  }
}
