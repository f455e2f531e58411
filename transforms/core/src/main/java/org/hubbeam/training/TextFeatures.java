// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.op.strings.Lower;
import org.tensorflow.op.strings.UnicodeTranscode;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * The words and n-grams of texts as a graph computes them, hashed.
 *
 * <p>Texts are lower-cased and split at every character that is not a letter, mark or digit. A word
 * counts as itself and as its n-grams of two to four characters, with {@code <} before the word and
 * {@code >} after it. A run of a script that does not put spaces between words counts as its single
 * characters and pairs. Bytes that are not UTF-8 separate words.
 *
 * @param rows the number of the text of each
 * @param ids its row of the table, in the order of {@code rows} within words only
 * @param count how many texts there are
 */
record TextFeatures(Operand<TInt64> rows, Operand<TInt64> ids, Operand<TInt64> count) {

  private static final List<Long> SPACED_LENGTHS = List.of(2L, 3L, 4L);
  private static final List<Long> UNSPACED_LENGTHS = List.of(1L, 2L);

  /** The characters of scripts without spaces between words, for RE2. */
  private static final String UNSPACED =
      "[\\p{Han}\\p{Hiragana}\\p{Katakana}\\p{Thai}\\p{Lao}\\p{Khmer}\\p{Myanmar}\\p{Tibetan}"
          + "\u30fc\uff70]+";

  /** Marks whole words, so that a short one is not its own n-gram. */
  private static final String WORD = "=";

  /** Adds the operations. */
  static TextFeatures of(Ops tf, Operand<TString> texts, long buckets) {
    var split = tf.strings.stringSplit(clean(tf, texts), tf.constant(""));
    Operand<TInt64> rows = column(tf, split.indices());
    Operand<TBool> unspaced = tf.strings.staticRegexFullMatch(split.values(), UNSPACED);
    Words dense = Words.where(tf, unspaced, split.values(), rows);
    Words words = Words.where(tf, tf.math.logicalNot(unspaced), split.values(), rows);
    Words marked =
        new Words(
            tf.strings.join(List.of(tf.constant("<"), words.texts, tf.constant(">"))), words.rows);
    Words pairs = dense.ngrams(tf, UNSPACED_LENGTHS);
    Words ngrams = marked.ngrams(tf, SPACED_LENGTHS);
    Operand<TString> whole = tf.strings.join(List.of(tf.constant(WORD), words.texts));
    Operand<TString> all = tf.concat(List.of(whole, ngrams.texts, pairs.texts), tf.constant(0));
    return new TextFeatures(
        tf.concat(List.of(words.rows, ngrams.rows, pairs.rows), tf.constant(0)),
        tf.strings.toHashBucketFast(all, buckets),
        tf.size(texts, TInt64.class));
  }

  private static Operand<TString> clean(Ops tf, Operand<TString> texts) {
    Operand<TString> valid =
        tf.strings.unicodeTranscode(texts, "UTF-8", "UTF-8", UnicodeTranscode.errors("replace"));
    Operand<TString> words =
        tf.strings.staticRegexReplace(
            tf.strings.lower(valid, Lower.encoding("utf-8")), "[^\\pL\\pM\\pN]+", " ");
    return tf.strings.staticRegexReplace(words, "(" + UNSPACED + ")", " \\1 ");
  }

  /** The first column of a matrix. */
  private static Operand<TInt64> column(Ops tf, Operand<TInt64> matrix) {
    return tf.squeeze(
        tf.slice(matrix, tf.array(0L, 0L), tf.array(-1L, 1L)), Squeeze.axis(List.of(1L)));
  }

  /**
   * Words, or parts of them.
   *
   * @param rows the number of the text of each
   */
  private record Words(Operand<TString> texts, Operand<TInt64> rows) {

    static Words where(
        Ops tf, Operand<TBool> chosen, Operand<TString> texts, Operand<TInt64> rows) {
      Operand<TInt64> places = column(tf, tf.where(chosen));
      return new Words(at(tf, texts, places), at(tf, rows, places));
    }

    private static <T extends TType> Operand<T> at(
        Ops tf, Operand<T> values, Operand<TInt64> places) {
      return tf.gather(values, places, tf.constant(0));
    }

    /** The n-grams of the characters of each word. */
    Words ngrams(Ops tf, List<Long> lengths) {
      var decoded = tf.strings.unicodeDecode(texts, "UTF-8", TInt64.class);
      Operand<TInt64> one = tf.constant(1L);
      Operand<TInt64> zero = tf.constant(0L);
      Operand<TInt64> ends =
          tf.range(zero, tf.math.add(tf.size(decoded.charValues(), TInt64.class), one), one);
      Operand<TString> characters = tf.strings.unicodeEncode(decoded.charValues(), ends, "UTF-8");
      var ngrams =
          tf.strings.stringNGrams(characters, decoded.rowSplits(), "", lengths, "", "", 0L, false);
      Operand<TInt64> places = tf.range(zero, tf.size(ngrams.ngrams(), TInt64.class), one);
      Operand<TInt64> words =
          tf.math.sub(
              tf.reshape(
                  tf.upperBound(
                      tf.expandDims(ngrams.ngramsSplits(), tf.constant(0)),
                      tf.expandDims(places, tf.constant(0)),
                      TInt64.class),
                  tf.array(-1L)),
              one);
      return new Words(ngrams.ngrams(), at(tf, rows, words));
    }
  }
}
