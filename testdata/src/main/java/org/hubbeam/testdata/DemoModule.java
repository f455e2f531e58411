// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testdata;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.FunctionScope;
import org.hubbeam.model.ModuleWriter;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.op.core.Sum;
import org.tensorflow.op.strings.Lower;
import org.tensorflow.op.strings.UnicodeTranscode;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/**
 * Writes the demo's text embedding. It is not trained, but texts that share words, even misspelt
 * ones, get similar vectors.
 *
 * <p>{@code __call__} and {@code serving_default}: {@code sentences} string [n] to {@code output}
 * (in the signature {@code output_0}) float32 [n, 128], each row of length 1. A text is lower-cased
 * and split into words at every character that is not a letter, mark or digit. A word is the sum of
 * two vectors: one for the word, and one for its n-grams of two and three characters, with {@code
 * <} before the word and {@code >} after it. Words and n-grams are hashed to rows of {@code
 * embeddings} (float32 [8192, 128], random from a fixed seed). A text is the sum of its words; the
 * most common English words have weight 0.1.
 *
 * <p>A text without words gets the direction {@code blank} (float32 [128]), which is added to every
 * other text with a negligible weight. Bytes that are not UTF-8 become U+FFFD.
 */
public final class DemoModule {

  /** The length of a vector. */
  public static final int DIMENSION = 128;

  private static final int BUCKETS = 8192;
  private static final long SEED = 20_240_229;
  private static final List<Long> NGRAM_LENGTHS = List.of(2L, 3L);
  private static final float COMMON_WEIGHT = 0.1f;
  private static final String COMMON_WORDS =
      "a about after again all also an and any are as at be because been before but by can could did"
          + " do does for from had has have he her him his how i if in into is it its just me more"
          + " most my no not of off on one or our out over she so some than that the their them then"
          + " there they this to too under until up us very was we were what when where which who"
          + " will with would you your";
  private static final float NGRAMS_WEIGHT = 1.5f;
  private static final float BLANK_WEIGHT = 1e-6f;

  private DemoModule() {}

  /** Writes the module, replacing what is there. */
  public static void write(Path folder) throws IOException {
    writer().overwrite(folder);
  }

  private static ModuleWriter writer() {
    Random random = new Random(SEED);
    ModuleWriter writer = ModuleWriter.create();
    var embeddings = writer.variable("embeddings", gaussian(random, BUCKETS, DIMENSION));
    var blank = writer.variable("blank", gaussian(random, DIMENSION), ModuleWriter.Learning.FIXED);
    String[] common = COMMON_WORDS.split(" ", -1);
    float[] commonWeights = new float[common.length];
    Arrays.fill(commonWeights, COMMON_WEIGHT);
    var weights = writer.mapping("word_weights", Values.of(common), Values.of(commonWeights));
    writer.function(
        "__call__",
        FunctionInputs.of(new ArraySpec("sentences", DType.STRING, Shape.of(-1), Layout.DENSE)),
        f -> embed(f, embeddings, blank, weights));
    return writer.signature("serving_default", "__call__");
  }

