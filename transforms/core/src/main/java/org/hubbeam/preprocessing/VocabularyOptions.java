// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.hubbeam.plan.VocabularyFormat;
import org.hubbeam.reducer.Coverage;
import org.hubbeam.reducer.KeyFunction;
import org.hubbeam.reducer.Labelling;
import org.hubbeam.reducer.MutualInformation;
import org.hubbeam.reducer.Selection;
import org.hubbeam.reducer.StoredScores;
import org.hubbeam.reducer.Vocabulary;
import org.hubbeam.reducer.VocabularyInput;
import org.hubbeam.reducer.VocabularyOrder;
import org.hubbeam.reducer.Weighting;
import org.jspecify.annotations.Nullable;

/**
 * The options of a vocabulary, which are the arguments of tf.Transform.
 *
 * @param file where it is written
 * @param kept which tokens it contains
 * @param scoring how tokens are scored
 * @param listing how its tokens are written
 */
public record VocabularyOptions(File file, Kept kept, Scoring scoring, Listing listing) {

  /** All tokens in a text file, the most frequent first. */
  public static final VocabularyOptions DEFAULT =
      new VocabularyOptions(
          new File(null, null, VocabularyFormat.TEXT),
          new Kept(Selection.ALL, null),
          new Scoring(null, null, null),
          new Listing(VocabularyOrder.SCORE, StoredScores.NONE, List.of()));

  /**
   * Where a vocabulary is written.
   *
   * @param scope the name of the mapper, from which a file without a name is named; null for the
   *     default
   * @param name the name of the vocabulary and its file; null to generate one
   * @param format the format of the file
   */
  public record File(@Nullable String scope, @Nullable String name, VocabularyFormat format) {}

  /**
   * Which tokens a vocabulary contains.
   *
   * @param limit the limits on their number and score
   * @param coverage additional tokens for each key; null for none
   */
  public record Kept(Selection limit, @Nullable Coverage coverage) {}

  /**
   * How tokens are scored.
   *
   * @param weights one weight for each value, or one for each row; null for a weight of 1
   * @param labels the labels for mutual information, int64; null to score by frequency
   * @param information how mutual information with the labels is computed; null without labels
   */
  public record Scoring(
      @Nullable Column weights, @Nullable Column labels, @Nullable MutualInformation information) {
    public Scoring {
      if ((labels == null) != (information == null)) {
        throw new IllegalArgumentException("labels need a way to score tokens, and the reverse");
      }
    }
  }

  /**
   * How the tokens are written.
   *
   * @param order of the tokens
   * @param frequency whether the file contains their scores
   * @param reservedTokens tokens that are written first, whether they occur or not
   */
  public record Listing(
      VocabularyOrder order, StoredScores frequency, List<String> reservedTokens) {
    public Listing {
      reservedTokens = List.copyOf(reservedTokens);
    }
  }

  /** The same options with a name for the mapper. */
  public VocabularyOptions withName(String value) {
    return with(new File(value, file.name, file.format));
  }

  /** The same options with this name for the vocabulary and its file. */
  public VocabularyOptions withFilename(String value) {
    return with(new File(file.scope, value, file.format));
  }

  /** The same options with this format. */
  public VocabularyOptions withFormat(VocabularyFormat value) {
    return with(new File(file.scope, file.name, value));
  }

  private VocabularyOptions with(File value) {
    return new VocabularyOptions(value, kept, scoring, listing);
  }

  /** The same options with these limits. */
  public VocabularyOptions withLimit(Selection value) {
    return with(new Kept(value, kept.coverage));
  }

  /** The same options with a largest number of tokens. */
  public VocabularyOptions withTopK(long value) {
    return withLimit(kept.limit.withTopK(value));
  }

  /** The same options with a smallest score (frequency, weight or mutual information). */
  public VocabularyOptions withFrequencyThreshold(double value) {
    return withLimit(kept.limit.withThreshold(value));
  }

  /**
   * The same options with additional tokens for each key.
   *
   * @throws IllegalArgumentException when an argument is null, or the selection keeps every token
   */
  public VocabularyOptions withCoverage(@Nullable KeyFunction key, @Nullable Selection perKey) {
    if (key == null || perKey == null) {
      throw new IllegalArgumentException(
          "coverage needs both a key_fn and coverage_top_k or coverage_frequency_threshold; found "
              + (key == null ? "a limit alone" : "a key_fn alone"));
    }
    return with(new Kept(kept.limit, new Coverage(key, perKey)));
  }

  private VocabularyOptions with(Kept value) {
    return new VocabularyOptions(file, value, scoring, listing);
  }

  /** The same options with weights. */
  public VocabularyOptions withWeights(Column value) {
    return with(new Scoring(value, scoring.labels, scoring.information));
  }

  /** The same options with tokens scored by mutual information with labels. */
  public VocabularyOptions withLabels(Column value, MutualInformation how) {
    return with(new Scoring(scoring.weights, value, how));
  }

  private VocabularyOptions with(Scoring value) {
    return new VocabularyOptions(file, kept, value, listing);
  }

  /** The same options with this order. */
  public VocabularyOptions withOrder(VocabularyOrder value) {
    return with(new Listing(value, listing.frequency, listing.reservedTokens));
  }

  /** The same options with or without scores in the file. */
  public VocabularyOptions withFrequency(StoredScores value) {
    return with(new Listing(listing.order, value, listing.reservedTokens));
  }

  /** The same options with tokens that are written first, in their order. */
  public VocabularyOptions withReservedTokens(List<String> value) {
    return with(new Listing(listing.order, listing.frequency, value));
  }

  private VocabularyOptions with(Listing value) {
    return new VocabularyOptions(file, kept, scoring, value);
  }

  /** The inputs of the analyzer: the tokens, weights and labels. */
  List<Column> inputs(Column x) {
    return Stream.of(x, scoring.weights, scoring.labels).filter(Objects::nonNull).toList();
  }

  /** How the vocabulary of a column comes out of its counted tokens. */
  Vocabulary vocabulary(Column x) {
    Scores.checkWeights(x, scoring.weights);
    Scores.checkLabels(scoring.labels);
    VocabularyInput input =
        new VocabularyInput(
            x.dtype(),
            scoring.weights == null ? Weighting.NONE : Weighting.WEIGHTED,
            scoring.labels == null ? Labelling.NONE : Labelling.LABELLED,
            file.format.filter());
    return new Vocabulary(
        input,
        scoring.information,
        kept.limit,
        kept.coverage,
        listing.order,
        listing.frequency,
        listing.reservedTokens);
  }
}
