// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One feature of {@code tf.Example} over all rows of a batch: row {@code i} has the values {@code
 * bounds[i]} to {@code bounds[i + 1]}, or {@code width} values each where bounds is null.
 *
 * @param values as they are written, float32, strings, or of an integer type or bool; else of any
 *     type
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/example/feature.proto">feature.proto</a>
 */
record FlatFeature(String name, Values values, int @Nullable [] bounds, int width) {

  int start(int row) {
    return bounds == null ? row * width : bounds[row];
  }

  int end(int row) {
    return bounds == null ? row * width + width : bounds[row + 1];
  }

  /** The features that a column is written as; see {@link ExampleCodec}. */
  static List<FlatFeature> of(String name, Array array, ExampleCodec.Doubles doubles) {
    return of(name, array, stored(name, array.values(), doubles));
  }

  /** The same with values of any type as they are. */
  static List<FlatFeature> of(String name, Array array) {
    return of(name, array, array.values());
  }

  private static List<FlatFeature> of(String name, Array array, Values values) {
    if (array instanceof Array.Dense dense) {
      return List.of(new FlatFeature(name, values, null, dense.rowSize()));
    }
    return array instanceof Array.Ragged ragged
        ? ragged(name, ragged, values)
        : sparse(name, (Array.Sparse) array, values);
  }

  private static List<FlatFeature> ragged(String name, Array.Ragged ragged, Values values) {
    List<FlatFeature> features = new ArrayList<>();
    int[] bounds = ragged.rowSplits().get(0);
    for (int level = 1; level < ragged.rowSplits().size(); level++) {
      int[] splits = ragged.rowSplits().get(level);
      long[] lengths = new long[splits.length - 1];
      Arrays.setAll(lengths, i -> splits[i + 1] - splits[i]);
      String lengthsName = ColumnNames.rowLengths(name, level);
      features.add(new FlatFeature(lengthsName, Values.of(lengths), bounds, 0));
      bounds = Arrays.stream(bounds).map(b -> splits[b]).toArray();
    }
    int inner = ragged.innerSize();
    if (inner != 1) {
      bounds = Arrays.stream(bounds).map(b -> b * inner).toArray();
    }
    boolean plain = ragged.rowSplits().size() == 1 && ragged.inner().isEmpty();
    features.add(
        0, new FlatFeature(plain ? name : ColumnNames.raggedValues(name), values, bounds, 0));
    return features;
  }

  private static List<FlatFeature> sparse(String name, Array.Sparse sparse, Values values) {
    int rank = sparse.dims().size();
    int count = values.size();
    int[] bounds = new int[sparse.rows() + 1];
    for (int i = 0; i < count; i++) {
      if (i > 0 && sparse.indices()[i * rank] < sparse.indices()[(i - 1) * rank]) {
        throw new IllegalArgumentException(
            "column '" + name + "' is sparse and its values are not in the order of the rows");
      }
      bounds[(int) sparse.indices()[i * rank] + 1]++;
    }
    Arrays.parallelPrefix(bounds, Integer::sum);
    if (rank == 1) {
      return List.of(new FlatFeature(name, values, bounds, 0));
    }
    List<FlatFeature> features = new ArrayList<>();
    features.add(new FlatFeature(ColumnNames.sparseValues(name), values, bounds, 0));
    for (int dim = 1; dim < rank; dim++) {
      long[] index = new long[count];
      for (int i = 0; i < count; i++) {
        index[i] = sparse.indices()[i * rank + dim];
      }
      String indexName = ColumnNames.sparseIndices(name, dim - 1);
      features.add(new FlatFeature(indexName, Values.of(index), bounds, 0));
    }
    return features;
  }

  /** The values in a type that the encoder knows. */
  private static Values stored(String name, Values values, ExampleCodec.Doubles doubles) {
    if (!(values instanceof Values.Numbers numbers)) {
      return values;
    }
    if (numbers.dtype() == DType.FLOAT64 && doubles == ExampleCodec.Doubles.REFUSE) {
      throw new IllegalArgumentException(
          "column '"
              + name
              + "' is float64, and tf.Example has float32 only: cast it, or ask for rounding");
    }
    if (numbers.dtype().isFloating() && numbers.dtype() != DType.FLOAT32) {
      float[] floats = new float[numbers.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) numbers.getDouble(i);
      }
      return Values.of(floats);
    }
    if (numbers.dtype() == DType.UINT64) {
      for (int i = 0; i < numbers.size(); i++) {
        if (numbers.getLong(i) < 0) {
          throw new IllegalArgumentException(
              "column '"
                  + name
                  + "' has the value "
                  + Long.toUnsignedString(numbers.getLong(i))
                  + ", and tf.Example has int64 only");
        }
      }
    }
    return numbers;
  }
}