  /**
   * Random numbers, scaled so that a vector of {@link #DIMENSION} values has a length of about 1.
   */
  private static Array.Dense gaussian(Random random, long... dims) {
    int size = 1;
    for (long dim : dims) {
      size *= (int) dim;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(DIMENSION));
    }
    return new Array.Dense(Shape.of(dims).dims(), Values.of(values));
  }

  private static void embed(
      FunctionScope f,
      ModuleWriter.Variable embeddings,
      ModuleWriter.Variable blank,
      ModuleWriter.Table weights) {
    Ops tf = f.tf();
    Operand<TString> sentences = f.input("sentences", TString.class);
    Operand<TFloat32> table = f.read(embeddings, TFloat32.class);
    var split = tf.strings.stringSplit(clean(tf, sentences), tf.constant(""));
    Operand<TString> words = split.values();
    Operand<TFloat32> vectors =
        tf.math.mul(
            tf.math.add(
                lookUp(tf, table, words),
                tf.math.mul(ngrams(tf, table, words), tf.constant(NGRAMS_WEIGHT))),
            tf.expandDims(
                tf.lookupTableFind(f.handle(weights), words, tf.constant(1f)), tf.constant(1)));
    Operand<TInt64> rows =
        tf.squeeze(
            tf.slice(split.indices(), tf.array(0L, 0L), tf.array(-1L, 1L)),
            Squeeze.axis(List.of(1L)));
    Operand<TFloat32> sums =
        tf.math.unsortedSegmentSum(vectors, rows, tf.size(sentences, TInt64.class));
    Operand<TFloat32> all =
        tf.math.add(sums, tf.math.mul(f.read(blank, TFloat32.class), tf.constant(BLANK_WEIGHT)));
    Operand<TFloat32> squares = tf.sum(tf.math.square(all), tf.constant(1), Sum.keepDims(true));
    f.output("output", tf.math.div(all, tf.math.sqrt(squares)), Shape.of(-1, DIMENSION));
  }

  private static Operand<TString> clean(Ops tf, Operand<TString> texts) {
    Operand<TString> valid =
        tf.strings.unicodeTranscode(texts, "UTF-8", "UTF-8", UnicodeTranscode.errors("replace"));
    return tf.strings.staticRegexReplace(
        tf.strings.lower(valid, Lower.encoding("utf-8")), "[^\\pL\\pM\\pN]+", " ");
  }

  /** For each word, the sum of the vectors of its n-grams, divided by the root of their number. */
  private static Operand<TFloat32> ngrams(Ops tf, Operand<TFloat32> table, Operand<TString> words) {
    Operand<TString> marked = tf.strings.join(List.of(tf.constant("<"), words, tf.constant(">")));
    var decoded = tf.strings.unicodeDecode(marked, "UTF-8", TInt64.class);
    Operand<TInt64> ends =
        tf.range(
            tf.constant(0L),
            tf.math.add(tf.size(decoded.charValues(), TInt64.class), tf.constant(1L)),
            tf.constant(1L));
    Operand<TString> characters = tf.strings.unicodeEncode(decoded.charValues(), ends, "UTF-8");
    var ngrams =
        tf.strings.stringNGrams(
            characters, decoded.rowSplits(), "", NGRAM_LENGTHS, "", "", 0L, false);
    Operand<TInt64> total = tf.size(ngrams.ngrams(), TInt64.class);
    Operand<TInt64> positions = tf.range(tf.constant(0L), total, tf.constant(1L));
    Operand<TInt64> wordOfNgram =
        tf.math.sub(
            tf.reshape(
                tf.upperBound(
                    tf.expandDims(ngrams.ngramsSplits(), tf.constant(0)),
                    tf.expandDims(positions, tf.constant(0)),
                    TInt64.class),
                tf.array(-1L)),
            tf.constant(1L));
    Operand<TInt64> wordCount = tf.size(words, TInt64.class);
    Operand<TFloat32> ones = tf.fill(tf.expandDims(total, tf.constant(0)), tf.constant(1f));
    Operand<TFloat32> counts = tf.math.unsortedSegmentSum(ones, wordOfNgram, wordCount);
    Operand<TFloat32> sums =
        tf.math.unsortedSegmentSum(lookUp(tf, table, ngrams.ngrams()), wordOfNgram, wordCount);
    return tf.math.div(sums, tf.math.sqrt(tf.expandDims(counts, tf.constant(1))));
  }

  private static Operand<TFloat32> lookUp(Ops tf, Operand<TFloat32> table, Operand<TString> texts) {
    Operand<TInt64> buckets = tf.strings.toHashBucketFast(texts, (long) BUCKETS);
    Operand<TInt32> axis = tf.constant(0);
    return tf.gather(table, buckets, axis);
  }
}
