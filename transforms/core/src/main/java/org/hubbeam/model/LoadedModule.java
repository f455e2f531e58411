// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import org.hubbeam.batch.Internal;

/** A module whose functions can be found. Threads may share it. */
@Internal
public interface LoadedModule extends AutoCloseable {

  /**
   * The function meant.
   *
   * @throws ModuleException when there is none of the name, or the name is left out and several
   *     could be meant; the message lists the functions with dtypes and shapes
   */
  BatchFunction function(FunctionChoice choice);

  /** The bytes that the module takes in memory, as far as its files tell. */
  long bytes();

  /**
   * The digest of all files of the module, read now.
   *
   * @throws UnsupportedOperationException when it has none
   */
  default String digest() {
    throw new UnsupportedOperationException("this module has no files of its own");
  }

  @Override
  void close();
}
