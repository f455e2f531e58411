package org.hubbeam.tfrecord;

import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;

/** Takes what is read from a file. */
interface Receiver {

  /** Takes a batch of one row or more. */
  void batch(Batch batch);

  /** Takes a record that could not be read. */
  void failure(Failure failure);
}
