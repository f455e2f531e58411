// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.Array;

/** A module in a session: its functions as calls, its variables as arrays. Threads may share it. */
interface Program extends AutoCloseable {

  /**
   * A call of one graph of a function. Inputs are fed part by part in the order of {@link
   * Trace#inputs}; fetched are the parts of the outputs of these numbers, in their order.
   */
  ProgramCall call(Member member, Trace trace, List<Integer> outputs);

  /** The paths of the inputs that an output is computed of. */
  Set<String> needs(Member member, Trace trace, int output);

  /** The paths of the inputs that an operation is computed of; none if the function lacks it. */
  Set<String> sources(Member member, Trace trace, String op);

  /** Lets calls from now on take so long; a longer one is refused. */
  void limitCalls(Duration timeout);

  /** The present value of a variable. */
  Array variable(String path);

  @Override
  void close();
}
