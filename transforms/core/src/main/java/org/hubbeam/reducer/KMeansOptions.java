// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.Serializable;
import java.util.Locale;
import java.util.Objects;
import org.hubbeam.batch.Internal;

/**
 * How vectors are put into clusters.
 *
 * @param clusters how many, at least 1
 * @param space what "near" means
 * @param algorithm what is done to the sample
 * @param iterations passes over the sample at most, or mini-batches; 0 to keep the first centers
 * @param seed any number: other numbers begin with other centers
 * @param sample how many different vectors the centers are fitted to, at least as many as clusters
 */
@Internal
public record KMeansOptions(
    int clusters, Space space, Algorithm algorithm, int iterations, long seed, int sample)
    implements Serializable {

  private static final int DEFAULT_SAMPLE = 20_000;
  private static final int SAMPLE_OF_A_CLUSTER = 64;

  /** What is near. */
  public enum Space {
    /** Vectors of small Euclidean distance. */
    EUCLIDEAN,
    /** Vectors of small angle: all are scaled to length 1, the centers, too. */
    SPHERICAL
  }

  /** What is done to the sample. */
  public enum Algorithm {
    /** Every pass looks at all vectors, until the centers stay. */
    LLOYD,
    /** Every step looks at 1,024 vectors drawn at random; for very many clusters. */
    MINI_BATCH
  }

  public KMeansOptions {
    Objects.requireNonNull(space, "space");
    Objects.requireNonNull(algorithm, "algorithm");
    if (clusters < 1) {
      throw new IllegalArgumentException("there must be 1 cluster or more, not " + clusters);
    }
    if (iterations < 0) {
      throw new IllegalArgumentException("there are 0 iterations or more, not " + iterations);
    }
    if (sample < clusters) {
      throw new IllegalArgumentException(
          "a sample of " + sample + " vectors is too small for " + clusters + " clusters");
    }
  }

  /** So many clusters by Euclidean distance, of 64 vectors for each and at least 20,000. */
  public static KMeansOptions of(int clusters) {
    long sample = Math.max(DEFAULT_SAMPLE, (long) SAMPLE_OF_A_CLUSTER * clusters);
    return new KMeansOptions(
        clusters,
        Space.EUCLIDEAN,
        Algorithm.LLOYD,
        100,
        0,
        (int) Math.min(sample, Integer.MAX_VALUE));
  }

  /** In another space. */
  public KMeansOptions withSpace(Space value) {
    return new KMeansOptions(clusters, value, algorithm, iterations, seed, sample);
  }

  /** With another algorithm. */
  public KMeansOptions withAlgorithm(Algorithm value) {
    return new KMeansOptions(clusters, space, value, iterations, seed, sample);
  }

  /** With another number of iterations. */
  public KMeansOptions withIterations(int value) {
    return new KMeansOptions(clusters, space, algorithm, value, seed, sample);
  }

  /** With another seed. */
  public KMeansOptions withSeed(long value) {
    return new KMeansOptions(clusters, space, algorithm, iterations, value, sample);
  }

  /** With a sample of another size. */
  public KMeansOptions withSample(int value) {
    return new KMeansOptions(clusters, space, algorithm, iterations, seed, value);
  }

  /** All settings in words. */
  public String describe() {
    return "clusters="
        + clusters
        + ", space="
        + space.name().toLowerCase(Locale.ROOT)
        + ", algorithm="
        + algorithm.name().toLowerCase(Locale.ROOT)
        + ", iterations="
        + iterations
        + ", seed="
        + seed
        + ", sample="
        + sample;
  }
}
