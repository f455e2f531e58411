// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

/** Gradients of mathematical functions. */
final class MathGradients {

  private MathGradients() {}

  static void register() {}
}
