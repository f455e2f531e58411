// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

/** Divides the rows of a matrix by their lengths, and takes gradients back through that. */
final class UnitRows {

  private UnitRows() {}

  /**
   * Divides each row, in place.
   *
   * @param lengths gets what each was divided by
   */
  static void divide(float[] matrix, float[] lengths, Lanes lanes) {
    int width = matrix.length / lengths.length;
    lanes.run(
        lengths.length,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int at = row * width;
            lengths[row] = TextEncoderModule.length(dot(matrix, at, matrix, at, width));
            for (int i = at; i < at + width; i++) {
              matrix[i] /= lengths[row];
            }
          }
        });
  }

  /** Makes gradients of divided rows those of the rows before, in place. */
  static void back(float[] gradients, float[] units, float[] lengths, Lanes lanes) {
    int width = units.length / lengths.length;
    lanes.run(
        lengths.length,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int at = row * width;
            float along = dot(gradients, at, units, at, width);
            for (int i = at; i < at + width; i++) {
              gradients[i] = (gradients[i] - along * units[i]) / lengths[row];
            }
          }
        });
  }

  /** The scalar product of two rows. */
  static float dot(float[] a, int atA, float[] b, int atB, int width) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = 0;
    for (; i + 4 <= width; i += 4) {
      sum0 += a[atA + i] * b[atB + i];
      sum1 += a[atA + i + 1] * b[atB + i + 1];
      sum2 += a[atA + i + 2] * b[atB + i + 2];
      sum3 += a[atA + i + 3] * b[atB + i + 3];
    }
    for (; i < width; i++) {
      sum0 += a[atA + i] * b[atB + i];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }
}
