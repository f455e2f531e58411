// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleException;

/** Rows of an output as vectors. */
final class Vectors {

  private Vectors() {}

  /**
   * One new vector a row; rows of several dimensions are flattened, row-major.
   *
   * @throws ModuleException when the output is not dense numbers
   */
  static List<float[]> split(Array array, String name) {
    check(array.spec(name));
    Array.Dense dense = (Array.Dense) array;
    Values.Numbers numbers = (Values.Numbers) dense.values();
    int width = dense.rowSize();
    List<float[]> rows = new ArrayList<>(dense.rows());
    FloatBuffer floats =
        numbers.dtype() == DType.FLOAT32
            ? ByteBuffer.wrap(numbers.bytes()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()
            : FloatBuffer.wrap(converted(numbers));
    for (int row = 0; row < dense.rows(); row++) {
      float[] vector = new float[width];
      floats.get(vector);
      rows.add(vector);
    }
    return rows;
  }

  private static float[] converted(Values.Numbers numbers) {
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers.getDouble(i);
    }
    return floats;
  }

  /**
   * Checks that an output can be vectors.
   *
   * @throws ModuleException when it is not dense numbers
   */
  static void check(ArraySpec output) {
    if (output.dtype() == DType.STRING || output.layout() != Layout.DENSE) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          "an embedding must be dense numbers; the output is " + output);
    }
  }
}
