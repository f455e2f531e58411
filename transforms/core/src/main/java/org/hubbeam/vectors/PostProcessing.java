// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;

/**
 * The steps applied to the vectors of a module, in this order: pooling of sequences, projection,
 * normalisation, storage in fewer bits.
 *
 * <pre>{@code
 * PostProcessing.NONE
 *     .withPooling(Pooling.of(Pooling.Kind.MEAN).withMask("input_mask"))
 *     .withProjection(Projection.gaussian(128).withSeed(7))
 *     .withNorm(Norm.L2)
 *     .withStorage(Storage.INT8)
 * }</pre>
 *
 * <p>A vector is what lies along the last dimension of a column of numbers. Without any step the
 * column stays as it is; else it becomes float32, or what it is stored as.
 */
public record PostProcessing(Pooling pooling, Projection projection, Norm norm, Storage storage)
    implements Serializable {

  /** Nothing is done. */
  public static final PostProcessing NONE =
      new PostProcessing(Pooling.NONE, Projection.NONE, Norm.NONE, Storage.FLOAT32);

  public PostProcessing {
    Objects.requireNonNull(pooling, "pooling");
    Objects.requireNonNull(projection, "projection");
    Objects.requireNonNull(norm, "norm");
    Objects.requireNonNull(storage, "storage");
  }

  /** Sets the pooling of sequences. */
  public PostProcessing withPooling(Pooling value) {
    return new PostProcessing(value, projection, norm, storage);
  }

  /** Sets the projection. */
  public PostProcessing withProjection(Projection value) {
    return new PostProcessing(pooling, value, norm, storage);
  }

  /** Sets the normalisation. */
  public PostProcessing withNorm(Norm value) {
    return new PostProcessing(pooling, projection, value, storage);
  }

  /** Sets the storage. */
  public PostProcessing withStorage(Storage value) {
    return new PostProcessing(pooling, projection, norm, value);
  }

  /** The column of the scales for a column stored as {@link Storage#INT8}. */
  public static String scaleColumn(String column) {
    return column + "_scale";
  }

  /**
   * The column after these steps.
   *
   * @param vectors the column before, its shape as far as it is known
   * @return the column after, and its scales where it has some
   * @throws IllegalArgumentException when the column has no vectors, or not such as the steps are
   *     for, naming what it is
   */
  public List<ArraySpec> check(ArraySpec vectors) {
    if (equals(NONE)) {
      return List.of(vectors);
    }
    if (vectors.layout() == Layout.SPARSE
        || !(vectors.dtype().isFloating() || vectors.dtype().isInteger())) {
      throw new IllegalArgumentException("expected vectors of numbers, found " + vectors);
    }
    if (!vectors.shape().hasRank()) {
      return stored(vectors.name(), Shape.UNKNOWN, vectors.layout());
    }
    boolean pools = pooling.kind() != Pooling.Kind.NONE;
    if (vectors.shape().rank() < (pools ? 3 : 2)) {
      throw new IllegalArgumentException(
          pools
              ? pooling.describe() + " is for sequences of vectors [n, t, d], found " + vectors
              : "expected vectors [n, d], found " + vectors);
    }
    List<Long> dims = new ArrayList<>(vectors.shape().dims());
    if (pools) {
      dims.subList(1, dims.size() - 1).clear();
    }
    dims.add(projected(dims.remove(dims.size() - 1)));
    return stored(vectors.name(), new Shape(dims), pools ? Layout.DENSE : vectors.layout());
  }

  private List<ArraySpec> stored(String name, Shape shape, Layout layout) {
    ArraySpec values = new ArraySpec(name, storage.dtype(), shape, layout);
    if (storage != Storage.INT8) {
      return List.of(values);
    }
    Shape scales =
        shape.hasRank() ? new Shape(shape.dims().subList(0, shape.rank() - 1)) : Shape.UNKNOWN;
    return List.of(values, new ArraySpec(scaleColumn(name), DType.FLOAT32, scales, layout));
  }

  /**
   * The length of vectors after the projection.
   *
   * @param length before it; -1 where it is not known
   * @throws IllegalArgumentException when it is not one for the projection
   */
  long projected(long length) {
    if (projection instanceof Projection.None) {
      return length;
    }
    if (projection instanceof Projection.Fitted fitted) {
      if (length >= 0 && length != fitted.matrix().inputs()) {
        throw new IllegalArgumentException(
            projection.describe()
                + " is for vectors of "
                + fitted.matrix().inputs()
                + " numbers, found "
                + length);
      }
      return fitted.matrix().outputs();
    }
    int dims =
        projection instanceof Projection.Gaussian g
            ? g.dims()
            : ((Projection.Pca) projection).dims();
    if (length >= 0 && length < dims) {
      throw new IllegalArgumentException(
          projection.describe()
              + " needs vectors of at least "
              + dims
              + " numbers, found "
              + length);
    }
    return dims;
  }

  /** The steps before the projection, for vectors that it is fitted to. */
  public PostProcessing beforeProjection() {
    return NONE.withPooling(pooling);
  }

  /** The projection by this matrix and the steps behind it. */
  public PostProcessing fromProjection(ProjectionMatrix matrix) {
    return withPooling(Pooling.NONE).withProjection(Projection.fitted(matrix));
  }

  /**
   * The steps in words: {@code mean pooling with input_mask, gaussian projection 128 seed 7, l2,
   * int8}; {@code none} without any.
   */
  public String describe() {
    List<String> steps = new ArrayList<>();
    if (pooling.kind() != Pooling.Kind.NONE) {
      steps.add(pooling.describe());
    }
    if (!(projection instanceof Projection.None)) {
      steps.add(projection.describe());
    }
    if (norm != Norm.NONE) {
      steps.add(norm.name().toLowerCase(Locale.ROOT));
    }
    if (storage != Storage.FLOAT32) {
      steps.add(storage.dtype().toString());
    }
    return steps.isEmpty() ? "none" : String.join(", ", steps);
  }
}
