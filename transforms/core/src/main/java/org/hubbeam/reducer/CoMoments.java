// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.hubbeam.batch.Internal;

/** The mean of vectors seen so far, and the products of their deviations from it. */
@Internal
public final class CoMoments implements Summary<CoMoments> {

  private static final int TOGETHER = 4;

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

  /** Adds rows, which are concatenated in an array. */
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
    double[][] deviations = new double[TOGETHER][cells];
    for (int from = 0; from < x.length; from += TOGETHER * cells) {
      for (int row = 0; row < TOGETHER; row++) {
        int at = from + row * cells;
        for (int cell = 0; cell < cells; cell++) {
          deviations[row][cell] = at < x.length ? x[at + cell] - batch.means[cell] : 0;
        }
      }
      batch.addUpperProducts(deviations[0], deviations[1], deviations[2], deviations[3]);
    }
    batch.mirror();
    merge(batch);
  }

  /** Adds the products of four rows, those of a cell with itself and later ones only. */
  private void addUpperProducts(double[] a, double[] b, double[] c, double[] d) {
    for (int i = 0; i < cells; i++) {
      int row = i * cells;
      double first = a[i];
      double second = b[i];
      double third = c[i];
      double fourth = d[i];
      for (int j = i; j < cells; j++) {
        products[row + j] += first * a[j] + second * b[j] + third * c[j] + fourth * d[j];
      }
    }
  }

  private void mirror() {
    for (int i = 0; i < cells; i++) {
      for (int j = 0; j < i; j++) {
        products[i * cells + j] = products[j * cells + i];
      }
    }
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

  @Override
  public void merge(CoMoments other) {
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

  @Override
  public void write(DataOutput out) throws IOException {
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
