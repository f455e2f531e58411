// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.hubbeam.batch.Values;

/**
 * Texts with the vectors that a large module gives them, as {@link EncoderTrainer} takes them: in
 * memory, with four bytes for each number, and each word and n-gram. Their order does not matter,
 * and a text counts once, however often it is added.
 *
 * <p>A text is held out by its hash: more data never moves one.
 */
public final class TaughtTexts implements AutoCloseable {

  private final EncoderShape shape;
  private final FeatureFunction features;
  private final IdLists lists = new IdLists();
  private final TextHashes texts = new TextHashes();
  private final List<float[]> vectors = new ArrayList<>();
  private final Set<Long> known = new HashSet<>();
  private final TextSample sample = new TextSample();
  private int dimension;
  private long repeated;

  private TaughtTexts(EncoderShape shape, FeatureFunction features) {
    this.shape = shape;
    this.features = features;
  }

  /** No texts yet, for a table of this shape. */
  public static TaughtTexts open(EncoderShape shape) throws IOException {
    return new TaughtTexts(shape, FeatureFunction.open(shape));
  }

  /**
   * Adds texts.
   *
   * @param given the vectors, row-major, all of one length
   * @return the texts that were not added, because they have no word or their vector is zeros or
   *     not finite; by their number among these
   */
  public List<Integer> add(Values.Strings added, float[] given) {
    List<Integer> refused = new ArrayList<>();
    if (added.size() == 0) {
      return refused;
    }
    int width = given.length / added.size();
    if (dimension != 0 && dimension != width) {
      throw new TrainingException(
          "the vectors have different lengths: " + dimension + " and " + width);
    }
    dimension = width;
    List<int[]> ids = features.of(added);
    for (int i = 0; i < added.size(); i++) {
      float[] vector = Arrays.copyOfRange(given, i * width, (i + 1) * width);
      double squares = UnitRows.dot(vector, 0, vector, 0, width);
      if (ids.get(i).length == 0 || !(squares > 0 && squares < Double.POSITIVE_INFINITY)) {
        refused.add(i);
      } else if (known.add(TextHashes.of(added.get(i)))) {
        float length = (float) Math.sqrt(squares);
        for (int d = 0; d < width; d++) {
          vector[d] /= length;
        }
        lists.add(ids.get(i));
        texts.add(added.get(i));
        vectors.add(vector);
        sample.add(added.get(i), texts.get(size() - 1), size() - 1);
      } else {
        repeated++;
      }
    }
    return refused;
  }

  /** How many texts there are. */
  public int size() {
    return lists.size();
  }

  /** How many texts were added that were there. */
  public long repeated() {
    return repeated;
  }

  /** The length of a vector. */
  int dimension() {
    return dimension;
  }

  /** Some of the texts. */
  TextSample sample() {
    return sample;
  }

  EncoderShape shape() {
    return shape;
  }

  IdLists lists() {
    return lists;
  }

  /** The vector of a text, of length 1. */
  float[] vector(int text) {
    return vectors.get(text);
  }

  /** A hash of all texts and vectors, whatever their order. */
  long hash() {
    long sum = 0;
    for (int i = 0; i < size(); i++) {
      sum += Split.mixed(texts.get(i) * 31 + Arrays.hashCode(vectors.get(i)));
    }
    return sum;
  }

  /** The texts that are learnt from, ordered by their hashes. */
  int[] train(Split split) {
    return ordered(i -> !split.isHeldOut(texts.get(i)));
  }

  /** The texts that are held out, ordered by their hashes. */
  int[] heldOut(Split split) {
    return ordered(i -> split.isHeldOut(texts.get(i)));
  }

  private int[] ordered(IntPredicate chosen) {
    return IntStream.range(0, size())
        .filter(chosen)
        .boxed()
        .sorted(Comparator.comparingLong(texts::get))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  @Override
  public void close() throws IOException {
    features.close();
  }
}
