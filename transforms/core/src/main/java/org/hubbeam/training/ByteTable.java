// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/**
 * A table in bytes.
 *
 * @param codes uint8, of all numbers: {@code number = (code - 128) * scale}, codes from 1 on
 * @param scales one for each row; 0 where all of it is zeros
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
record ByteTable(Values.Numbers codes, float[] scales) {

  /** The code of 0. */
  static final int ZERO = 128;

  private static final int LARGEST = 127;

  /** Rounds a row-major table. */
  static ByteTable of(float[] table, int dimension) {
    int rows = table.length / dimension;
    byte[] codes = new byte[table.length];
    float[] scales = new float[rows];
    for (int row = 0; row < rows; row++) {
      int from = row * dimension;
      float largest = 0;
      for (int i = from; i < from + dimension; i++) {
        largest = Math.max(largest, Math.abs(table[i]));
      }
      scales[row] = largest / LARGEST;
      float codesPerUnit = largest == 0 ? 0 : LARGEST / largest;
      for (int i = from; i < from + dimension; i++) {
        codes[i] = (byte) (ZERO + Math.round(table[i] * codesPerUnit));
      }
    }
    return new ByteTable(new Values.Numbers(DType.UINT8, codes), scales);
  }

  /** The rounded numbers, row-major. */
  float[] toFloats() {
    float[] numbers = codes.roundedToFloats();
    int dimension = numbers.length / scales.length;
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (numbers[i] - ZERO) * scales[i / dimension];
    }
    return numbers;
  }
}
