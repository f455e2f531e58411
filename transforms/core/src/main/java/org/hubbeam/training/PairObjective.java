// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToLongFunction;

/** Texts are to find the others of their pairs. */
final class PairObjective extends EncoderObjective {

  /** So many pairs are searched at once when they are measured. */
  private static final int POOL = 1000;

  private final TextPairs pairs;
  private final TextPairs.Parts parts;
  private final PairLoss loss;

  PairObjective(TextPairs pairs, EncoderOptions options, Lanes lanes) {
    super(options, options.shape().dimension(), lanes);
    this.pairs = pairs;
    this.parts = pairs.parts(options.split());
    this.loss = new PairLoss(options.shape().dimension(), options.temperature());
  }

  @Override
  int[] items() {
    return parts.train();
  }

  @Override
  long hash() {
    return pairs.hash();
  }

  @Override
  int heldOut() {
    return parts.heldOut().values().stream().mapToInt(pairs -> pairs.length).sum();
  }

  /** How many pairs share a text with held-out ones. */
  int leftOut() {
    return parts.leftOut();
  }

  @Override
  double step(int[] items, Rate rate) {
    Encoded first = encode(pairs.first(), items);
    Encoded second = encode(pairs.second(), items);
    PairLoss.Side left = side(first, items, pairs::firstText);
    PairLoss.Side right = side(second, items, pairs::secondText);
    double value = loss.of(left, right, lanes());
    UnitRows.back(left.gradients(), first.units, first.lengths, lanes());
    UnitRows.back(right.gradients(), second.units, second.lengths, lanes());
    table().back(pairs.first(), items, left.gradients(), lanes());
    table().back(pairs.second(), items, right.gradients(), lanes());
    table().step(rate, lanes());
    return value;
  }

  @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
  private record Encoded(float[] units, float[] lengths) {}

  private Encoded encode(IdLists lists, int[] items) {
    float[] units = new float[items.length * loss.width()];
    float[] lengths = new float[items.length];
    table().pool(lists, items, units, lanes());
    UnitRows.divide(units, lengths, lanes());
    return new Encoded(units, lengths);
  }

  private static PairLoss.Side side(Encoded encoded, int[] items, IntToLongFunction hashes) {
    return new PairLoss.Side(
        encoded.units,
        new float[encoded.units.length],
        Arrays.stream(items).mapToLong(hashes).toArray());
  }

  @Override
  public TrainingHistory.Measured measure(TrainingLoop.Batches<int[]> unused) {
    double found = 0;
    double losses = 0;
    int all = 0;
    for (Found group : search().values()) {
      all += group.pairs;
      found += group.pairs * group.forth;
      losses += group.pairs * group.loss;
    }
    return new TrainingHistory.Measured(losses / all, found / all);
  }

  /**
   * How many held-out texts found the other of their pair.
   *
   * @param pairs how many there are
   * @param pool among how many each searched, at most
   * @param forth the part of first texts that found their second ones
   * @param back the part of second texts that found their first ones
   * @param loss the mean loss
   */
  record Found(int pairs, int pool, double forth, double back, double loss) {}

  /** Searches among the held-out pairs of each group, in pools of at most a thousand. */
  Map<String, Found> search() {
    Map<String, Found> found = new LinkedHashMap<>();
    parts
        .heldOut()
        .forEach(
            (name, group) -> {
              double forth = 0;
              double back = 0;
              double losses = 0;
              for (int from = 0; from < group.length; from += POOL) {
                int[] pool = Arrays.copyOfRange(group, from, Math.min(from + POOL, group.length));
                PairLoss.Side left = side(encode(pairs.first(), pool), pool, pairs::firstText);
                PairLoss.Side right = side(encode(pairs.second(), pool), pool, pairs::secondText);
                forth += hits(left, right);
                back += hits(right, left);
                losses += pool.length * loss.of(left, right, lanes());
              }
              int size = group.length;
              found.put(
                  name,
                  new Found(size, Math.min(size, POOL), forth / size, back / size, losses / size));
            });
    return found;
  }

  /** As {@link #search}, with the table in bytes. */
  Map<String, Found> searchInBytes() {
    float[] table = table().numbers();
    float[] kept = table.clone();
    float[] rounded = ByteTable.of(kept, loss.width()).toFloats();
    System.arraycopy(rounded, 0, table, 0, table.length);
    try {
      return search();
    } finally {
      System.arraycopy(kept, 0, table, 0, table.length);
    }
  }

  /** How many of a side are nearest to their own on the other. */
  private int hits(PairLoss.Side from, PairLoss.Side to) {
    int size = from.texts().length;
    int width = loss.width();
    boolean[] hit = new boolean[size];
    lanes()
        .run(
            size,
            (begin, end) -> {
              for (int i = begin; i < end; i++) {
                int best = 0;
                float highest = Float.NEGATIVE_INFINITY;
                for (int j = 0; j < size; j++) {
                  float cosine =
                      UnitRows.dot(from.units(), i * width, to.units(), j * width, width);
                  if (cosine > highest) {
                    highest = cosine;
                    best = j;
                  }
                }
                hit[i] = to.texts()[best] == to.texts()[i];
              }
            });
    int hits = 0;
    for (boolean one : hit) {
      hits += one ? 1 : 0;
    }
    return hits;
  }
}
