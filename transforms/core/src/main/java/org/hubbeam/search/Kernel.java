// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/**
 * The arithmetic of distances. All kernels give the same bits, so that a graph is the same wherever
 * it is built: sixteen partial sums, of the terms at indices that are equal modulo sixteen, each
 * rounded after every operation, added by halves; then, one by one, the terms after the last
 * multiple of sixteen.
 */
interface Kernel {

  /** Partial sums of a distance. */
  int LANES = 16;

  /** How many queries are compared at once. */
  int QUERIES = 64;

  /** The fastest that this JVM can run. */
  Kernel BEST = best();

  /**
   * Dot products.
   *
   * @param query holds the query's values from {@code queryAt}
   * @param data holds the values of row {@code r} from {@code r * dimension}
   * @param rows the rows, of which the first {@code count} are computed
   * @param out gets the result of {@code rows[i]} at {@code i}
   */
  void dots(
      float[] query, int queryAt, float[] data, int dimension, int[] rows, int count, float[] out);

  /** Squared Euclidean distances; see {@link #dots}. */
  void squares(
      float[] query, int queryAt, float[] data, int dimension, int[] rows, int count, float[] out);

  /**
   * Dot products with rows of codes, which are whole numbers from -127 to 127; see {@link #dots}.
   */
  void codeDots(float[] query, byte[] codes, int dimension, int[] rows, int count, float[] out);

  /**
   * Tells for rows and {@link #QUERIES} queries which dot products, with the row's bias added, are
   * above the query's threshold. Sums may be rounded otherwise than those of {@link #dots}.
   *
   * @param queries the queries' values, turned: value {@code i} of query {@code q} at {@code 64 i +
   *     q}
   * @param data {@code count} rows, one after the other
   * @param above gets for each row the queries, as bits
   */
  void block(
      float[] queries,
      float[] data,
      int dimension,
      int count,
      float[] bias,
      float[] thresholds,
      long[] above);

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
