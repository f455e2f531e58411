// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

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

  private static final String NGRAMS = "tokens, ngram_range, separator, name=None";
  private static final String SIZE = "vocab_size";

  private TextOps() {}

  static void register(Operations operations) {
    operations.add(
        "ngrams",
        NGRAMS,
        "Makes the n-grams of each list of tokens, with `ngram_range=[min, max]` tokens each.",
        a -> Value.of(Texts.ngrams(a.column("tokens"), range(a), a.text("separator"))));
    operations.add(
        "bag_of_words",
        NGRAMS,
        "Makes the distinct n-grams of each list of tokens.",
        a -> Value.of(Texts.bagOfWords(a.column("tokens"), range(a), a.text("separator"))));
    operations.add(
        "word_count",
        "tokens, name=None",
        "Counts the tokens of each row.",
        a -> Value.of(Texts.wordCount(a.column("tokens"))));
    operations.add(
        "deduplicate_tensor_per_row",
        "input_tensor, name=None",
        "Removes duplicate values within each row.",
        a -> Value.of(Texts.deduplicateTensorPerRow(a.column("input_tensor"))));
    operations.add(
        "segment_indices",
        "segment_ids, name=None",
        "Numbers the positions within each run of equal segment ids, from 0.",
        a -> Value.of(Texts.segmentIndices(a.column("segment_ids"))));
    operations.add(
        "hash_strings",
        "strings, hash_buckets, key=None, name=None",
        "Hashes each string into one of `hash_buckets` buckets; with `key`, two integers, by a"
            + " keyed hash.",
        TextOps::hashed);
    operations.add(
        "tfidf",
        "x, vocab_size, smooth=True, name=None",
        "Computes the tf-idf weight of each distinct term of a row from term ids below"
            + " `vocab_size`; the results are the ids and the weights.",
        a ->
            new Value.Parts(
                Texts.tfidf(a.column("x"), weighting(a)).stream().map(Value::of).toList()));
    operations.add(
        "idf",
        "x, vocab_size, smooth=True, add_baseline=True, name=None",
        "Computes the inverse document frequency of each term id; with `add_baseline`, 1 is added.",
        a ->
            Value.of(
                Texts.idf(
                    a.column("x"),
                    weighting(a)
                        .withBaseline(a.flag("add_baseline") ? Baseline.ONE : Baseline.NONE))));
    operations.add(
        "document_frequency",
        "x, vocab_size, name=None",
        "Counts for each term id the rows that contain it.",
        TextOps::documentFrequency);
  }

  private static NgramRange range(Arguments a) {
    List<Long> ends = a.wholes("ngram_range");
    if (ends.size() != 2) {
      throw a.error("ngram_range", "must be two numbers, [1, 2]; found " + ends);
    }
    return new NgramRange(a.small("ngram_range", ends.get(0)), a.small("ngram_range", ends.get(1)));
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
        isKnown(a)
            ? TermWeighting.of(a.size(SIZE, Arguments.MOST_COUNTED))
            : TermWeighting.of(a.statistic(SIZE));
    return weighting.withSmoothing(a.flag("smooth") ? Smoothing.SMOOTH : Smoothing.NONE);
  }

  private static Value documentFrequency(Arguments a) {
    Column x = a.column("x");
    return Value.of(
        isKnown(a)
            ? Texts.documentFrequency(x, a.size(SIZE, Arguments.MOST_COUNTED))
            : Texts.documentFrequency(x, a.statistic(SIZE)));
  }

  private static boolean isKnown(Arguments a) {
    return a.expression(SIZE) instanceof Expression.Plain;
  }
}
