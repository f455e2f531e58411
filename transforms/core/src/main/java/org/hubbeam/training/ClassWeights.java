// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/** How much the rows of each class count, for {@link Task#CLASSES} and {@link Task#BINARY}. */
public sealed interface ClassWeights extends Serializable {

  /** All rows count the same. */
  ClassWeights NONE = new Given(Map.of());

  /** All classes count the same: a row of a class counts {@code rows / (classes · rows of it)}. */
  ClassWeights BALANCED = new Balanced();

  /** See {@link #BALANCED}. */
  record Balanced() implements ClassWeights {}

  /**
   * Weights by the name of the class; 1 for a class that is not named.
   *
   * @param weights above 0
   */
  record Given(Map<String, Double> weights) implements ClassWeights {
    public Given {
      weights = new TreeMap<>(weights);
      weights.forEach(
          (name, weight) -> {
            if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
              throw new IllegalArgumentException(
                  "the weight of class '%s' is above 0, not %s".formatted(name, weight));
            }
          });
    }
  }
}
