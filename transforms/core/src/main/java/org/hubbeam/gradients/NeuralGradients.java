// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

/** Gradients of the operations of neural networks. */
final class NeuralGradients {

  private NeuralGradients() {}

  static void register() {}
}
