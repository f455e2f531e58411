// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import java.io.Serializable;
import java.util.Objects;

/** The number of dimensions that vectors are projected to, and the matrix for it. */
public sealed interface Projection extends Serializable {

  /** Vectors keep their dimensions. */
  Projection NONE = new None();

  /** A random projection with the seed 0. */
  static Gaussian gaussian(int dims) {
    return new Gaussian(dims, 0);
  }

  /** A projection onto the principal components of the vectors of the job. */
  static Pca pca(int dims) {
    return new Pca(dims);
  }

  /** A projection by an existing matrix, such as that of an earlier job. */
  static Fitted fitted(ProjectionMatrix matrix) {
    return new Fitted(matrix);
  }

  /** {@code gaussian projection 128 seed 7}. */
  String describe();

  /** No projection. */
  record None() implements Projection {
    @Override
    public String describe() {
      return "no projection";
    }
  }

  /**
   * A projection by random numbers: distances and dot products are kept on average, with an error
   * that falls with the square root of the dimensions. The matrix {@code [d, dims]} has independent
   * numbers with mean 0 and variance 1/dims, as scikit-learn's {@code GaussianRandomProjection}; it
   * follows from the seed, d and dims alone, on every machine.
   *
   * <p>Its values, row by row, are the normal numbers z(0), z(1), ... of the seed, divided by the
   * square root of dims and rounded to float32: with u(i), the 53 highest bits of number i of
   * SplitMix64 divided by 2^53, {@code z(2m) = r cos(a)} and {@code z(2m+1) = r sin(a)}, where
   * {@code r = sqrt(-2 ln(1 - u(2m)))} and {@code a = 2 pi u(2m+1)}.
   *
   * @param dims how many dimensions vectors have then
   * @param seed any number
   */
  record Gaussian(int dims, long seed) implements Projection {
    public Gaussian {
      atLeastOne(dims);
    }

    /** With another seed. */
    public Gaussian withSeed(long value) {
      return new Gaussian(dims, value);
    }

    @Override
    public String describe() {
      return "gaussian projection " + dims + " seed " + seed;
    }
  }

  /**
   * Principal components: the mean is subtracted, and the vectors are projected onto the
   * eigenvectors of their covariance, by decreasing eigenvalue. The largest value of each
   * eigenvector is positive, so that two fits to the same vectors agree. Vectors with NaN or
   * infinities are left out of the fit.
   *
   * @param dims how many dimensions vectors have then
   */
  record Pca(int dims) implements Projection {
    public Pca {
      atLeastOne(dims);
    }

    @Override
    public String describe() {
      return "pca projection " + dims;
    }
  }

  /** An existing matrix. */
  record Fitted(ProjectionMatrix matrix) implements Projection {
    public Fitted {
      Objects.requireNonNull(matrix, "matrix");
    }

    @Override
    public String describe() {
      return "fitted projection " + matrix.outputs();
    }
  }

  private static void atLeastOne(int dims) {
    if (dims < 1) {
      throw new IllegalArgumentException("a projection has at least 1 dimension, not " + dims);
    }
  }
}
