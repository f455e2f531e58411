// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.Serializable;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;

/**
 * The inputs of a vocabulary: tokens, and optional weights and labels.
 *
 * @param dtype the type of the tokens: strings, or integers, which count as their decimal text
 * @param weighting whether the second column is weights; what weighs NaN counts nothing
 * @param labelling whether the last column is labels
 * @param filter which tokens can be in the vocabulary
 */
@Internal
public record VocabularyInput(
    DType dtype, Weighting weighting, Labelling labelling, TokenFilter filter)
    implements Serializable {

  /**
   * What goes into a vocabulary.
   *
   * @throws IllegalArgumentException for floats, bool and uint64
   */
  public VocabularyInput {
    ValueBytes.check(dtype, "the tokens of a vocabulary");
  }

  /** How many columns there are. */
  public int columns() {
    return 1 + (isWeighted() ? 1 : 0) + (isLabelled() ? 1 : 0);
  }

  boolean isWeighted() {
    return weighting == Weighting.WEIGHTED;
  }

  boolean isLabelled() {
    return labelling == Labelling.LABELLED;
  }
}
