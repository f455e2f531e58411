// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An encoder and how it came to be.
 *
 * @param encoder what was learnt
 * @param history losses and, as {@code metric}, what part of the held-out first texts found their
 *     second ones, or the mean cosine with the teacher's vectors
 * @param trained how many pairs, or texts, were learnt from
 * @param leftOut how many pairs were neither learnt from nor held out
 * @param found how well the held-out pairs find each other, by where they are from; empty with a
 *     teacher
 */
public record TrainedEncoder(
    TextEncoder encoder,
    TrainingHistory history,
    int trained,
    int leftOut,
    Map<String, Found> found) {

  public TrainedEncoder {
    found = Collections.unmodifiableMap(new LinkedHashMap<>(found));
  }

  /**
   * How well held-out pairs find each other. Each text is searched for among the texts of the other
   * side of at most a thousand pairs; it is found if the text with the highest cosine is its own.
   *
   * @param pairs how many there are
   * @param pool among how many each was searched for, at most
   * @param untrained the part of first texts that found their second ones before training
   * @param forth the same after training
   * @param back the part of second texts that found their first ones after training
   * @param inBytes the part of first texts that found their second ones with a table in bytes
   */
  public record Found(
      int pairs, int pool, double untrained, double forth, double back, double inBytes) {}
}
