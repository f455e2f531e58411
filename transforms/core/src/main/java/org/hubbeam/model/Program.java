// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import org.hubbeam.batch.Array;

/** A module in a session: its functions as calls, its variables as arrays. Threads may share it. */
interface Program extends AutoCloseable {

  /**
   * A call of one graph of a function. Inputs are fed part by part in the order of {@link
   * Trace#inputs}; fetched are the parts of the outputs of these numbers, in their order.
   */
  ProgramCall call(Member member, Trace trace, List<Integer> outputs);

  /** The present value of a variable. */
  Array variable(String path);

  @Override
  void close();
}
