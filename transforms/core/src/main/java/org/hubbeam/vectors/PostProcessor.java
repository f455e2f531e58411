// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Applies the steps of a {@link PostProcessing} to batches. Rows do not depend on each other. For
 * one thread.
 */
@Internal
public final class PostProcessor {

  private final PostProcessing steps;
  private @Nullable ProjectionMatrix matrix;

  /**
   * Does these steps.
   *
   * @throws IllegalArgumentException when the projection waits for a matrix that has to be fitted
   */
  public PostProcessor(PostProcessing steps) {
    if (steps.projection() instanceof Projection.Pca) {
      throw new IllegalArgumentException(
          steps.projection().describe() + " must be fitted to vectors before it is applied");
    }
    this.steps = steps;
  }

  /**
   * The result for the rows of a batch.
   *
   * @param batch the rows that went through, the column replaced, its scales as the last column
   * @param rows the numbers that they had
   * @param bad the other rows
   */
  public record Outcome(Batch batch, int[] rows, List<BadRow> bad) {}

  /** A row that cannot be stored or pooled. */
  public record BadRow(int row, String reason) {}

  /**
   * Does the steps.
   *
   * @param column the column with the vectors
   * @throws IllegalArgumentException when there is no such column, or no such mask, or they are not
   *     what the steps are for
   */
  public Outcome apply(Batch batch, String column) {
    if (steps.equals(PostProcessing.NONE)) {
      return new Outcome(batch, IntStream.range(0, batch.rows()).toArray(), List.of());
    }
    @Nullable String[] faults = new String[batch.rows()];
    VectorColumn vectors = normalized(projected(column, pooled(batch, column, faults)));
    Batch whole = stored(batch, column, vectors, faults);
    List<BadRow> bad = new ArrayList<>();
    for (int row = 0; row < faults.length; row++) {
      if (faults[row] != null) {
        bad.add(new BadRow(row, faults[row]));
      }
    }
    int[] good = IntStream.range(0, faults.length).filter(row -> faults[row] == null).toArray();
    return new Outcome(bad.isEmpty() ? whole : whole.select(good), good, bad);
  }

  private VectorColumn pooled(Batch batch, String name, @Nullable String[] faults) {
    Pooling pooling = steps.pooling();
    if (pooling.kind() == Pooling.Kind.NONE) {
      return VectorColumn.of(name, batch.column(name));
    }
    Array mask = pooling.mask().isEmpty() ? null : batch.column(pooling.mask());
    return SequencePool.pool(pooling, name, batch.column(name), mask, faults);
  }

  private VectorColumn projected(String name, VectorColumn vectors) {
    if (steps.projection() instanceof Projection.None) {
      return vectors;
    }
    try {
      steps.projected(vectors.width());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("column '" + name + "': " + e.getMessage(), e);
    }
    if (matrix == null || matrix.inputs() != vectors.width()) {
      matrix =
          steps.projection() instanceof Projection.Gaussian gaussian
              ? GaussianMatrix.of(gaussian, vectors.width())
              : ((Projection.Fitted) steps.projection()).matrix();
    }
    return vectors.with(matrix.outputs(), matrix.apply(vectors.values()));
  }

  /** In place: the values are a copy of the column's already. */
  private VectorColumn normalized(VectorColumn vectors) {
    if (steps.norm() == Norm.NONE) {
      return vectors;
    }
    int width = vectors.width();
    float[] values = vectors.values();
    for (int from = 0; from < values.length; from += width) {
      double squares = 0;
      for (int i = from; i < from + width; i++) {
        squares += (double) values[i] * values[i];
      }
      double length = squares == 0 ? 1 : Math.sqrt(squares);
      for (int i = from; i < from + width; i++) {
        values[i] = (float) (values[i] / length);
      }
    }
    return vectors;
  }

  private Batch stored(Batch batch, String name, VectorColumn vectors, @Nullable String[] faults) {
    DType dtype = steps.storage().dtype();
    if (steps.storage() == Storage.FLOAT32) {
      return batch.with(name, vectors.array());
    }
    String scaleName = PostProcessing.scaleColumn(name);
    if (steps.storage() == Storage.INT8 && batch.columns().containsKey(scaleName)) {
      throw new IllegalArgumentException("there is a column '" + scaleName + "' already");
    }
    int[] bounds = vectors.rowBounds(batch.rows());
    int width = vectors.width();
    byte[] block = new byte[Math.multiplyExact(vectors.values().length, dtype.bytes())];
    ByteBuffer out = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    float[] scales = new float[bounds[batch.rows()]];
    for (int row = 0; row < batch.rows(); row++) {
      for (int i = bounds[row]; i < bounds[row + 1]; i++) {
        String fault = null;
        if (dtype == DType.FLOAT16) {
          fault = StoredVectors.half(vectors.values(), i * width, (i + 1) * width, out);
        } else {
          scales[i] = StoredVectors.scale(vectors.values(), i * width, (i + 1) * width);
          StoredVectors.bytes(vectors.values(), i * width, (i + 1) * width, scales[i], out);
          fault = Float.isNaN(scales[i]) ? "a vector with NaN or an infinity has no int8" : null;
        }
        faults[row] = faults[row] == null ? fault : faults[row];
      }
    }
    Batch stored = batch.with(name, vectors.outer().with(new Values.Numbers(dtype, block), width));
    return steps.storage() == Storage.INT8
        ? stored.with(scaleName, vectors.outer().with(Values.of(scales)))
        : stored;
  }
}
