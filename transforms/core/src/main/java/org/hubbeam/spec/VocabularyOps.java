package org.hubbeam.spec;

import java.util.List;
import org.hubbeam.plan.Domain;
import org.hubbeam.plan.VocabularyFormat;
import org.hubbeam.preprocessing.Vocabularies;
import org.hubbeam.preprocessing.VocabularyFile;
import org.hubbeam.preprocessing.VocabularyOptions;
import org.hubbeam.reducer.KeyFunction;
import org.hubbeam.reducer.MutualInformation;
import org.hubbeam.reducer.Selection;
import org.hubbeam.reducer.StoredScores;
import org.hubbeam.reducer.VocabularyOrder;

/** Vocabularies, and ids of them. */
final class VocabularyOps {

  private static final String LABELLED =
      "weights?, labels?, use_adjusted_mutual_info?, min_diff_from_avg?, coverage_top_k?,"
          + " coverage_frequency_threshold?, key_fn?, fingerprint_shuffle?, file_format?";
  private static final String VOCABULARY = "deferred_vocab_filename_tensor";

  private VocabularyOps() {}

  static void register(Operations operations) {
    operations.add(
        "vocabulary",
        "x, top_k?, frequency_threshold?, vocab_filename?, store_frequency?, reserved_tokens?, "
            + LABELLED
            + ", name?",
        a ->
            new Value.File(
                Vocabularies.vocabulary(a.column("x"), options(a, MutualInformation.AUTO))));
    operations.add(
        "compute_and_apply_vocabulary",
        "x, default_value?, top_k?, frequency_threshold?, num_oov_buckets?, vocab_filename?, "
            + LABELLED
            + ", store_frequency?, reserved_tokens?, name?",
        a ->
            Value.of(
                Vocabularies.computeAndApplyVocabulary(a.column("x"), options(a, 0), unknown(a))));
    operations.add(
        "approximate_vocabulary",
        "x, top_k, vocab_filename?, store_frequency?, reserved_tokens?, weights?, file_format?,"
            + " name?",
        a ->
            new Value.File(
                Vocabularies.approximateVocabulary(a.column("x"), a.small("top_k"), common(a))));
    operations.add(
        "compute_and_apply_approximate_vocabulary",
        "x, default_value?, top_k, num_oov_buckets?, vocab_filename?, weights?, file_format?,"
            + " store_frequency?, reserved_tokens?, name?",
        a ->
            Value.of(
                Vocabularies.computeAndApplyApproximateVocabulary(
                    a.column("x"), a.small("top_k"), common(a), unknown(a))));
    operations.add(
        "apply_vocabulary",
        "x, deferred_vocab_filename_tensor, default_value?, num_oov_buckets?, file_format?, name?",
        a -> Value.of(Vocabularies.applyVocabulary(a.column("x"), vocabulary(a), unknown(a))));
    operations.add(
        "annotate_asset",
        "asset_key, asset_filename, file_format?",
        a ->
            new Value.File(
                Vocabularies.annotateAsset(
                    a.interpreter().columns(),
                    a.text("asset_key"),
                    a.text("asset_filename"),
                    format(a))));
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
    long buckets = a.whole("num_oov_buckets", 0);
    return buckets == 0
        ? new Domain.Unknown.Default(a.whole("default_value", -1))
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
    return a.has("weights") ? options.withWeights(a.column("weights")) : options;
  }

  private static VocabularyOptions options(Arguments a, double minDiffFromAvg) {
    VocabularyOptions options =
        common(a)
            .withLimit(selection(a, "top_k", "frequency_threshold"))
            .withOrder(
                a.either(
                    "fingerprint_shuffle", VocabularyOrder.FINGERPRINT, VocabularyOrder.SCORE));
    if (a.has("labels")) {
      options = options.withLabels(a.column("labels"), information(a, minDiffFromAvg));
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

  private static MutualInformation information(Arguments a, double otherwise) {
    double given = a.isNull("min_diff_from_avg") ? MutualInformation.AUTO : otherwise;
    return new MutualInformation(
        a.either(
            "use_adjusted_mutual_info",
            MutualInformation.Adjustment.ADJUSTED,
            MutualInformation.Adjustment.NONE),
        a.number("min_diff_from_avg", given));
  }

  private static VocabularyFormat format(Arguments a) {
    return switch (a.text("file_format", "text")) {
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
            Operation.of("split_take", "sep, index", b -> null),
            Operation.of("prefix", "n", b -> null),
            new Operation("length", List.of(), b -> null));
    for (Operation function : known) {
      if (function.name().equals(call.op())) {
        Arguments b = new Arguments(a.interpreter(), call, function.bind(call));
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
