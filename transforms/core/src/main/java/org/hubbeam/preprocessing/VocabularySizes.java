// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.hubbeam.plan.Domain;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TType;

/** How many tokens vocabularies have: int64 scalars, which the analysis tells. */
public final class VocabularySizes {

  private VocabularySizes() {}

  /** The number of tokens of a vocabulary. */
  public static Statistic of(VocabularyFile vocabulary) {
    return size(vocabulary.tracing(), vocabulary.tracing().tableOf(vocabulary));
  }

  /**
   * The number of tokens of the vocabulary that a column has ids of, without those for unknown
   * tokens. {@link Buckets#getNumBucketsForTransformedFeature} counts these, too.
   *
   * @throws IllegalArgumentException when the column has no ids of a vocabulary
   */
  public static Statistic ofIds(Column x) {
    if (x.domain() instanceof Domain.Ids ids) {
      return size(x.tracing(), x.tracing().tableOf(ids.file()));
    }
    throw new IllegalArgumentException(
        "only ids of a vocabulary tell its size, unlike " + x.spec("x").type());
  }

  /**
   * The number of tokens of the vocabulary of this name.
   *
   * @throws IllegalArgumentException when no vocabulary of this name was made before
   */
  public static Statistic getVocabularySizeByName(Columns inputs, String name) {
    return of(inputs.tracing().vocabulary(name));
  }

  private static Statistic size(Tracing tracing, Operand<? extends TType> table) {
    return new Statistic(tracing, tracing.tf().lookupTableSize(table).asOutput());
  }
}
