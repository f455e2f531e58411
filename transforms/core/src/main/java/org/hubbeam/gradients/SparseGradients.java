// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

/** Gradients of sums over segments, of products with sparse matrices. */
final class SparseGradients {

  private SparseGradients() {}

  static void register() {}
}
