// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hubbeam.batch.Values;

/**
 * Pairs of texts that say the same, as {@link EncoderTrainer} takes them: in memory, with four
 * bytes for each word and n-gram. Their order does not matter.
 *
 * <p>A pair is held out by the hash of its second text, so that all pairs of this text are, and
 * more data never moves one. Of the others, those whose first text is that of a held-out pair are
 * left out.
 */
public final class TextPairs implements AutoCloseable {

  private final EncoderShape shape;
  private final FeatureFunction features;
  private final IdLists first = new IdLists();
  private final IdLists second = new IdLists();
  private final TextHashes firstTexts = new TextHashes();
  private final TextHashes secondTexts = new TextHashes();
  private final Map<String, Integer> groups = new TreeMap<>();
  private final List<String> names = new ArrayList<>();
  private final TextSample sample = new TextSample();
  private int[] group = new int[1024];

  private TextPairs(EncoderShape shape, FeatureFunction features) {
    this.shape = shape;
    this.features = features;
  }

  /** No pairs yet, for a table of this shape. */
  public static TextPairs open(EncoderShape shape) throws IOException {
    return new TextPairs(shape, FeatureFunction.open(shape));
  }

  /**
   * Adds pairs.
   *
   * @param from what they are measured with, such as their file
   * @return the pairs that were not added, because one of their texts has no word; by their number
   *     among these
   */
  public List<Integer> add(Values.Strings left, Values.Strings right, String from) {
    int number = groups.computeIfAbsent(from, unused -> groups.size());
    if (number == names.size()) {
      names.add(from);
    }
    List<int[]> lefts = features.of(left);
    List<int[]> rights = features.of(right);
    List<Integer> refused = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      if (lefts.get(i).length == 0 || rights.get(i).length == 0) {
        refused.add(i);
        continue;
      }
      if (size() == group.length) {
        group = Arrays.copyOf(group, size() * 2);
      }
      group[size()] = number;
      first.add(lefts.get(i));
      second.add(rights.get(i));
      firstTexts.add(left.get(i));
      secondTexts.add(right.get(i));
      int added = size() - 1;
      sample.add(right.get(i), secondText(added), added);
    }
    return refused;
  }

  /** How many pairs there are. */
  public int size() {
    return first.size();
  }

  /** Some of the second texts. */
  TextSample sample() {
    return sample;
  }

  EncoderShape shape() {
    return shape;
  }

  IdLists first() {
    return first;
  }

  IdLists second() {
    return second;
  }

  /** The hash of the first text of a pair. */
  long firstText(int pair) {
    return firstTexts.get(pair);
  }

  /** The hash of the second text of a pair. */
  long secondText(int pair) {
    return secondTexts.get(pair);
  }

  /** A hash of all pairs, whatever their order. */
  long hash() {
    long sum = 0;
    for (int i = 0; i < size(); i++) {
      sum += Split.mixed(firstText(i) * 31 + secondText(i));
    }
    return sum;
  }

  /** What pairs are for. */
  Parts parts(Split split) {
    Set<Long> kept = new HashSet<>();
    int[] all = ordered();
    for (int pair : all) {
      if (split.isHeldOut(secondText(pair))) {
        kept.add(firstText(pair));
      }
    }
    List<Integer> train = new ArrayList<>();
    Map<String, List<Integer>> heldOut = new TreeMap<>();
    int leftOut = 0;
    for (int pair : all) {
      if (split.isHeldOut(secondText(pair))) {
        heldOut.computeIfAbsent(names.get(group[pair]), unused -> new ArrayList<>()).add(pair);
      } else if (kept.contains(firstText(pair))) {
        leftOut++;
      } else {
        train.add(pair);
      }
    }
    Map<String, int[]> groups = new LinkedHashMap<>();
    heldOut.forEach((name, pairs) -> groups.put(name, ints(pairs)));
    return new Parts(ints(train), groups, leftOut);
  }

  /** All pairs, ordered by hashes. */
  private int[] ordered() {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      all.add(i);
    }
    all.sort(
        Comparator.<Integer>comparingLong(this::secondText)
            .thenComparingLong(this::firstText)
            .thenComparing(pair -> names.get(group[pair])));
    return ints(all);
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * What pairs are for.
   *
   * @param train those that are learnt
   * @param heldOut those that are only measured, by what they are measured with
   * @param leftOut how many are neither
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
  record Parts(int[] train, Map<String, int[]> heldOut, int leftOut) {}

  @Override
  public void close() throws IOException {
    features.close();
  }
}
