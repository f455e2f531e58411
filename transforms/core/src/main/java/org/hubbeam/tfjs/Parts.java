// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/**
 * The dense arrays that stand for a ragged or sparse one, as graph models take and give them: of
 * {@code x}, {@code x/values} and {@code x/row_splits} ({@code x/row_splits_0}, ... for several),
 * or {@code x/indices}, {@code x/values} and {@code x/dense_shape}.
 */
@Internal
public final class Parts {

  private Parts() {}

  /** The names of the parts of an input or output, in TensorFlow's order. */
  static List<String> names(ArraySpec spec, int count) {
    List<String> names = new ArrayList<>();
    switch (spec.layout()) {
      case DENSE -> names.add(spec.name());
      case SPARSE ->
          List.of("indices", "values", "dense_shape")
              .forEach(p -> names.add(spec.name() + "/" + p));
      case RAGGED -> {
        names.add(spec.name() + "/values");
        for (int i = 0; i < count - 1; i++) {
          names.add(spec.name() + "/row_splits" + (count == 2 ? "" : "_" + i));
        }
      }
    }
    return names;
  }

  /** What is known of the shape of a part. */
  static Shape shape(ArraySpec spec, int part) {
    if (spec.layout() == Layout.DENSE) {
      return spec.shape();
    }
    if (spec.layout() == Layout.RAGGED) {
      return part == 0 ? Shape.UNKNOWN : Shape.of(-1);
    }
    int rank = spec.shape().hasRank() ? spec.shape().rank() : -1;
    return part == 0 ? Shape.of(-1, rank) : Shape.of(part == 1 ? -1 : rank);
  }

  /** Arrays by name, ragged and sparse ones as their parts. */
  public static Map<String, Array.Dense> of(Map<String, Array> arrays) {
    Map<String, Array.Dense> parts = new LinkedHashMap<>();
    arrays.forEach((name, array) -> add(name, array, parts));
    return parts;
  }

  private static void add(String name, Array array, Map<String, Array.Dense> parts) {
    if (array instanceof Array.Dense dense) {
      parts.put(name, dense);
    } else if (array instanceof Array.Sparse sparse) {
      long rank = sparse.dims().size();
      parts.put(
          name + "/indices",
          new Array.Dense(
              List.of((long) sparse.values().size(), rank), Values.of(sparse.indices())));
      parts.put(name + "/values", Array.Dense.vector(sparse.values()));
      parts.put(
          name + "/dense_shape",
          Array.Dense.vector(
              Values.of(sparse.dims().stream().mapToLong(Long::longValue).toArray())));
    } else if (array instanceof Array.Ragged ragged) {
      List<int[]> splits = ragged.rowSplits();
      int[] innermost = splits.get(splits.size() - 1);
      List<Long> dims = new ArrayList<>(List.of((long) innermost[innermost.length - 1]));
      dims.addAll(ragged.inner());
      parts.put(name + "/values", new Array.Dense(dims, ragged.values()));
      for (int i = 0; i < splits.size(); i++) {
        parts.put(
            name + "/row_splits" + (splits.size() == 1 ? "" : "_" + i),
            Array.Dense.vector(Values.of(splits.get(i))));
      }
    }
  }
}
