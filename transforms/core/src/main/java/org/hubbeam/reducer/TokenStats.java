// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.hubbeam.batch.Internal;

/** The counts of one token, or of all rows: in total, and for each label. Immutable. */
@Internal
public final class TokenStats {

  private static final int[] NO_LABELS = {};
  private static final double[] NO_SUMS = {};

  /** No occurrences. */
  public static final TokenStats NONE = withoutLabels(0);

  private final double total;
  private final int[] labels;
  private final double[] sums;

  /** Labels rise; each has its sum. */
  TokenStats(double total, int[] labels, double[] sums) {
    this.total = total;
    this.labels = labels;
    this.sums = sums;
  }

  /** What is known where there are no labels. */
  static TokenStats withoutLabels(double total) {
    return new TokenStats(total, NO_LABELS, NO_SUMS);
  }

  /** The number of occurrences, or the sum of their weights. */
  public double total() {
    return total;
  }

  /** How many labels there are. */
  int size() {
    return labels.length;
  }

  int label(int index) {
    return labels[index];
  }

  double sum(int index) {
    return sums[index];
  }

  /** The occurrences of both. */
  public TokenStats plus(TokenStats other) {
    int[] merged = new int[labels.length + other.labels.length];
    double[] added = new double[merged.length];
    int count = 0;
    int i = 0;
    int j = 0;
    while (i < labels.length || j < other.labels.length) {
      boolean left =
          j == other.labels.length || (i < labels.length && labels[i] <= other.labels[j]);
      boolean right =
          i == labels.length || (j < other.labels.length && other.labels[j] <= labels[i]);
      merged[count] = left ? labels[i] : other.labels[j];
      added[count++] = (left ? sums[i++] : 0) + (right ? other.sums[j++] : 0);
    }
    return new TokenStats(
        total + other.total, Arrays.copyOf(merged, count), Arrays.copyOf(added, count));
  }

  /** Encodes the counts: whole numbers take one byte for every seven bits. */
  public void encode(DataOutput out) throws IOException {
    Encoding.writeNumber(out, total);
    Encoding.writeVarint(out, labels.length);
    for (int i = 0; i < labels.length; i++) {
      Encoding.writeVarint(out, labels[i]);
      Encoding.writeNumber(out, sums[i]);
    }
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IOException when the bytes are truncated or damaged
   */
  public static TokenStats decode(DataInput in) throws IOException {
    double total = Encoding.readNumber(in);
    int size = Encoding.readVarint(in);
    if (size == 0) {
      return withoutLabels(total);
    }
    int[] labels = new int[Math.min(size, 1024)];
    double[] sums = new double[labels.length];
    for (int i = 0; i < size; i++) {
      if (i == labels.length) {
        labels = Arrays.copyOf(labels, Encoding.grown(i, i + 1));
        sums = Arrays.copyOf(sums, labels.length);
      }
      labels[i] = Encoding.readVarint(in);
      sums[i] = Encoding.readNumber(in);
    }
    return new TokenStats(total, Arrays.copyOf(labels, size), Arrays.copyOf(sums, size));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenStats s
        && s.total == total
        && Arrays.equals(s.labels, labels)
        && Arrays.equals(s.sums, sums);
  }

  @Override
  public int hashCode() {
    return Double.hashCode(total) + 31 * Arrays.hashCode(labels) + Arrays.hashCode(sums);
  }

  @Override
  public String toString() {
    return total + " " + Arrays.toString(labels) + " " + Arrays.toString(sums);
  }
}
