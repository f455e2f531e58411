// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.plan.TracedArray;

/**
 * Arrays as dense tensors under names of their own. A sparse array is {@code NAME_indices} int64
 * [m, rank], {@code NAME_values} [m] and {@code NAME_dense_shape} int64 [rank]; a ragged one {@code
 * NAME_values} and {@code NAME_row_splits_1}, ... Where another array has such a name, a {@code _}
 * is added.
 */
final class DenseParts {

  private final Set<String> taken = new HashSet<>();

  /**
   * @param arrays all whose names must differ
   */
  DenseParts(List<ArraySpec> arrays) {
    arrays.stream().filter(a -> a.layout() == Layout.DENSE).forEach(a -> taken.add(a.name()));
  }

  /** The tensors of an array by their specifications. */
  Map<ArraySpec, String> of(TracedArray array) {
    ArraySpec spec = array.spec();
    Map<ArraySpec, String> flat = new LinkedHashMap<>();
    List<String> tensors = array.tensors();
    switch (spec.layout()) {
      case DENSE -> flat.put(spec, tensors.get(0));
      case SPARSE -> {
        long rank = spec.shape().rank();
        flat.put(part(spec, "_indices", DType.INT64, Shape.of(-1, rank)), tensors.get(0));
        flat.put(part(spec, "_values", spec.dtype(), Shape.of(-1)), tensors.get(1));
        flat.put(part(spec, "_dense_shape", DType.INT64, Shape.of(rank)), tensors.get(2));
      }
      case RAGGED -> {
        int levels = tensors.size() - 1;
        List<Long> dims = new ArrayList<>(List.of(-1L));
        dims.addAll(spec.shape().dims().subList(levels + 1, spec.shape().rank()));
        flat.put(part(spec, "_values", spec.dtype(), new Shape(dims)), tensors.get(0));
        for (int i = 1; i <= levels; i++) {
          flat.put(part(spec, "_row_splits_" + i, DType.INT64, Shape.of(-1)), tensors.get(i));
        }
      }
    }
    return flat;
  }

  private ArraySpec part(ArraySpec spec, String suffix, DType dtype, Shape shape) {
    StringBuilder name = new StringBuilder(spec.name()).append(suffix);
    while (!taken.add(name.toString())) {
      name.append('_');
    }
    return new ArraySpec(name.toString(), dtype, shape, Layout.DENSE);
  }
}
