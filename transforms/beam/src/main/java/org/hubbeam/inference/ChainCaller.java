package org.hubbeam.inference;

import java.util.List;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;

/**
 * A chain at work: batches go in, and out come batches with what the chain gives, and the rows that
 * a link refused. For one thread; many share the modules.
 */
interface ChainCaller extends AutoCloseable {

  /**
   * Calls the chain on a batch.
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
}
