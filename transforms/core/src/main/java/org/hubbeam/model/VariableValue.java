// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;

/** The value that a written variable has when its module is loaded. */
sealed interface VariableValue {

  DType dtype();

  Shape shape();

  /** A value in memory. */
  record Given(Array.Dense array) implements VariableValue {
    @Override
    public DType dtype() {
      return array.dtype();
    }

    @Override
    public Shape shape() {
      return new Shape(array.dims());
    }
  }

  /**
   * A value in the checkpoint of another module, copied from file to file.
   *
   * @param checkpoint what the names of its files begin with
   * @param key where it is in there
   */
  record Stored(String checkpoint, String key, DType dtype, Shape shape) implements VariableValue {}
}
