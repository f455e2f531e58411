// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.List;

/**
 * A head in an ensemble.
 *
 * @param features the indices of the ensemble's features that the head takes, concatenated in this
 *     order
 * @param weights how it counts
 */
public record Member(Head head, List<Integer> features, Mixture weights) implements Serializable {

  public Member {
    features = List.copyOf(features);
  }
}
