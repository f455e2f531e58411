// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Counts tokens in memory: partial counts of a large vocabulary, or all counts of a small one. Not
 * thread-safe.
 */
@Internal
public final class TokenTable {

  private static final int ROWS = 0;

  private final VocabularyInput input;
  private final TokenSums sums = new TokenSums();
  private double rowTotal;
  private PairSums rowPairs = new PairSums();

  /** An empty table. */
  public TokenTable(VocabularyInput input) {
    this.input = input;
  }

  /**
   * Counts the tokens of a batch.
   *
   * @param columns tokens of any layout; weights, built as the tokens or one for each row; labels
   * @throws IllegalArgumentException when a column is not what the input says
   */
  public void add(List<Array> columns) {
    ReducerInputs.count(columns, input.columns(), "a vocabulary");
    Array x = ReducerInputs.first(columns, input.dtype(), "a vocabulary");
    double[] weights = input.isWeighted() ? weights(x, columns.get(1)) : null;
    int[] numbers = count(x, weights);
    if (input.isLabelled()) {
      Labels labels = Labels.of(x, columns.get(columns.size() - 1));
      labels.eachOfTokens((i, label) -> sums.addLabel(numbers[i], label, weight(weights, i)));
      double[] rowWeights = input.isWeighted() ? labels.rowWeights(columns.get(1)) : null;
      for (int row = 0; row < labels.rows(); row++) {
        rowTotal += weight(rowWeights, row);
      }
      labels.eachOfRows((row, label) -> rowPairs.add(ROWS, label, weight(rowWeights, row)));
    }
  }

  private static double[] weights(Array x, Array column) {
    double[] weights = Weights.align(x, column);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Double.isNaN(weights[i]) ? 0 : weights[i];
    }
    return weights;
  }

  private static double weight(double @Nullable [] weights, int index) {
    return weights == null ? 1 : weights[index];
  }

  private int[] count(Array x, double @Nullable [] weights) {
    ValueBytes texts = ValueBytes.of(x, "tokens");
    int[] numbers = new int[x.values().size()];
    for (int i = 0; i < numbers.length; i++) {
      texts.at(i);
      numbers[i] = sums.add(texts.block(), texts.from(), texts.to(), weight(weights, i));
    }
    return numbers;
  }

  /** Adds counts of one token. */
  public void add(byte[] token, TokenStats stats) {
    sums.add(token, stats);
  }

  /** Adds counts of rows. */
  public void addRows(TokenStats stats) {
    rowTotal += stats.total();
    for (int i = 0; i < stats.size(); i++) {
      rowPairs.add(ROWS, stats.label(i), stats.sum(i));
    }
  }

  /** Adds all counts of another table. */
  public void addAll(TokenTable other) {
    sums.addAll(other.sums);
    addRows(other.rows());
  }

  /** The counts of tokens; a live view. */
  public TokenSums sums() {
    return sums;
  }

  /** Passes each token with its counts to an action, in the order in which tokens were added. */
  public <E extends Exception> void forEach(TokenSums.TokenAction<E> action) throws E {
    sums.forEach(action);
  }

  /** The counts of all rows: their number or weight, in total and for each label. */
  public TokenStats rows() {
    return rowPairs.sorted().stats(ROWS, rowTotal);
  }

  /** The number of distinct tokens, including those that cannot be in the vocabulary. */
  public int size() {
    return sums.size();
  }

  /** The approximate size in memory, in bytes. */
  public long memory() {
    return sums.memory() + rowPairs.memory();
  }

  /** Removes all counts. */
  public void clear() {
    sums.clear();
    rowTotal = 0;
    rowPairs = new PairSums();
  }

  /** Labels of tokens and of rows. */
  private record Labels(Array x, int[] labels, int @Nullable [] labelRows, boolean ofTokens) {

    static Labels of(Array x, Array column) {
      if (column.dtype() == DType.UINT64 || !column.dtype().isInteger()) {
        throw new IllegalArgumentException(
            "labels must be integers, found " + column.spec("y").type());
      }
      long[] numbers = NumberArrays.longs((Values.Numbers) column.values());
      int[] labels = new int[numbers.length];
      for (int i = 0; i < labels.length; i++) {
        if (numbers[i] < 0 || numbers[i] >= Integer.MAX_VALUE) {
          throw new IllegalArgumentException(
              "labels are numbers from 0 up to 2147483646, found " + numbers[i]);
        }
        labels[i] = (int) numbers[i];
      }
      if (column instanceof Array.Dense) {
        boolean ofTokens = Pairing.indices(x, column, "labels") == null;
        return new Labels(x, labels, null, ofTokens && x instanceof Array.Dense);
      }
      if (column.rows() != x.rows()) {
        throw new IllegalArgumentException(
            "labels of " + column.rows() + " rows for tokens of " + x.rows());
      }
      return new Labels(x, labels, Pairing.rows(column), false);
    }

    int rows() {
      return ofTokens ? labels.length : x.rows();
    }

    void eachOfRows(Action action) {
      for (int i = 0; i < labels.length; i++) {
        action.accept(labelRows == null ? i : labelRows[i], labels[i]);
      }
    }

    void eachOfTokens(Action action) {
      if (ofTokens) {
        eachOfRows(action);
        return;
      }
      int[] rows = Pairing.rows(x);
      int[] starts = starts();
      int[] order = order(starts);
      for (int i = 0; i < rows.length; i++) {
        for (int at = starts[rows[i]]; at < starts[rows[i] + 1]; at++) {
          action.accept(i, labels[order[at]]);
        }
      }
    }

    /** Where the labels of each row begin. */
    private int[] starts() {
      int[] starts = new int[x.rows() + 1];
      for (int i = 0; i < labels.length; i++) {
        starts[(labelRows == null ? i : labelRows[i]) + 1]++;
      }
      for (int row = 1; row < starts.length; row++) {
        starts[row] += starts[row - 1];
      }
      return starts;
    }

    /** The labels row by row. */
    private int[] order(int[] starts) {
      int[] next = starts.clone();
      int[] order = new int[labels.length];
      for (int i = 0; i < labels.length; i++) {
        order[next[labelRows == null ? i : labelRows[i]]++] = i;
      }
      return order;
    }

    double[] rowWeights(Array weights) {
      if (weights.values().size() != rows()) {
        throw new IllegalArgumentException(
            "with labels, weights are one for each label: "
                + weights.values().size()
                + " weights for "
                + rows());
      }
      return TokenTable.weights(
          Array.Dense.vector(weights.values()), Array.Dense.vector(weights.values()));
    }

    /** Takes a token or row, and one of its labels. */
    interface Action {
      void accept(int index, int label);
    }
  }
}
