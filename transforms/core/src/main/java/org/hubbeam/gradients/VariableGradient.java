// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import org.hubbeam.batch.Internal;

/** The gradient of a scalar by a variable, as tensors ({@code node:0}) of a graph. */
@Internal
public sealed interface VariableGradient {

  /** The node that gives the variable's resource. */
  String node();

  /** A gradient of the variable's shape. */
  record Dense(String node, String tensor) implements VariableGradient {}

  /**
   * Slices of the gradient; all others are 0.
   *
   * @param indices int32 or int64 [n], positions in the first dimension; one may come several
   *     times, and then its slices are to be summed
   * @param values [n, ...], as the variable from its second dimension on
   */
  record Sparse(String node, String indices, String values) implements VariableGradient {}
}
