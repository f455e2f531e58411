// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.Redistribute;
import org.apache.beam.sdk.values.PCollection;

/** Which workers call the module. */
public enum Placement {
  /** Those that the elements are on already: nothing is moved. */
  IN_PLACE,
  /**
   * All of them: elements are spread first, which costs their way through the engine. For input
   * that few workers read, as one packed file. Engines may forget the panes of what they spread.
   */
  REDISTRIBUTED;

  <T> PCollection<T> of(PCollection<T> input) {
    if (this == IN_PLACE) {
      return input;
    }
    PTransform<PCollection<T>, PCollection<T>> spread = Redistribute.arbitrarily();
    return input.apply("Spread", spread).setCoder(input.getCoder());
  }
}
