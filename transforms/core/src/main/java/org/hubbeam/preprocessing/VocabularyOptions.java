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
 * How a vocabulary is made: tf.Transform's arguments.
 *
 * @param file where it is written
 * @param kept which tokens it has
 * @param scoring by what tokens are chosen
 * @param listing how they are listed
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
   * @param scope of the mapper, from which the file gets its name where it has none; null for the
   *     mapper's own
   * @param name of the vocabulary and its file; null for one of its own
   * @param format of the file
   */
  public record File(@Nullable String scope, @Nullable String name, VocabularyFormat format) {}

  /**
   * Which tokens a vocabulary has.
   *
   * @param limit by their frequency, weight or information
   * @param coverage how many of each key beside; null for no others
   */
  public record Kept(Selection limit, @Nullable Coverage coverage) {}

  /**
   * By what tokens are chosen.
   *
   * @param weights how much each value counts; null for once each. Built as the values, or one a
   *     row
   * @param labels what tokens may tell something about, int64; null for none
   * @param information how labels score tokens; null without them
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
   * How the tokens are listed.
   *
   * @param order of the tokens
   * @param frequency whether the file has their scores
   * @param reservedTokens what stands first, whether it occurs or not
   */
  public record Listing(
      VocabularyOrder order, StoredScores frequency, List<String> reservedTokens) {
    public Listing {
      reservedTokens = List.copyOf(reservedTokens);
    }
  }

  /** With a name for the mapper. */
  public VocabularyOptions withName(String value) {
    return with(new File(value, file.name, file.format));
  }

  /** With this name for the vocabulary and its file. */
  public VocabularyOptions withFilename(String value) {
    return with(new File(file.scope, value, file.format));
  }

  /** In this format. */
  public VocabularyOptions withFormat(VocabularyFormat value) {
    return with(new File(file.scope, file.name, value));
  }

  private VocabularyOptions with(File value) {
    return new VocabularyOptions(value, kept, scoring, listing);
  }

  /** With these tokens only. */
  public VocabularyOptions withLimit(Selection value) {
    return with(new Kept(value, kept.coverage));
  }

  /** With the first so many tokens only. */
  public VocabularyOptions withTopK(long value) {
    return withLimit(kept.limit.withTopK(value));
  }

  /** With tokens of at least this frequency, weight or information only. */
  public VocabularyOptions withFrequencyThreshold(double value) {
    return withLimit(kept.limit.withThreshold(value));
  }

  /**
   * With some tokens of every key beside.
   *
   * @throws IllegalArgumentException when one of them is missing, or every token would be kept
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

  /** With values that count by these weights. */
  public VocabularyOptions withWeights(Column value) {
    return with(new Scoring(value, scoring.labels, scoring.information));
  }

  /** With tokens scored by what they tell about labels. */
  public VocabularyOptions withLabels(Column value, MutualInformation how) {
    return with(new Scoring(scoring.weights, value, how));
  }

  private VocabularyOptions with(Scoring value) {
    return new VocabularyOptions(file, kept, value, listing);
  }

  /** In this order. */
  public VocabularyOptions withOrder(VocabularyOrder value) {
    return with(new Listing(value, listing.frequency, listing.reservedTokens));
  }

  /** With the scores in the file, or not. */
  public VocabularyOptions withFrequency(StoredScores value) {
    return with(new Listing(listing.order, value, listing.reservedTokens));
  }

  /** With tokens that stand first, in their order. */
  public VocabularyOptions withReservedTokens(List<String> value) {
    return with(new Listing(listing.order, listing.frequency, value));
  }

  private VocabularyOptions with(Listing value) {
    return new VocabularyOptions(file, kept, scoring, value);
  }

  /** The columns that are counted: the tokens, and what stands behind them. */
  List<Column> inputs(Column x) {
    return Stream.of(x, scoring.weights, scoring.labels).filter(Objects::nonNull).toList();
  }

  /** How the vocabulary of a column comes out of its counted tokens. */
  Vocabulary vocabulary(Column x) {
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
