// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

/** Gradients of operations that move values. */
final class ArrayGradients {

  private ArrayGradients() {}

  static void register() {}
}
