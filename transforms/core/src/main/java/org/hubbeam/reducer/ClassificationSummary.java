// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.hubbeam.batch.Internal;

/** What was seen of scores of labels and of what the rows are. */
@Internal
public final class ClassificationSummary implements Summary<ClassificationSummary> {

  /** Bins of calibration, equally wide. */
  static final int BINS = 15;

  /** How large a summary may become. */
  record Sizes(int labels, int curves, int mistakes) {

    private static final int SCORES = 1 << 18;
    private static final int MOST_SCORES = 1 << 17;
    private static final int LEAST_SCORES = 1 << 6;

    /** How many different scores of a label are kept. */
    int capacity() {
      return Math.max(LEAST_SCORES, Math.min(MOST_SCORES, SCORES / curves));
    }
  }

  final Sizes sizes;
  long rows;
  long units;
  long correct;
  long amongThree;
  private ExactSum loss = new ExactSum();
  private Mistakes mistakes;

  /** Units by label: of rows that have it, of rows predicted to have it, and of those right. */
  final long[] support;

  final long[] predicted;
  final long[] hits;

  /** Units by true, then predicted label; a true label without rows has no array. */
  private final long[][] confusion;

  final ScoreCounts[] scores;
  final long[] binUnits = new long[BINS];
  final long[] binHits = new long[BINS];
  private final ExactSum[] binScores = new ExactSum[BINS];

  ClassificationSummary(Sizes sizes) {
    this.sizes = sizes;
    support = new long[sizes.labels];
    predicted = new long[sizes.labels];
    hits = new long[sizes.labels];
    confusion = new long[sizes.labels][];
    scores = new ScoreCounts[sizes.curves];
    mistakes = new Mistakes(sizes.mistakes);
    Arrays.setAll(scores, i -> new ScoreCounts(sizes.capacity()));
    Arrays.setAll(binScores, i -> new ExactSum());
  }

  /** A row of this weight. */
  void row(long weight) {
    rows++;
    units = Math.addExact(units, weight);
  }

  void loss(double logarithm, long weight) {
    loss.add(logarithm, weight);
  }

  double loss() {
    return loss.value();
  }

  /** Whether a label is there, and whether it is predicted. */
  void label(int label, boolean truth, boolean prediction, long weight) {
    support[label] += truth ? weight : 0;
    predicted[label] += prediction ? weight : 0;
    hits[label] += truth && prediction ? weight : 0;
  }

  void confuse(int truth, int prediction, long weight) {
    if (confusion[truth] == null) {
      confusion[truth] = new long[sizes.labels];
    }
    confusion[truth][prediction] += weight;
  }

  long confused(int truth, int prediction) {
    return confusion[truth] == null ? 0 : confusion[truth][prediction];
  }

  void score(int curve, float score, boolean truth, long weight) {
    if (truth) {
      scores[curve].addPositive(score, weight);
    } else {
      scores[curve].addNegative(score, weight);
    }
  }

  void calibrate(float score, boolean right, long weight) {
    int bin = Math.max(0, Math.min((int) ((double) score * BINS), BINS - 1));
    binUnits[bin] += weight;
    binHits[bin] += right ? weight : 0;
    binScores[bin].add(score, weight);
  }

  double scores(int bin) {
    return binScores[bin].value();
  }

  Mistakes mistakes() {
    return mistakes;
  }

  @Override
  public void merge(ClassificationSummary other) {
    rows += other.rows;
    units = Math.addExact(units, other.units);
    correct += other.correct;
    amongThree += other.amongThree;
    loss.merge(other.loss);
    mistakes.merge(other.mistakes);
    add(support, other.support);
    add(predicted, other.predicted);
    add(hits, other.hits);
    for (int truth = 0; truth < sizes.labels; truth++) {
      if (other.confusion[truth] != null) {
        confuse(truth, 0, 0);
        add(confusion[truth], other.confusion[truth]);
      }
    }
    for (int curve = 0; curve < sizes.curves; curve++) {
      scores[curve].merge(other.scores[curve]);
    }
    add(binUnits, other.binUnits);
    add(binHits, other.binHits);
    for (int bin = 0; bin < BINS; bin++) {
      binScores[bin].merge(other.binScores[bin]);
    }
  }

  private static void add(long[] into, long[] other) {
    for (int i = 0; i < into.length; i++) {
      into[i] += other[i];
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    Encoding.writeLongs(out, new long[] {rows, units, correct, amongThree}, 4);
    loss.write(out);
    mistakes.write(out);
    Encoding.writeLongs(out, support, sizes.labels);
    Encoding.writeLongs(out, predicted, sizes.labels);
    Encoding.writeLongs(out, hits, sizes.labels);
    for (long[] row : confusion) {
      int cells = row == null ? 0 : (int) Arrays.stream(row).filter(cell -> cell != 0).count();
      Encoding.writeVarint(out, cells);
      for (int cell = 0; cells > 0 && cell < row.length; cell++) {
        if (row[cell] != 0) {
          Encoding.writeVarint(out, cell);
          Encoding.writeVarlong(out, row[cell]);
        }
      }
    }
    for (ScoreCounts counts : scores) {
      counts.write(out);
    }
    Encoding.writeLongs(out, binUnits, BINS);
    Encoding.writeLongs(out, binHits, BINS);
    for (ExactSum sum : binScores) {
      sum.write(out);
    }
  }

  static ClassificationSummary read(DataInput in, Sizes sizes) throws IOException {
    ClassificationSummary summary = new ClassificationSummary(sizes);
    long[] counts = Encoding.readLongs(in, 4);
    summary.rows = counts[0];
    summary.units = counts[1];
    summary.correct = counts[2];
    summary.amongThree = counts[3];
    summary.loss = ExactSum.read(in);
    summary.mistakes = Mistakes.read(in, sizes.mistakes);
    add(summary.support, Encoding.readLongs(in, sizes.labels));
    add(summary.predicted, Encoding.readLongs(in, sizes.labels));
    add(summary.hits, Encoding.readLongs(in, sizes.labels));
    for (int truth = 0; truth < sizes.labels; truth++) {
      int cells = Encoding.readVarint(in);
      for (int i = 0; i < cells; i++) {
        int cell = Encoding.readVarint(in);
        if (cell >= sizes.labels) {
          throw new IOException("a damaged summary: label " + cell + " of " + sizes.labels);
        }
        summary.confuse(truth, cell, Encoding.readVarlong(in));
      }
    }
    for (int curve = 0; curve < sizes.curves; curve++) {
      summary.scores[curve] = ScoreCounts.read(in, sizes.capacity());
    }
    add(summary.binUnits, Encoding.readLongs(in, BINS));
    add(summary.binHits, Encoding.readLongs(in, BINS));
    for (int bin = 0; bin < BINS; bin++) {
      summary.binScores[bin] = ExactSum.read(in);
    }
    return summary;
  }
}
