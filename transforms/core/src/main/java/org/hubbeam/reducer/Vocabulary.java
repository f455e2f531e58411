// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/**
 * How a vocabulary is computed from counted tokens: how they are scored, selected, ordered and
 * written.
 *
 * @param input what the tokens are
 * @param information how labels score tokens; null to score by frequency
 * @param selection which tokens are kept
 * @param coverage additional tokens for each key; null for none
 * @param order the order of the tokens
 * @param stored whether and how scores are written
 * @param reservedTokens tokens that are written first
 */
@Internal
public record Vocabulary(
    VocabularyInput input,
    @Nullable MutualInformation information,
    Selection selection,
    @Nullable Coverage coverage,
    VocabularyOrder order,
    StoredScores stored,
    List<String> reservedTokens)
    implements Serializable {

  /**
   * A vocabulary.
   *
   * @throws IllegalArgumentException when there are labels and no way to use them, or the reverse
   */
  public Vocabulary {
    if (input.isLabelled() != (information != null)) {
      throw new IllegalArgumentException(
          "labels and mutual information go together: labels are "
              + input.labelling()
              + ", information is "
              + information);
    }
    reservedTokens = List.copyOf(reservedTokens);
  }

  /** All tokens by frequency, without scores and reserved tokens. */
  public static Vocabulary byFrequency(VocabularyInput input) {
    return new Vocabulary(
        input, null, Selection.ALL, null, VocabularyOrder.SCORE, StoredScores.NONE, List.of());
  }

  /**
   * A token with its score.
   *
   * @param rows the counts of all rows; only used with labels
   */
  public VocabularyEntry entry(byte[] token, TokenStats stats, TokenStats rows) {
    return new VocabularyEntry(
        information == null ? stats.total() : information.score(token, stats, rows), token);
  }

  /** How the entries are written. */
  public VocabularyLines lines() {
    VocabularyLines.ScoreText numbers = VocabularyLines.ScoreText.WHOLE;
    if (information != null) {
      numbers = VocabularyLines.ScoreText.FLOAT_OR_ZERO;
    } else if (input.isWeighted()) {
      numbers = VocabularyLines.ScoreText.FLOAT;
    }
    return new VocabularyLines(input.dtype(), stored, numbers, reservedTokens);
  }

  /** The whole vocabulary of tokens that are all in memory. */
  public List<byte[]> build(TokenTable tokens) {
    TokenStats rows = tokens.rows();
    VocabularyEntries entries = new VocabularyEntries(this);
    tokens.forEach((token, stats) -> entries.add(token, stats, rows));
    return entries.lines();
  }

  /** {@code vocabulary(top_k=1000, weighted)}: what differs from all tokens by frequency. */
  public String describe() {
    List<String> settings = new ArrayList<>(List.of("dtype=" + input.dtype()));
    if (!selection.isUnlimited()) {
      settings.add("top_k=" + selection.topK());
    }
    if (selection.threshold() > Double.NEGATIVE_INFINITY) {
      settings.add("frequency_threshold=" + selection.threshold());
    }
    if (input.isWeighted()) {
      settings.add("weighted");
    }
    if (information != null) {
      settings.add("labels by " + information);
    }
    if (coverage != null) {
      settings.add("coverage=" + coverage.perKey());
    }
    if (order == VocabularyOrder.FINGERPRINT) {
      settings.add("fingerprint_shuffle");
    }
    if (stored != StoredScores.NONE) {
      settings.add("store_frequency");
    }
    if (!reservedTokens.isEmpty()) {
      settings.add("reserved_tokens=" + reservedTokens);
    }
    return "vocabulary(" + String.join(", ", settings) + ")";
  }
}
