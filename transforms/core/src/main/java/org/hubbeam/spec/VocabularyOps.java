// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.plan.Domain;
import org.hubbeam.plan.VocabularyFormat;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Vocabularies;
import org.hubbeam.preprocessing.VocabularyFile;
import org.hubbeam.preprocessing.VocabularyOptions;
import org.hubbeam.preprocessing.VocabularySizes;
import org.hubbeam.reducer.KeyFunction;
import org.hubbeam.reducer.MutualInformation;
import org.hubbeam.reducer.Selection;
import org.hubbeam.reducer.StoredScores;
import org.hubbeam.reducer.VocabularyOrder;

/** Vocabularies, and ids of them. */
final class VocabularyOps {

  private static final String LABELLED =
      "weights=None, labels=None, use_adjusted_mutual_info=False, min_diff_from_avg=";
  private static final String COVERAGE =
      ", coverage_top_k=None, coverage_frequency_threshold=None, key_fn=None,"
          + " fingerprint_shuffle=False, file_format=text";
  private static final Operation.Body NOT_CALLED =
      arguments -> {
        throw new IllegalStateException("key functions are only looked up by name");
      };
  private static final String VOCABULARY = "deferred_vocab_filename_tensor";

  private VocabularyOps() {}

  static void register(Operations operations) {
    operations.add(
        "vocabulary",
        "x, top_k=None, frequency_threshold=None, vocab_filename=None, store_frequency=False,"
            + " reserved_tokens=None, "
            + LABELLED
            + "None"
            + COVERAGE
            + ", name=None",
        "Writes the distinct values as a vocabulary file, ordered by frequency, by weight, or by"
            + " mutual information with `labels`.",
        a -> new Value.File(Vocabularies.vocabulary(a.column("x"), options(a))));
    operations.add(
        "compute_and_apply_vocabulary",
        "x, default_value=-1, top_k=None, frequency_threshold=None, num_oov_buckets=0,"
            + " vocab_filename=None, "
            + LABELLED
            + "0.0"
            + COVERAGE
            + ", store_frequency=False, reserved_tokens=None, name=None",
        "Replaces each value by its position in a vocabulary of the column; other values become"
            + " `default_value` or one of `num_oov_buckets` hash buckets.",
        a ->
            Value.of(
                Vocabularies.computeAndApplyVocabulary(a.column("x"), options(a), unknown(a))));
    operations.add(
        "approximate_vocabulary",
        "x, top_k, vocab_filename=None, store_frequency=False, reserved_tokens=None, weights=None,"
            + " file_format=text, name=None",
        "Writes about the `top_k` most frequent values as a vocabulary file, in bounded memory.",
        a ->
            new Value.File(
                Vocabularies.approximateVocabulary(a.column("x"), a.small("top_k"), common(a))));
    operations.add(
        "compute_and_apply_approximate_vocabulary",
        "x, default_value=-1, top_k, num_oov_buckets=0, vocab_filename=None, weights=None,"
            + " file_format=text, store_frequency=False, reserved_tokens=None, name=None",
        "Works like `compute_and_apply_vocabulary`, with an approximate vocabulary.",
        a ->
            Value.of(
                Vocabularies.computeAndApplyApproximateVocabulary(
                    a.column("x"), a.small("top_k"), common(a), unknown(a))));
    operations.add(
        "apply_vocabulary",
        "x, deferred_vocab_filename_tensor, default_value=-1, num_oov_buckets=0, file_format=None,"
            + " name=None",
        "Replaces each value by its position in a vocabulary file, such as the result of"
            + " `vocabulary`.",
        a -> Value.of(Vocabularies.applyVocabulary(a.column("x"), vocabulary(a), unknown(a))));
    operations.add(
        "vocabulary_size",
        "x",
        "Returns the number of tokens of a vocabulary, or of the one that a column has ids of,"
            + " without unknown tokens.",
        VocabularyOps::size);
    operations.add(
        "get_vocabulary_size_by_name",
        "vocab_filename",
        "Returns the number of tokens of the vocabulary with this `vocab_filename`.",
        a ->
            Value.of(
                VocabularySizes.getVocabularySizeByName(
                    a.interpreter().columns(), a.text("vocab_filename"))));
    operations.add(
        "annotate_asset",
        "asset_key, asset_filename, file_format=text",
        "Refers to the vocabulary file `asset_filename` by the name `asset_key`.",
        a ->
            new Value.File(
                Vocabularies.annotateAsset(
                    a.interpreter().columns(),
                    a.text("asset_key"),
                    a.text("asset_filename"),
                    format(a))));
  }

  private static Value size(Arguments a) {
    return Value.of(
        a.value("x") instanceof Value.File file
            ? VocabularySizes.of(file.file())
            : VocabularySizes.ofIds(a.column("x")));
  }

  private static VocabularyFile vocabulary(Arguments a) {
    if (!(a.value(VOCABULARY) instanceof Value.File file)) {
      throw a.error(VOCABULARY, "must be a vocabulary: vocabulary(x) makes one");
    }
    if (a.has("file_format") && format(a) != file.file().format()) {
      throw a.error("file_format", "is not that of the vocabulary");
    }
    return file.file();
  }

