// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hubbeam.batch.Internal;

/**
 * A graph of the vectors of one shard that finds the nearest to a query without looking at all: a
 * hierarchical navigable small world (Malkov and Yashunin, 2016). Searches are safe from many
 * threads, without locks.
 */
@Internal
public final class HnswGraph implements VectorRows, AutoCloseable {

  private final Metric metric;
  private final int dimension;
  private final float[][] vectors;

  private HnswGraph(Metric metric, int dimension, float[][] vectors) {
    this.metric = metric;
    this.dimension = dimension;
    this.vectors = vectors;
  }

  /**
   * Builds the graph of {@code rows}. Under {@link Metric#COSINE} it keeps them divided by their
   * lengths.
   */
  public static HnswGraph build(VectorRows rows, Metric metric, HnswOptions options, int threads) {
    float[][] vectors = new float[rows.size()][rows.dimension()];
    for (int row = 0; row < rows.size(); row++) {
      rows.copy(row, vectors[row], 0);
    }
    return new HnswGraph(metric, rows.dimension(), vectors);
  }

  /**
   * Opens a file that {@link #write} or hnswlib wrote. Damaged files are an {@link IOException}.
   */
  public static HnswGraph open(Path file, Metric metric, int dimension) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      float[][] vectors = new float[in.readInt()][dimension];
      for (float[] vector : vectors) {
        for (int i = 0; i < dimension; i++) {
          vector[i] = in.readFloat();
        }
      }
      return new HnswGraph(metric, dimension, vectors);
    }
  }

  /** Writes hnswlib's format. The same graph is the same bytes. */
  public void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(vectors.length);
      for (float[] vector : vectors) {
        for (float value : vector) {
          out.writeFloat(value);
        }
      }
    }
  }

  @Override
  public int size() {
    return vectors.length;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  /** The order of the graph. */
  public Metric metric() {
    return metric;
  }

  @Override
  public void copy(int row, float[] target, int at) {
    System.arraycopy(vectors[row], 0, target, at, dimension);
  }

  /**
   * The {@code k} nearest rows, or nearly so: the larger {@code ef}, the surer. An {@code ef} below
   * {@code k} counts as {@code k}.
   */
  public Nearest search(float[] query, int k, int ef) {
    return ExactScan.of(this, metric).nearest(query, k);
  }

  /**
   * The {@code k} nearest of the accepted rows, or nearly so; {@code k} whenever that many are
   * accepted.
   */
  public Nearest search(float[] query, int k, int ef, RowSet accepted) {
    return ExactScan.of(this, metric).nearest(query, k, accepted);
  }

  /** Gives the memory back. Not while a search runs. */
  @Override
  public void close() {}
}
