// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Failure;
import org.jspecify.annotations.Nullable;

/** Takes what is read from a file. */
interface Receiver {

  /** Takes a batch of one row or more. */
  void batch(Batch batch);

  /** Takes a record that could not be read. */
  void failure(Failure failure);

  /**
   * One that gives on the rows that fit a schema, as its columns, and failures for the others.
   *
   * @param schema null where there is none; then it is {@code next} itself
   */
  static Receiver fitting(@Nullable BatchSchema schema, Receiver next) {
    if (schema == null) {
      return next;
    }
    return new Receiver() {
      @Override
      public void batch(Batch batch) {
        Batch fit = schema.fit(batch, next::failure);
        if (fit.rows() > 0) {
          next.batch(fit);
        }
      }

      @Override
      public void failure(Failure failure) {
        next.failure(failure);
      }
    };
  }
}
