// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Values;

/** Selects the vectors of a column that have only finite values, for fitting a projection. */
@Internal
public final class FiniteVectors {

  private FiniteVectors() {}

  /**
   * The vectors of a column that have neither NaN nor an infinity.
   *
   * @return float32, {@code [?, d]}
   * @throws IllegalArgumentException if the column does not contain vectors of equal length
   */
  public static Array.Dense of(String name, Array array) {
    VectorColumn column = VectorColumn.of(name, array);
    float[] values = column.values();
    int length = column.width();
    int end = 0;
    for (int from = 0; from < values.length; from += length) {
      boolean finite = true;
      for (int i = from; i < from + length; i++) {
        finite &= Float.isFinite(values[i]);
      }
      if (finite) {
        System.arraycopy(values, from, values, end, length);
        end += length;
      }
    }
    float[] kept = Arrays.copyOf(values, end);
    long count = length == 0 ? 0 : end / length;
    return new Array.Dense(List.of(count, (long) length), Values.of(kept));
  }
}
