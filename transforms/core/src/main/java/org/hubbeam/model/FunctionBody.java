// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

/** The body of a function that is being written: operations from its inputs to its outputs. */
@FunctionalInterface
public interface FunctionBody {

  /**
   * Adds the operations of the body and names its outputs.
   *
   * @param scope the inputs, the members of the module, and the operations; do not use it after
   *     this call
   */
  void build(FunctionScope scope);
}
