// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/** Plain Java. */
final class ScalarKernel implements Kernel {

  @Override
  public float dot(float[] query, float[] data, int at, int dimension) {
    float sum = 0;
    for (int i = 0; i < dimension; i++) {
      sum += query[i] * data[at + i];
    }
    return sum;
  }
}
