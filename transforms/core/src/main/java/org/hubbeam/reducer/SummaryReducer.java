// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A reducer whose summaries merge and write themselves; encoded as a version, then the summary.
 *
 * @param <S> the summary
 */
interface SummaryReducer<S extends Summary<S>> extends Reducer<S> {

  /** The version of the encoded summaries. */
  int VERSION = 1;

  /** Reads what {@link Summary#write} wrote. */
  S read(DataInput in) throws IOException;

  @Override
  default void merge(S into, S other) {
    into.merge(other);
  }

  @Override
  default void encode(S summary, DataOutput out) throws IOException {
    Encoding.writeVersion(out, VERSION);
    summary.write(out);
  }

  @Override
  default S decode(DataInput in) throws IOException {
    Encoding.readVersion(in, VERSION, describe());
    return read(in);
  }
}