  private static Domain.Unknown unknown(Arguments a) {
    long buckets = a.whole("num_oov_buckets");
    return buckets == 0
        ? new Domain.Unknown.Default(a.whole("default_value"))
        : new Domain.Unknown.Buckets(buckets);
  }

  private static VocabularyOptions common(Arguments a) {
    VocabularyOptions options =
        VocabularyOptions.DEFAULT
            .withFormat(format(a))
            .withReservedTokens(a.texts("reserved_tokens"))
            .withFrequency(a.either("store_frequency", StoredScores.STORED, StoredScores.NONE));
    if (a.has("name")) {
      options = options.withName(a.text("name"));
    }
    if (a.has("vocab_filename")) {
      options = options.withFilename(a.text("vocab_filename"));
    }
    return a.has("weights") ? options.withWeights(weights(a)) : options;
  }

  /** Weights, which must be numbers. */
  static Column weights(Arguments a) {
    Column weights = a.column("weights");
    if (weights.dtype() == DType.STRING) {
      throw a.error(
          "weights",
          "must be numbers; found string; write weights=to_number("
              + a.expression("weights")
              + ", float32)");
    }
    Column x = a.column("x");
    if (x instanceof Column.Dense
        && weights instanceof Column.Dense
        && x.shape().hasRank()
        && weights.shape().hasRank()
        && weights.shape().rank() != 1
        && weights.shape().rank() != x.shape().rank()) {
      throw a.error(
          "weights",
          "must have one value a row, or the shape of x, "
              + x.shape()
              + "; found "
              + weights.shape());
    }
    return weights;
  }

  private static Column labels(Arguments a) {
    Column labels = a.column("labels");
    if (!labels.dtype().isInteger()) {
      Expression written = a.expression("labels");
      throw a.error(
          "labels",
          "must be integers, which mutual information takes; found "
              + labels.dtype()
              + "; write labels="
              + (labels.dtype() == DType.STRING
                  ? "compute_and_apply_vocabulary(" + written + ")"
                  : "cast(" + written + ", int64)"));
    }
    return labels;
  }

  private static VocabularyOptions options(Arguments a) {
    VocabularyOptions options =
        common(a)
            .withLimit(selection(a, "top_k", "frequency_threshold"))
            .withOrder(
                a.either(
                    "fingerprint_shuffle", VocabularyOrder.FINGERPRINT, VocabularyOrder.SCORE));
    if (a.has("labels")) {
      options = options.withLabels(labels(a), information(a));
    }
    boolean limited = a.has("coverage_top_k") || a.has("coverage_frequency_threshold");
    if (limited || a.has("key_fn")) {
      options =
          options.withCoverage(
              a.has("key_fn") ? keyFunction(a) : null,
              limited ? selection(a, "coverage_top_k", "coverage_frequency_threshold") : null);
    }
    return options;
  }

  private static Selection selection(Arguments a, String topK, String threshold) {
    Selection selection = Selection.ALL;
    if (a.has(topK)) {
      selection = selection.withTopK(a.whole(topK));
    }
    return a.has(threshold) ? selection.withThreshold(a.number(threshold)) : selection;
  }

  private static MutualInformation information(Arguments a) {
    return new MutualInformation(
        a.either(
            "use_adjusted_mutual_info",
            MutualInformation.Adjustment.ADJUSTED,
            MutualInformation.Adjustment.NONE),
        a.number("min_diff_from_avg", MutualInformation.AUTO));
  }

  private static VocabularyFormat format(Arguments a) {
    return switch (a.text("file_format")) {
      case "text" -> VocabularyFormat.TEXT;
      case "tfrecord_gzip" -> VocabularyFormat.TFRECORD_GZIP;
      default ->
          throw a.error(
              "file_format", "must be text or tfrecord_gzip; found " + a.text("file_format"));
    };
  }

  /** {@code split_take("_", 0)}, {@code prefix(1)} or {@code length()}. */
  private static KeyFunction keyFunction(Arguments a) {
    if (!(a.expression("key_fn") instanceof Expression.Call call)) {
      throw a.error("key_fn", "must be one of split_take(sep, index), prefix(n), length()");
    }
    List<Operation> known =
        List.of(
            Operation.parse("split_take", "sep, index", "", NOT_CALLED),
            Operation.parse("prefix", "n", "", NOT_CALLED),
            new Operation("length", List.of(), "", NOT_CALLED));
    for (Operation function : known) {
      if (function.name().equals(call.op())) {
        Arguments b = new Arguments(a.interpreter(), call, function);
        return switch (call.op()) {
          case "split_take" -> KeyFunction.splitTake(b.text("sep"), b.small("index"));
          case "prefix" -> KeyFunction.prefix(b.small("n"));
          default -> KeyFunction.length();
        };
      }
    }
    throw a.error("key_fn", "must be one of " + known + "; found " + call);
  }
}
