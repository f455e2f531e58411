// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

/**
 * Rows as arrays, filled again and again. Not for several threads.
 *
 * <p>A target is the index of the class, 0 or 1 for each of several labels, 0 or 1 for two classes,
 * or the number.
 */
public final class RowBatch {

  private final int features;
  private final int targets;
  private final float[] featureValues;
  private final float[] targetValues;
  private final float[] weights;
  private final long[] hashes;
  private int rows;

  /**
   * An empty batch.
   *
   * @param capacity the most rows
   * @param like rows of this form
   */
  public RowBatch(int capacity, TrainingRows like) {
    this(capacity, like.features(), like.targets());
  }

  RowBatch(int capacity, int features, int targets) {
    this.features = features;
    this.targets = targets;
    this.featureValues = new float[Math.multiplyExact(capacity, features)];
    this.targetValues = new float[Math.multiplyExact(capacity, targets)];
    this.weights = new float[capacity];
    this.hashes = new long[capacity];
  }

  /** The most rows. */
  public int capacity() {
    return weights.length;
  }

  /** The number of rows. */
  public int rows() {
    return rows;
  }

  /** The number of features of a row. */
  public int features() {
    return features;
  }

  /** The number of targets of a row. */
  public int targets() {
    return targets;
  }

  /** The features, row by row; those behind {@link #rows} have no meaning. */
  public float[] featureValues() {
    return featureValues;
  }

  /** The targets, row by row. */
  public float[] targetValues() {
    return targetValues;
  }

  /** The weight of each row. */
  public float[] weights() {
    return weights;
  }

  /** The hash of each row. */
  public long[] hashes() {
    return hashes;
  }

  /** Sets the number of rows, whose values are already there. */
  void rows(int count) {
    rows = count;
  }
}
