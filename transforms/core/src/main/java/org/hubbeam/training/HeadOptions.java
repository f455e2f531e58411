// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.List;

/**
 * The form of a head.
 *
 * @param hidden the sizes of its hidden layers, from the features on; empty for a linear head
 * @param activation of the hidden layers
 * @param dropout the part of the hidden outputs that training leaves out, from 0 to below 1
 */
public record HeadOptions(List<Integer> hidden, Activation activation, double dropout)
    implements Serializable {

  /** A linear head. */
  public static final HeadOptions LINEAR = new HeadOptions(List.of(), Activation.RELU, 0);

  /**
   * A hidden layer of 128 with dropout of 0.3: found the best, or as good as others, for a hundred
   * rows and for thousands, whatever the length of the vectors.
   */
  public static final HeadOptions DEFAULT = new HeadOptions(List.of(128), Activation.RELU, 0.3);

  public HeadOptions {
    hidden = List.copyOf(hidden);
    for (int size : hidden) {
      if (size < 1) {
        throw new IllegalArgumentException("a hidden layer cannot have " + size + " outputs");
      }
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout is from 0 to below 1, not " + dropout);
    }
  }

  /** Whether there are no hidden layers. */
  public boolean isLinear() {
    return hidden.isEmpty();
  }

  /** Sets the sizes of the hidden layers. */
  public HeadOptions withHidden(List<Integer> value) {
    return new HeadOptions(value, activation, dropout);
  }

  /** Sets the activation of the hidden layers. */
  public HeadOptions withActivation(Activation value) {
    return new HeadOptions(hidden, value, dropout);
  }

  /** Sets dropout. */
  public HeadOptions withDropout(double value) {
    return new HeadOptions(hidden, activation, value);
  }
}
