// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

/** Gives all values types that the runtime has. */
final class Narrowing {

  private Narrowing() {}

  static FrozenGraph of(FrozenGraph graph) {
    return graph;
  }
}
