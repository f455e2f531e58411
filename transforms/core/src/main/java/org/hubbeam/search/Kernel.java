// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/**
 * The arithmetic of distances. All kernels give the same bits: sixteen partial sums, of the
 * products at the indices equal modulo sixteen, each rounded after every operation, and added by
 * halves.
 */
interface Kernel {

  /** The fastest that this JVM can run. */
  Kernel BEST = best();

  /**
   * The dot product of {@code query} and the {@code dimension} values of {@code data} from {@code
   * at}.
   */
  float dot(float[] query, float[] data, int at, int dimension);

  private static Kernel best() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new ScalarKernel();
    }
    try {
      return Class.forName("org.hubbeam.search.SimdKernel")
          .asSubclass(Kernel.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      return new ScalarKernel();
    }
  }
}
