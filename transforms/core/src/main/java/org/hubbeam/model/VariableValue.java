// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;

/** The value that a written variable has when its module is loaded. */
sealed interface VariableValue {

  DType dtype();

  Shape shape();

  /**
   * How much memory it takes, as far as is known: texts and open dimensions of a stored value do
   * not count.
   */
  long byteSize();

  /**
   * A value in memory.
   *
   * @param shape that of the variable, which may leave open what the value tells
   */
  record Given(Array.Dense array, Shape shape) implements VariableValue {
    Given(Array.Dense array) {
      this(array, new Shape(array.dims()));
    }

    @Override
    public DType dtype() {
      return array.dtype();
    }

    @Override
    public long byteSize() {
      return array.values().byteSize();
    }
  }

  /**
   * A value in the checkpoint of another module, copied from file to file.
   *
   * @param checkpoint what the names of its files begin with
   * @param key where it is in there
   */
  record Stored(String checkpoint, String key, DType dtype, Shape shape) implements VariableValue {
    @Override
    public long byteSize() {
      long values = 1;
      for (long dim : shape.hasRank() ? shape.dims() : List.<Long>of()) {
        values *= Math.max(dim, 1);
      }
      return values * dtype.bytes();
    }
  }
}
