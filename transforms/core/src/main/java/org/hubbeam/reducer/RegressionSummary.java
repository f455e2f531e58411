// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Comparator;
import java.util.TreeSet;
import org.hubbeam.batch.Internal;

/** Sums of errors, without rounding. */
@Internal
public final class RegressionSummary implements Summary<RegressionSummary> {

  private static final int SAMPLE = 2000;
  private static final int SUMS = 5;

  private final ExactSum[] sums = new ExactSum[SUMS];
  private final TreeSet<Sampled> sample = new TreeSet<>(Sampled.ORDER);
  private long rows;
  private long units;
  private double largest;
  private Mistakes mistakes;

  RegressionSummary(int most) {
    Arrays.setAll(sums, i -> new ExactSum());
    mistakes = new Mistakes(most);
  }

  /** Rows with the smallest hashes. */
  private record Sampled(long hash, double truth, double predicted) {
    static final Comparator<Sampled> ORDER =
        Comparator.comparingLong(Sampled::hash)
            .thenComparingDouble(Sampled::truth)
            .thenComparingDouble(Sampled::predicted);

    static Sampled of(double truth, double predicted) {
      long hash =
          VectorSample.mixed(
              VectorSample.mixed(Double.doubleToLongBits(truth))
                  ^ Double.doubleToLongBits(predicted));
      return new Sampled(hash, truth, predicted);
    }
  }

  void add(double truth, double predicted, long weight) {
    double error = predicted - truth;
    rows++;
    units = Math.addExact(units, weight);
    sums[0].add(error * error, weight);
    sums[1].add(Math.abs(error), weight);
    sums[2].add(error, weight);
    sums[3].add(truth, weight);
    double square = truth * truth;
    sums[4].add(square, weight);
    sums[4].add(Math.fma(truth, truth, -square), weight);
    if (weight > 0) {
      largest = Math.max(largest, Math.abs(error));
      keep(Sampled.of(truth, predicted));
    }
  }

  private void keep(Sampled row) {
    sample.add(row);
    if (sample.size() > SAMPLE) {
      sample.pollLast();
    }
  }

  Mistakes mistakes() {
    return mistakes;
  }

  RegressionReport report(double unit) {
    double squares = deviations();
    return new RegressionReport(
        rows,
        units * unit,
        Math.sqrt(sums[0].value() / units),
        sums[1].value() / units,
        squares == 0 || units == 0 ? Double.NaN : 1 - sums[0].value() / squares,
        sums[2].value() / units,
        largest,
        new RegressionReport.Truth(sums[3].value() / units, Math.sqrt(squares / units)),
        sample.stream().map(s -> new RegressionReport.Pair(s.truth, s.predicted)).toList(),
        mistakes.list());
  }

  /** The sum of squared deviations from the mean. */
  private double deviations() {
    if (units == 0) {
      return 0;
    }
    BigDecimal all = BigDecimal.valueOf(units);
    BigDecimal sum = sums[3].exact();
    return sums[4]
        .exact()
        .multiply(all)
        .subtract(sum.multiply(sum))
        .divide(all, MathContext.DECIMAL64)
        .doubleValue();
  }

  @Override
  public void merge(RegressionSummary other) {
    for (int i = 0; i < SUMS; i++) {
      sums[i].merge(other.sums[i]);
    }
    other.sample.forEach(this::keep);
    rows += other.rows;
    units = Math.addExact(units, other.units);
    largest = Math.max(largest, other.largest);
    mistakes.merge(other.mistakes);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    Encoding.writeLongs(out, new long[] {rows, units}, 2);
    out.writeDouble(largest);
    for (ExactSum sum : sums) {
      sum.write(out);
    }
    out.writeInt(sample.size());
    for (Sampled row : sample) {
      out.writeDouble(row.truth);
      out.writeDouble(row.predicted);
    }
    mistakes.write(out);
  }

  static RegressionSummary read(DataInput in, int most) throws IOException {
    RegressionSummary summary = new RegressionSummary(most);
    long[] counts = Encoding.readLongs(in, 2);
    summary.rows = counts[0];
    summary.units = counts[1];
    summary.largest = in.readDouble();
    for (int i = 0; i < SUMS; i++) {
      summary.sums[i] = ExactSum.read(in);
    }
    int size = Encoding.readSize(in);
    for (int i = 0; i < size; i++) {
      summary.keep(Sampled.of(in.readDouble(), in.readDouble()));
    }
    summary.mistakes = Mistakes.read(in, most);
    return summary;
  }
}
