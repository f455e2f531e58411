package org.hubbeam.spec;

import java.util.List;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.HashKey;
import org.hubbeam.preprocessing.NgramRange;
import org.hubbeam.preprocessing.TermWeighting;
import org.hubbeam.preprocessing.TermWeighting.Baseline;
import org.hubbeam.preprocessing.TermWeighting.Smoothing;
import org.hubbeam.preprocessing.Texts;

/** Tokens, n-grams, hashes and the weights of terms. */
final class TextOps {

  private static final String NGRAMS = "tokens, ngram_range, separator, name?";
  private static final String SIZE = "vocab_size";

  private TextOps() {}

  static void register(Operations operations) {
    operations.add(
        "ngrams",
        NGRAMS,
        a -> Value.of(Texts.ngrams(a.column("tokens"), range(a), a.text("separator"))));
    operations.add(
        "bag_of_words",
        NGRAMS,
        a -> Value.of(Texts.bagOfWords(a.column("tokens"), range(a), a.text("separator"))));
    operations.add(
        "word_count", "tokens, name?", a -> Value.of(Texts.wordCount(a.column("tokens"))));
    operations.add(
        "deduplicate_tensor_per_row",
        "input_tensor, name?",
        a -> Value.of(Texts.deduplicateTensorPerRow(a.column("input_tensor"))));
    operations.add(
        "segment_indices",
        "segment_ids, name?",
        a -> Value.of(Texts.segmentIndices(a.column("segment_ids"))));
    operations.add("hash_strings", "strings, hash_buckets, key?, name?", TextOps::hashed);
    operations.add(
        "tfidf",
        "x, vocab_size, smooth?, name?",
        a ->
            new Value.Parts(
                Texts.tfidf(a.column("x"), weighting(a)).stream().map(Value::of).toList()));
    operations.add(
        "idf",
        "x, vocab_size, smooth?, add_baseline?, name?",
        a ->
            Value.of(
                Texts.idf(
                    a.column("x"),
                    weighting(a)
                        .withBaseline(
                            a.flag("add_baseline", true) ? Baseline.ONE : Baseline.NONE))));
    operations.add("document_frequency", "x, vocab_size, name?", TextOps::documentFrequency);
  }

  private static NgramRange range(Arguments a) {
    List<Long> ends = a.wholes("ngram_range");
    if (ends.size() != 2) {
      throw a.error("ngram_range", "must be two numbers, [1, 2]; found " + ends);
    }
    return new NgramRange(Math.toIntExact(ends.get(0)), Math.toIntExact(ends.get(1)));
  }

  private static Value hashed(Arguments a) {
    Column strings = a.column("strings");
    long buckets = a.whole("hash_buckets");
    if (!a.has("key")) {
      return Value.of(Texts.hashStrings(strings, buckets));
    }
    List<Long> key = a.wholes("key");
    if (key.size() != 2) {
      throw a.error("key", "must be two numbers; found " + key);
    }
    return Value.of(Texts.hashStrings(strings, buckets, new HashKey(key.get(0), key.get(1))));
  }

  private static TermWeighting weighting(Arguments a) {
    TermWeighting weighting =
        isKnown(a) ? TermWeighting.of(a.whole(SIZE)) : TermWeighting.of(a.statistic(SIZE));
    return weighting.withSmoothing(a.flag("smooth", true) ? Smoothing.SMOOTH : Smoothing.NONE);
  }

  private static Value documentFrequency(Arguments a) {
    Column x = a.column("x");
    return Value.of(
        isKnown(a)
            ? Texts.documentFrequency(x, a.whole(SIZE))
            : Texts.documentFrequency(x, a.statistic(SIZE)));
  }

  private static boolean isKnown(Arguments a) {
    return a.expression(SIZE) instanceof Expression.Plain;
  }
}
