// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

/** How the modules of a chain are executed. The results are the same. */
public enum Composition {
  /** In one graph if possible, otherwise through batches. */
  AUTO,
  /**
   * As one module that holds all links: it is loaded once, and arrays between links stay in
   * TensorFlow. A chain that cannot be in one graph fails when the pipeline is built.
   */
  ONE_GRAPH,
  /** Link after link, each with a batch of what the links before gave. */
  BATCHES
}
