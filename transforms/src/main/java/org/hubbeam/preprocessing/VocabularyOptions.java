package org.hubbeam.preprocessing;

import java.util.List;
import org.hubbeam.plan.VocabularyFormat;
import org.hubbeam.reducer.KeyFunction;
import org.hubbeam.reducer.Labelling;
import org.hubbeam.reducer.MutualInformation;
import org.hubbeam.reducer.Selection;
import org.hubbeam.reducer.StoredScores;
import org.hubbeam.reducer.Vocabulary;
import org.hubbeam.reducer.VocabularyInput;
import org.hubbeam.reducer.VocabularyOrder;
import org.hubbeam.reducer.Weighting;

/**
 * How a vocabulary is made: tf.Transform's arguments.
 *
 * @param name of the mapper, from which the file gets its name where it has none; null for none
 * @param filename of the vocabulary; null for one of its own
 * @param format of the file
 * @param limit which tokens are kept, by their frequency, weight or information
 * @param coverage how many are kept of each key beside; null for no others
 * @param coverageKey gives the key of a token; null for no coverage
 * @param weights how much each value counts; null for once each. Built as the values, or one a row
 * @param labels what tokens may tell something about, int64; null for none
 * @param information how labels score tokens; of no use without them
 * @param order of the tokens
 * @param frequency whether the file has the scores of the tokens
 * @param reservedTokens what stands first, whether it occurs or not
 */
public record VocabularyOptions(
    String name,
    String filename,
    VocabularyFormat format,
    Selection limit,
    Selection coverage,
    KeyFunction coverageKey,
    Column weights,
    Column labels,
    MutualInformation information,
    VocabularyOrder order,
    StoredScores frequency,
    List<String> reservedTokens) {

  /** All tokens in a text file, the most frequent first. */
  public static final VocabularyOptions DEFAULT =
      new VocabularyOptions(
          null,
          null,
          VocabularyFormat.TEXT,
          Selection.ALL,
          null,
          null,
          null,
          null,
          new MutualInformation(MutualInformation.Adjustment.NONE, MutualInformation.AUTO),
          VocabularyOrder.SCORE,
          StoredScores.NONE,
          List.of());

  public VocabularyOptions {
    reservedTokens = List.copyOf(reservedTokens);
    if ((coverage == null) != (coverageKey == null)) {
      throw new IllegalArgumentException(
          "coverage needs both a key_fn and coverage_top_k or coverage_frequency_threshold; found "
              + (coverage == null ? "a key_fn alone" : "a limit alone"));
    }
  }

  /** With a name for the mapper. */
  public VocabularyOptions withName(String value) {
    return new VocabularyOptions(
        value,
        filename,
        format,
        limit,
        coverage,
        coverageKey,
        weights,
        labels,
        information,
        order,
        frequency,
        reservedTokens);
  }

  /** With this name for the vocabulary and its file. */
  public VocabularyOptions withFilename(String value) {
    return new VocabularyOptions(
        name,
        value,
        format,
        limit,
        coverage,
        coverageKey,
        weights,
        labels,
        information,
        order,
        frequency,
        reservedTokens);
  }

  /** In this format. */
  public VocabularyOptions withFormat(VocabularyFormat value) {
    return new VocabularyOptions(
        name,
        filename,
        value,
        limit,
        coverage,
        coverageKey,
        weights,
        labels,
        information,
        order,
        frequency,
        reservedTokens);
  }

  /** With these tokens only. */
  public VocabularyOptions withLimit(Selection value) {
    return new VocabularyOptions(
        name,
        filename,
        format,
        value,
        coverage,
        coverageKey,
        weights,
        labels,
        information,
        order,
        frequency,
        reservedTokens);
  }

  /** With the first so many tokens only. */
  public VocabularyOptions withTopK(long value) {
    return withLimit(limit.withTopK(value));
  }

  /** With tokens of at least this frequency, weight or information only. */
  public VocabularyOptions withFrequencyThreshold(double value) {
    return withLimit(limit.withThreshold(value));
  }

  /** With some tokens of every key beside. */
  public VocabularyOptions withCoverage(KeyFunction key, Selection perKey) {
    return new VocabularyOptions(
        name,
        filename,
        format,
        limit,
        perKey,
        key,
        weights,
        labels,
        information,
        order,
        frequency,
        reservedTokens);
  }

  /** With values that count by these weights. */
  public VocabularyOptions withWeights(Column value) {
    return new VocabularyOptions(
        name,
        filename,
        format,
        limit,
        coverage,
        coverageKey,
        value,
        labels,
        information,
        order,
        frequency,
        reservedTokens);
  }

  /** With tokens scored by what they tell about labels. */
  public VocabularyOptions withLabels(Column value, MutualInformation how) {
    return new VocabularyOptions(
        name,
        filename,
        format,
        limit,
        coverage,
        coverageKey,
        weights,
        value,
        how,
        order,
        frequency,
        reservedTokens);
  }

  /** In this order. */
  public VocabularyOptions withOrder(VocabularyOrder value) {
    return new VocabularyOptions(
        name,
        filename,
        format,
        limit,
        coverage,
        coverageKey,
        weights,
        labels,
        information,
        value,
        frequency,
        reservedTokens);
  }

  /** With the scores in the file, or not. */
  public VocabularyOptions withFrequency(StoredScores value) {
    return new VocabularyOptions(
        name,
        filename,
        format,
        limit,
        coverage,
        coverageKey,
        weights,
        labels,
        information,
        order,
        value,
        reservedTokens);
  }

  /** With tokens that stand first, in their order. */
  public VocabularyOptions withReservedTokens(List<String> value) {
    return new VocabularyOptions(
        name,
        filename,
        format,
        limit,
        coverage,
        coverageKey,
        weights,
        labels,
        information,
        order,
        frequency,
        value);
  }

  /** How the vocabulary of a column comes out of its counted tokens. */
  Vocabulary of(Column x) {
    VocabularyInput input =
        new VocabularyInput(
            x.dtype(),
            weights == null ? Weighting.NONE : Weighting.WEIGHTED,
            labels == null ? Labelling.NONE : Labelling.LABELLED,
            format.filter());
    return new Vocabulary(
        input,
        labels == null ? null : information,
        limit,
        coverage == null ? null : new org.hubbeam.reducer.Coverage(coverageKey, coverage),
        order,
        frequency,
        reservedTokens);
  }
}
