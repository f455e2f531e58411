// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;

/**
 * Modules at work: batches go in, and out come batches with the outputs, and the rows that a module
 * refused. For one thread; many share the modules.
 */
interface BatchCaller extends AutoCloseable {

  /**
   * Calls the modules on a batch.
   *
   * @throws org.hubbeam.model.ModuleException when a module, not a row, is at fault
   */
  Outcome call(Batch batch);

  /** Gives the modules back; the next batch would lease them again. */
  @Override
  void close();

  /**
   * What became of a batch: each row is in one of the batches, or failed, or was skipped as blank.
   */
  record Outcome(List<Batch> batches, List<Failure> failures) {}

  /** Makes callers where the batches are. */
  interface Factory extends Serializable {

    /**
     * A caller; no module is loaded before its first batch.
     *
     * @param handle the module's handle; empty for that of the spec
     */
    BatchCaller open(String handle);
  }
}
