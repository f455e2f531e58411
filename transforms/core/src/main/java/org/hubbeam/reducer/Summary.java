// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataOutput;
import java.io.IOException;

/**
 * A summary that merges and writes itself.
 *
 * @param <S> its own type
 */
interface Summary<S> {

  /** Adds what another summary of the same reducer has; that one is not used afterwards. */
  void merge(S other);

  /** Writes the summary, without a version. */
  void write(DataOutput out) throws IOException;
}
