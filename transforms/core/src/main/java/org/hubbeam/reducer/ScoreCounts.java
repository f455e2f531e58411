// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much weight of each kind, positive and negative, has each score: what ROC and
 * precision-recall curves are drawn from. Exact as long as there are no more different scores than
 * allowed. Beyond, scores that share their leading bits count as equal, with as many bits as fit:
 * how many depends on the scores alone, not on their order or parts.
 *
 * <p>Bits are those of the score up to a half, and of 1 minus the score above, so that scores close
 * to 1 are told apart as well as those close to 0.
 */
final class ScoreCounts {

  private static final int HALF = Float.floatToIntBits(0.5f);

  private final int capacity;
  private int shift;
  private int size;
  private int[] keys = new int[0];
  private long[] positives = new long[0];
  private long[] negatives = new long[0];

  private int waiting;
  private int[] waitingKeys = new int[64];
  private long[] waitingUnits = new long[64];

  ScoreCounts(int capacity) {
    this.capacity = capacity;
  }

  private static int key(float score) {
    float inside = Math.min(Math.max(score, 0f), 1f) + 0f;
    return inside <= 0.5f
        ? Float.floatToIntBits(inside)
        : 2 * HALF - Float.floatToIntBits(1 - inside);
  }

  private static double score(int key) {
    return key <= HALF ? Float.intBitsToFloat(key) : 1 - Float.intBitsToFloat(2 * HALF - key);
  }

  /** Adds a score from 0 to 1; what lies outside is moved to the end. */
  void addPositive(float score, long units) {
    add(score, units);
  }

  /** Adds a score of what is not of the class. */
  void addNegative(float score, long units) {
    add(score, -units);
  }

  private void add(float score, long units) {
    if (units == 0) {
      return;
    }
    if (waiting == waitingKeys.length) {
      if (waiting < Math.max(size, 64)) {
        int grown = Encoding.grown(waiting, waiting + 1);
        waitingKeys = Arrays.copyOf(waitingKeys, grown);
        waitingUnits = Arrays.copyOf(waitingUnits, grown);
      } else {
        settle();
      }
    }
    waitingKeys[waiting] = key(score) >> shift;
    waitingUnits[waiting++] = units;
  }

  /** Brings what waits to the sorted scores. */
  private void settle() {
    if (waiting == 0) {
      return;
    }
    long[] order = new long[waiting];
    for (int i = 0; i < waiting; i++) {
      order[i] = (long) waitingKeys[i] << 32 | i;
    }
    Arrays.sort(order);
    int[] otherKeys = new int[waiting];
    long[] otherPositives = new long[waiting];
    long[] otherNegatives = new long[waiting];
    for (int i = 0; i < waiting; i++) {
      int at = (int) order[i];
      otherKeys[i] = waitingKeys[at];
      otherPositives[i] = Math.max(waitingUnits[at], 0);
      otherNegatives[i] = Math.max(-waitingUnits[at], 0);
    }
    int count = waiting;
    waiting = 0;
    join(otherKeys, otherPositives, otherNegatives, count);
  }

  /** Joins two sorted lists, and shortens the keys until they fit. */
  private void join(int[] otherKeys, long[] otherPositives, long[] otherNegatives, int count) {
    int[] newKeys = new int[size + count];
    long[] newPositives = new long[size + count];
    long[] newNegatives = new long[size + count];
    int filled = 0;
    int i = 0;
    int j = 0;
    while (i < size || j < count) {
      boolean own = j == count || i < size && keys[i] <= otherKeys[j];
      int key = own ? keys[i] : otherKeys[j];
      if (filled == 0 || newKeys[filled - 1] != key) {
        newKeys[filled++] = key;
      }
      newPositives[filled - 1] += own ? positives[i] : otherPositives[j];
      newNegatives[filled - 1] += own ? negatives[i] : otherNegatives[j];
      i += own ? 1 : 0;
      j += own ? 0 : 1;
    }
    keys = newKeys;
    positives = newPositives;
    negatives = newNegatives;
    size = filled;
    while (size > capacity) {
      coarsen();
    }
  }

