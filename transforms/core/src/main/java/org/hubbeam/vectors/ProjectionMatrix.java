// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;

/**
 * A map from vectors to shorter vectors: subtracts a mean and multiplies by a matrix. Threads may
 * share it.
 */
public final class ProjectionMatrix implements Serializable {
  private static final long serialVersionUID = 1;

  private static final String MEAN = "mean";
  private static final String WEIGHTS = "weights";
  private static final int TILE = 32;

  private final int inputs;
  private final int outputs;
  private final double[] mean;
  private final double[] weights;

  /**
   * A map.
   *
   * @param mean one number for each number of a vector
   * @param weights the matrix row by row: one row for each number of a vector
   * @throws IllegalArgumentException when the matrix has no whole number of columns
   */
  public ProjectionMatrix(float[] mean, float[] weights) {
    inputs = mean.length;
    if (inputs == 0 || weights.length == 0 || weights.length % inputs != 0) {
      throw new IllegalArgumentException(
          weights.length + " numbers are no matrix of " + inputs + " rows");
    }
    outputs = weights.length / inputs;
    this.mean = doubles(mean);
    this.weights = doubles(weights);
  }

  /**
   * The map that {@link #toBatch} wrote.
   *
   * @throws IllegalArgumentException when the batch has other columns
   */
  public static ProjectionMatrix of(Batch batch) {
    return new ProjectionMatrix(floats(batch, MEAN), floats(batch, WEIGHTS));
  }

  private static float[] floats(Batch batch, String column) {
    if (batch.column(column) instanceof Array.Dense dense
        && dense.values() instanceof Values.Numbers numbers) {
      return numbers.toFloats();
    }
    throw new IllegalArgumentException(
        "a projection has float32 columns, not " + batch.column(column).spec(column));
  }

  /**
   * This map as a batch, to be written like any other: one row for each number of a vector, with
   * its {@code mean} and its {@code weights}.
   */
  public Batch toBatch() {
    return Batch.of(
        Map.of(
            MEAN,
            Array.Dense.vector(Values.of(floats(mean))),
            WEIGHTS,
            new Array.Dense(List.of((long) inputs, (long) outputs), Values.of(floats(weights)))));
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** The length of input vectors. */
  public int inputs() {
    return inputs;
  }

  /** The length of output vectors. */
  public int outputs() {
    return outputs;
  }

  /**
   * Projects vectors, computed in double precision; one does not depend on the others.
   *
   * @param vectors one behind the other, each of {@link #inputs} numbers
   * @return one behind the other, each of {@link #outputs} numbers
   */
  public float[] apply(float[] vectors) {
    if (vectors.length % inputs != 0) {
      throw new IllegalArgumentException(
          vectors.length + " numbers are no vectors of " + inputs + " each");
    }
    int count = vectors.length / inputs;
    float[] projected = new float[Math.multiplyExact(count, outputs)];
    int most = Math.max(1, (1 << 14) / outputs);
    for (int from = 0; from < count; from += most) {
      project(vectors, from, Math.min(count, from + most), projected);
    }
    return projected;
  }

  private void project(float[] vectors, int from, int to, float[] projected) {
    double[] sums = new double[outputs * (to - from)];
    for (int tile = 0; tile < inputs; tile += TILE) {
      int end = Math.min(inputs, tile + TILE);
      for (int vector = from; vector < to; vector++) {
        addRows(vectors, vector * inputs, tile, end, sums, (vector - from) * outputs);
      }
    }
    for (int i = 0; i < sums.length; i++) {
      projected[from * outputs + i] = (float) sums[i];
    }
  }

  /** Adds some rows of the matrix, each times its number of a vector, four at a time. */
  private void addRows(float[] vectors, int at, int row, int end, double[] sums, int to) {
    int i = row;
    for (; i + 3 < end; i += 4) {
      double a = vectors[at + i] - mean[i];
      double b = vectors[at + i + 1] - mean[i + 1];
      double c = vectors[at + i + 2] - mean[i + 2];
      double d = vectors[at + i + 3] - mean[i + 3];
      int first = i * outputs;
      int second = first + outputs;
      int third = second + outputs;
      int fourth = third + outputs;
      for (int j = 0; j < outputs; j++) {
        sums[to + j] +=
            a * weights[first + j]
                + b * weights[second + j]
                + c * weights[third + j]
                + d * weights[fourth + j];
      }
    }
    for (; i < end; i++) {
      double a = vectors[at + i] - mean[i];
      for (int j = 0; j < outputs; j++) {
        sums[to + j] += a * weights[i * outputs + j];
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProjectionMatrix p
        && Arrays.equals(p.mean, mean)
        && Arrays.equals(p.weights, weights);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(weights);
  }

  @Override
  public String toString() {
    return inputs + " to " + outputs + " dimensions";
  }
}
