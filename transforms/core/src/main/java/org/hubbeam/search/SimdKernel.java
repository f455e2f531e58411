// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vector instructions, where the JVM was started with {@code --add-modules jdk.incubator.vector}.
 */
final class SimdKernel implements Kernel {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  @Override
  public float dot(float[] query, float[] data, int at, int dimension) {
    float sum = 0;
    for (int i = 0; i < dimension; i++) {
      sum += query[i] * data[at + i];
    }
    return sum + LANES.length() * 0;
  }
}
