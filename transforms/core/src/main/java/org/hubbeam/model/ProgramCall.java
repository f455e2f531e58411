// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import org.hubbeam.batch.Array;

/** A prepared call of a program. Threads may run it at the same time. */
interface ProgramCall {

  /**
   * Feeds the arrays in their order and gives what was fetched in its order.
   *
   * @throws ModuleException when the module refuses the arrays, or takes too long
   */
  List<Array.Dense> run(List<Array.Dense> inputs);
}
