// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/** How near two vectors are, and what the score of a hit is. */
public enum Metric {

  /** The cosine of the angle between the vectors, from -1 to 1; larger is nearer. */
  COSINE,

  /** The dot product; larger is nearer. */
  DOT,

  /** The Euclidean distance; smaller is nearer. */
  EUCLIDEAN;

  /** Whether a larger score is a nearer vector. */
  public boolean isLargerNearer() {
    return this != EUCLIDEAN;
  }

  /** The distance by which graphs and scans order; smaller is nearer. */
  float distance(float score) {
    return this == EUCLIDEAN ? score * score : -score;
  }

  /** The score of a {@linkplain #distance distance}. */
  float score(float distance) {
    return this == EUCLIDEAN ? (float) Math.sqrt(Math.max(0, distance)) : -distance;
  }
}