  private void coarsen() {
    shift++;
    int filled = 0;
    for (int i = 0; i < size; i++) {
      int key = keys[i] >> 1;
      long positive = positives[i];
      long negative = negatives[i];
      if (filled > 0 && keys[filled - 1] == key) {
        positives[filled - 1] += positive;
        negatives[filled - 1] += negative;
      } else {
        keys[filled] = key;
        positives[filled] = positive;
        negatives[filled++] = negative;
      }
    }
    size = filled;
  }

  void merge(ScoreCounts other) {
    settle();
    other.settle();
    while (shift < other.shift) {
      coarsen();
    }
    while (other.shift < shift) {
      other.coarsen();
    }
    join(other.keys, other.positives, other.negatives, other.size);
  }

  void write(DataOutput out) throws IOException {
    settle();
    out.writeByte(shift);
    out.writeInt(size);
    for (int i = 0; i < size; i++) {
      out.writeInt(keys[i]);
      Encoding.writeVarlong(out, positives[i]);
      Encoding.writeVarlong(out, negatives[i]);
    }
  }

  static ScoreCounts read(DataInput in, int capacity) throws IOException {
    ScoreCounts counts = new ScoreCounts(capacity);
    counts.shift = in.readUnsignedByte();
    int size = Encoding.readSize(in);
    for (int i = 0; i < size; i++) {
      int key = in.readInt();
      if (i == counts.keys.length) {
        int grown = Math.min(Encoding.grown(i, i + 1), size);
        counts.keys = Arrays.copyOf(counts.keys, grown);
        counts.positives = Arrays.copyOf(counts.positives, grown);
        counts.negatives = Arrays.copyOf(counts.negatives, grown);
      }
      counts.keys[i] = key;
      counts.positives[i] = Encoding.readVarlong(in);
      counts.negatives[i] = Encoding.readVarlong(in);
      counts.size = i + 1;
    }
    return counts;
  }

  /** The same, of all scores of several. */
  static ScoreCounts all(List<ScoreCounts> several, int capacity) {
    ScoreCounts all = new ScoreCounts(capacity);
    for (ScoreCounts one : several) {
      one.settle();
      ScoreCounts copy = new ScoreCounts(capacity);
      copy.shift = one.shift;
      copy.join(one.keys, one.positives, one.negatives, one.size);
      all.merge(copy);
    }
    return all;
  }

  /** Areas and points of the curves; NaN where there is only one kind. */
  ScoreCurve curve(int points) {
    settle();
    double positive = 0;
    double negative = 0;
    for (int i = 0; i < size; i++) {
      positive += positives[i];
      negative += negatives[i];
    }
    if (positive == 0 || negative == 0) {
      return ScoreCurve.NONE;
    }
    List<ScoreCurve.Point> kept = new ArrayList<>();
    double roc = 0;
    double pr = 0;
    double equal = 0;
    double hits = 0;
    double wrong = 0;
    ScoreCurve.Point last = new ScoreCurve.Point(1, 0, 0, 1);
    kept.add(last);
    for (int i = size - 1; i >= 0; i--) {
      roc += negatives[i] * (hits + positives[i] / 2.0);
      equal += negatives[i] * (positives[i] / 2.0);
      hits += positives[i];
      wrong += negatives[i];
      double precision = hits / (hits + wrong);
      pr += positives[i] * precision;
      double recall = hits / positive;
      double falsePositives = wrong / negative;
      if (i == 0
          || recall - last.recall() >= 1.0 / points
          || falsePositives - last.falsePositives() >= 1.0 / points) {
        last = new ScoreCurve.Point(score(keys[i] << shift), recall, falsePositives, precision);
        kept.add(last);
      }
    }
    double pairs = positive * negative;
    return new ScoreCurve(
        Math.min(roc / pairs, 1), Math.min(pr / positive, 1), shift == 0 ? 0 : equal / pairs, kept);
  }
}
