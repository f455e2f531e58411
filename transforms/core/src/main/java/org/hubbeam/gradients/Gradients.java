// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.List;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.GraphDef;

/** The gradients of a scalar of a graph. */
@Internal
public final class Gradients {

  private Gradients() {}

  /**
   * Adds the gradients of a scalar by some tensors.
   *
   * @param graph without calls of functions; loops and branches as {@code While} and {@code If}
   * @param loss a floating scalar, {@code node:0}
   * @param tensors floating tensors; what they are computed of is not looked at
   * @throws org.hubbeam.model.ModuleException when an operation between a tensor and the loss has
   *     no gradient, naming it
   */
  public static Differentiated of(GraphDef graph, String loss, List<String> tensors) {
    throw new UnsupportedOperationException();
  }
}
