// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import org.hubbeam.batch.DType;

/** The number of bits for each value of a vector. */
public enum Storage {
  /** 32 bits: unchanged. */
  FLOAT32(DType.FLOAT32),
  /**
   * 16 bits, IEEE 754: rounded to nearest, ties to even, values below 2^-24 to a subnormal number
   * or 0. Infinities and NaN stay. A number that is too large (65520 and more) makes its row a
   * failure.
   */
  FLOAT16(DType.FLOAT16),
  /**
   * 8 bits and one float32 scale a vector: the largest magnitude of the vector divided by 127. A
   * value is stored as itself divided by the scale, rounded to nearest, ties to even, -127 to 127;
   * {@code stored * scale} is within half a scale of it. A vector of zeros has the scale 0. NaN or
   * an infinity makes its row a failure.
   */
  INT8(DType.INT8);

  private final DType dtype;

  Storage(DType dtype) {
    this.dtype = dtype;
  }

  /** The type of the values. */
  public DType dtype() {
    return dtype;
  }
}
