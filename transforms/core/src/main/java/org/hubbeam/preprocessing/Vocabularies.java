// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.hubbeam.batch.DType;
import org.hubbeam.plan.Analysis;
import org.hubbeam.plan.Domain;
import org.hubbeam.plan.TableNode;
import org.hubbeam.plan.VocabularyFormat;
import org.hubbeam.reducer.FrequentTokens;
import org.hubbeam.reducer.StoredScores;
import org.hubbeam.reducer.Vocabulary;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.strings.RegexReplace;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Mappers from words and other categories to ids: the index of each in a vocabulary that is
 * computed from the whole data set. Columns are strings, or integers, which are treated as their
 * decimal text.
 *
 * <p>Tokens are ordered by descending frequency, then by descending bytes. A missing value is not a
 * token; an empty string is not a token of a vocabulary in a text file. A vocabulary without tokens
 * contains one placeholder that does not occur in data.
 */
public final class Vocabularies {

  /** The default id of an unknown token: -1. */
  public static final Domain.Unknown UNKNOWN = new Domain.Unknown.Default(-1);

  private static final String APPLIED = "compute_and_apply_vocabulary";
  private static final String APPROXIMATE = "compute_and_apply_approximate_vocabulary";

  private Vocabularies() {}

  /** The vocabulary of a column with {@link VocabularyOptions#DEFAULT}. */
  public static VocabularyFile vocabulary(Column x) {
    return vocabulary(x, VocabularyOptions.DEFAULT);
  }

  /** The vocabulary of a column. */
  public static VocabularyFile vocabulary(Column x, VocabularyOptions options) {
    return vocabulary(x, options, scope(x, options, "vocabulary"));
  }

  private static VocabularyFile vocabulary(Column x, VocabularyOptions options, String scope) {
    Vocabulary vocabulary = options.vocabulary(x);
    VocabularyName name = name(options, scope);
    Tracing tracing = x.tracing();
    return new VocabularyFile(
        tracing,
        tracing.analyzeFile(
            "vocabulary",
            new Analysis.Tokens(vocabulary, options.file().format(), name.fileName()),
            options.inputs(x),
            name),
        options.file().format());
  }

  /**
   * The approximately most frequent tokens of a column, computed in memory that does not grow with
   * the number of distinct tokens. Exact if there are at most twice as many as asked for.
   *
   * @param topK the largest number of tokens
   * @param options the options; limit, coverage and order are ignored
   */
  public static VocabularyFile approximateVocabulary(
      Column x, int topK, VocabularyOptions options) {
    return approximate(x, topK, options, scope(x, options, "approximate_vocabulary"));
  }

  private static VocabularyFile approximate(
      Column x, int topK, VocabularyOptions options, String scope) {
    Vocabulary vocabulary = options.vocabulary(x);
    VocabularyName name = name(options, scope);
    if (options.scoring().labels() != null) {
      throw new IllegalArgumentException("an approximate vocabulary has no labels");
    }
    Tracing tracing = x.tracing();
    Analysis analysis =
        new Analysis.FrequentFile(
            new FrequentTokens(vocabulary.input(), topK),
            vocabulary.lines(),
            options.file().format(),
            name.fileName());
    return new VocabularyFile(
        tracing,
        tracing.analyzeFile("approximate_vocabulary", analysis, options.inputs(x), name),
        options.file().format());
  }

  /** The id of each value in the vocabulary of its own column, int64. */
  public static Column computeAndApplyVocabulary(Column x) {
    return computeAndApplyVocabulary(x, VocabularyOptions.DEFAULT, UNKNOWN);
  }

  /** The id of each value in the vocabulary of its own column, int64. */
  public static Column computeAndApplyVocabulary(
      Column x, VocabularyOptions options, Domain.Unknown unknown) {
    Column tokens = storable(x, options);
    VocabularyOptions stored = stored(options);
    VocabularyFile vocabulary =
        vocabulary(tokens, stored, scope(x, options, APPLIED) + "_vocabulary");
    return apply(tokens, vocabulary, unknown, content(vocabulary, stored));
  }

  /** The same with {@link #approximateVocabulary}. */
  public static Column computeAndApplyApproximateVocabulary(
      Column x, int topK, VocabularyOptions options, Domain.Unknown unknown) {
    Column tokens = storable(x, options);
    VocabularyOptions stored = stored(options);
    VocabularyFile vocabulary =
        approximate(
            tokens, topK, stored, scope(x, options, APPROXIMATE) + "_approximate_vocabulary");
    return apply(tokens, vocabulary, unknown, content(vocabulary, stored));
  }

  /** The id of each value in a vocabulary, int64; -1 for an unknown value. */
  public static Column applyVocabulary(Column x, VocabularyFile vocabulary) {
    return applyVocabulary(x, vocabulary, UNKNOWN);
  }

