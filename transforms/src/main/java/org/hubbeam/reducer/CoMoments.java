package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The mean of vectors seen so far, and the products of their deviations from it. */
public final class CoMoments {

  private final int cells;
  private long rows;
  private double[] means;
  private double[] products;

  CoMoments(int cells) {
    this.cells = cells;
    means = new double[cells];
    products = new double[Math.multiplyExact(cells, cells)];
  }

  long rows() {
    return rows;
  }

  /** The mean of each cell; zeros without rows. */
  double[] means() {
    return means.clone();
  }

  /** Adds rows, one behind the other. */
  void add(double[] x) {
    CoMoments batch = new CoMoments(cells);
    batch.rows = x.length / cells;
    if (batch.rows == 0) {
      return;
    }
    for (int i = 0; i < x.length; i++) {
      batch.means[i % cells] += x[i];
    }
    for (int cell = 0; cell < cells; cell++) {
      batch.means[cell] /= batch.rows;
    }
    double[] deviation = new double[cells];
    for (int from = 0; from < x.length; from += cells) {
      for (int cell = 0; cell < cells; cell++) {
        deviation[cell] = x[from + cell] - batch.means[cell];
      }
      batch.addProducts(deviation, 1);
    }
    merge(batch);
  }

  private void addProducts(double[] deviation, double factor) {
    for (int i = 0; i < cells; i++) {
      double scaled = deviation[i] * factor;
      int row = i * cells;
      for (int j = 0; j < cells; j++) {
        products[row + j] += scaled * deviation[j];
      }
    }
  }

  void merge(CoMoments other) {
    if (other.rows == 0) {
      return;
    }
    long total = rows + other.rows;
    double share = (double) other.rows / total;
    double[] delta = new double[cells];
    for (int cell = 0; cell < cells; cell++) {
      delta[cell] = other.means[cell] - means[cell];
      means[cell] += delta[cell] * share;
    }
    for (int i = 0; i < products.length; i++) {
      products[i] += other.products[i];
    }
    addProducts(delta, share * rows);
    rows = total;
  }

  /** The covariance; zeros without rows. */
  double[][] covariance() {
    double[][] covariance = new double[cells][cells];
    for (int i = 0; rows > 0 && i < products.length; i++) {
      covariance[i / cells][i % cells] = products[i] / rows;
    }
    return covariance;
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(rows);
    Encoding.writeDoubles(out, means, cells);
    Encoding.writeDoubles(out, products, products.length);
  }

  static CoMoments read(DataInput in, int cells) throws IOException {
    CoMoments summary = new CoMoments(cells);
    summary.rows = in.readLong();
    summary.means = Encoding.readDoubles(in, cells);
    summary.products = Encoding.readDoubles(in, summary.products.length);
    return summary;
  }
}