  /**
   * The id of each value in a vocabulary, int64. Values are compared with whole lines of the
   * vocabulary.
   */
  public static Column applyVocabulary(
      Column x, VocabularyFile vocabulary, Domain.Unknown unknown) {
    return apply(x, vocabulary, unknown, vocabulary.whole());
  }

  /**
   * The id of each value as determined by a custom lookup, int64.
   *
   * @param unknown what the lookup returns for an unknown value; it determines the range of the ids
   * @throws IllegalArgumentException when the table size of the lookup depends on a column
   */
  public static Column applyVocabulary(
      Column x, VocabularyFile vocabulary, Domain.Unknown unknown, VocabularyLookup lookup) {
    checkTokens(x);
    Ops tf = x.tracing().tf();
    VocabularyLookup.Result result = lookup.find(tf, x.values(), vocabulary.path());
    String size = Tracing.tensor(tf.reshape(result.tableSize(), tf.constant(new long[0])));
    return x.withValues(Tracing.shaped(tf, result.ids(), x.values()))
        .withDomain(new Domain.LookupIds(size, unknown));
  }

  /**
   * Adds an existing file as a vocabulary; it becomes an asset of the transform output.
   *
   * @param assetKey the name of the vocabulary; the asset keeps the name of the file
   * @param location where the file is when the function is traced
   * @throws IllegalArgumentException when the file does not exist, or another vocabulary has a file
   *     of this name
   */
  public static VocabularyFile annotateAsset(
      Columns inputs, String assetKey, String location, VocabularyFormat format) {
    Tracing tracing = inputs.tracing();
    return new VocabularyFile(tracing, tracing.givenFile(assetKey, location), format);
  }

  private static Column apply(
      Column x, VocabularyFile vocabulary, Domain.Unknown unknown, TableNode.Content content) {
    Ops tf = x.tracing().tf();
    Operand<TString> tokens = texts(x);
    Operand<? extends TType> table = x.tracing().table(content, DType.STRING, DType.INT64);
    Operand<TInt64> ids;
    if (unknown instanceof Domain.Unknown.Buckets buckets) {
      Operand<TInt64> none = tf.constant(-1L);
      Operand<TInt64> found = tf.lookupTableFind(table, tokens, none);
      Operand<TInt64> hashed =
          tf.math.add(
              tf.strings.toHashBucketFast(tokens, buckets.count()), tf.lookupTableSize(table));
      ids = tf.select(tf.math.equal(found, none), hashed, found);
    } else {
      long id = ((Domain.Unknown.Default) unknown).id();
      ids = tf.lookupTableFind(table, tokens, tf.constant(id));
    }
    return x.withValues(Tracing.shaped(tf, ids, tokens))
        .withDomain(new Domain.Ids(vocabulary.file().nodeName(), unknown));
  }

  /** Strings as they are, integers as decimal text. */
  static Operand<TString> texts(Column x) {
    checkTokens(x);
    if (x.dtype() == DType.STRING) {
      return x.values(TString.class);
    }
    Ops tf = x.tracing().tf();
    return tf.dtypes.asString(tf.dtypes.cast(x.values(), TInt64.class));
  }

  private static void checkTokens(Column x) {
    if (x.dtype() != DType.STRING && !x.dtype().isInteger()) {
      throw new IllegalArgumentException(
          "a vocabulary is of strings or integers, not of " + x.dtype());
    }
  }

  /** Tokens without blanks where a blank ends the frequency before them. */
  private static Column storable(Column x, VocabularyOptions options) {
    boolean blanks =
        options.listing().frequency() != StoredScores.NONE
            && options.file().format() == VocabularyFormat.TEXT
            && x.dtype() == DType.STRING;
    if (!blanks) {
      return x;
    }
    Ops tf = x.tracing().tf();
    return x.withValues(
        tf.strings.regexReplace(
            x.values(TString.class),
            tf.constant(" "),
            tf.constant("__SPACE__"),
            RegexReplace.replaceGlobal(true)));
  }

  private static VocabularyOptions stored(VocabularyOptions options) {
    return options.listing().frequency() == StoredScores.NONE
        ? options
        : options.withFrequency(StoredScores.STORED);
  }

  private static TableNode.Content content(VocabularyFile file, VocabularyOptions options) {
    return options.listing().frequency() == StoredScores.NONE
        ? file.whole()
        : file.behindFrequency();
  }

  private static String scope(Column x, VocabularyOptions options, String mapper) {
    return x.tracing().scope(options.file().scope() == null ? mapper : options.file().scope());
  }

  private static VocabularyName name(VocabularyOptions options, String scope) {
    String given = options.file().name();
    String prefix =
        options.listing().frequency() == StoredScores.NONE ? "vocab_" : "vocab_frequency_";
    return VocabularyName.of(given == null ? prefix + scope : given, options.file().format());
  }
}
